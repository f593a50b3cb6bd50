package progress_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

func (s *school) level(t *testing.T, code string) mastery.Level {
	t.Helper()
	m, err := s.Mastery(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range m.Objectives {
		if o.Objective.Code == code {
			return o.Level
		}
	}
	t.Fatalf("there is no objective %s", code)
	return ""
}

func (s *school) takes(t *testing.T, in quiz.StartInput, right func(int) bool) quiz.Attempt {
	t.Helper()
	a, err := s.Take("anna", in, right)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func topic(code string, n int) quiz.StartInput {
	return quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, TopicCode: code, Questions: n}}
}

func objective(code string, n int) quiz.StartInput {
	return quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, ObjectiveCode: code, Questions: n}}
}

// TestJustShownKeysDoNotRaiseLevels: repeating answers right after their keys were
// shown does not raise the level; on later days it does. BB1 has one objective,
// BB1.1, with three questions.
func TestJustShownKeysDoNotRaiseLevels(t *testing.T) {
	tests := map[string]struct {
		first quiz.StartInput
		later mastery.Level // on two later days everything is right
	}{
		"Immediate":     {topic("BB1", 3), mastery.Familiar}, // the first makes up for the wrong answers
		"DeferredAtEnd": {quiz.StartInput{QuizSlug: "mixed"}, mastery.Familiar},
		"Practised":     {objective("BB1.1", 3), mastery.Proficient},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSchool(t)
			s.Shelf.Edit(t, func(c *catalog.Content) {
				for _, q := range c.Quizzes {
					if q.Slug == "mixed" {
						q.Sections = []*catalog.Section{{TopicCodes: []string{"BB1"}, Pick: 3}}
					}
				}
			})
			s.takes(t, tt.first, recordstest.None)
			if got := s.level(t, "BB1.1"); got != mastery.Attempted {
				t.Fatalf("after everything wrong: %s", got)
			}
			for _, in := range []quiz.StartInput{topic("BB1", 3), objective("BB1.1", 3), {QuizSlug: "mixed"}} {
				s.Wait(time.Hour)
				if s.takes(t, in, recordstest.All); s.level(t, "BB1.1") != mastery.Attempted {
					t.Errorf("%+v repeated at once: %s", in, s.level(t, "BB1.1"))
				}
			}
			for range 2 {
				s.Wait(20 * time.Hour)
				s.takes(t, topic("BB1", 3), recordstest.All)
			}
			if got := s.level(t, "BB1.1"); got != tt.later {
				t.Errorf("two days later: %s", got)
			}
			if found, err := s.Rebuild(t.Context(), "anna"); err != nil || len(found) > 0 {
				t.Errorf("rebuild: %v, %v", found, err)
			}
		})
	}
}

// TestKeysAreShownBeforeProjection: an open attempt has shown the keys of the
// answers it graded.
func TestKeysAreShownBeforeProjection(t *testing.T) {
	s := newSchool(t)
	open, err := s.Attempts.Start(t.Context(), "anna", topic("BB1", 3))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Answer("anna", &open, 1, false); err != nil {
		t.Fatal(err)
	}
	shownAt := s.Now()
	s.Wait(time.Minute)
	next, err := s.Attempts.Start(t.Context(), "anna", objective("BB1.1", 3))
	if err != nil {
		t.Fatal(err)
	}
	for _, slot := range next.Slots {
		if isShown := slot.KeyShownAt != nil; isShown != (slot.QuestionSlug == open.Slots[0].QuestionSlug) || isShown && !slot.KeyShownAt.Equal(shownAt) {
			t.Errorf("%s was shown at %v", slot.QuestionSlug, slot.KeyShownAt)
		}
	}
}

// TestNewEditionsDoNotAffectJudgement: an attempt is judged by the questions
// available when it began, whatever is published before it ends.
func TestNewEditionsDoNotAffectJudgement(t *testing.T) {
	s := newSchool(t)
	a, err := s.Attempts.Start(t.Context(), "anna", objective("BB1.1", 2))
	if err != nil {
		t.Fatal(err)
	}
	s.Shelf.Edit(t, func(c *catalog.Content) {
		for _, q := range c.Questions {
			if q.Slug == a.Slots[0].QuestionSlug {
				q.Status = catalog.Hidden
			}
		}
		c.Quizzes, c.Courses = nil, nil
	})
	for i := range a.Slots {
		if err := s.Answer("anna", &a, i+1, true); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Attempts.Submit(t.Context(), "anna", a.ID); err != nil {
		t.Fatal(err)
	}
	if got := s.level(t, "BB1.1"); got != mastery.Attempted {
		t.Errorf("two of three questions lead to %s", got)
	}
	if found, err := s.Rebuild(t.Context(), "anna"); err != nil || len(found) > 0 {
		t.Errorf("rebuild: %v, %v", found, err)
	}
}

// TestEarlierAttemptsStillCount: attempts older than the fields that decide
// what counts move a level by their own majority, and a rebuild finds no
// differences.
func TestEarlierAttemptsStillCount(t *testing.T) {
	s := newSchool(t)
	for range 2 {
		a, err := s.Attempts.Start(t.Context(), "anna", topic("BB1", 1))
		if err != nil {
			t.Fatal(err)
		}
		attempts := opened[quiz.Attempt](t, s, "attempts")
		stored, err := attempts.Get(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		for i := range stored.Slots {
			stored.Slots[i].KeyShownAt, stored.Slots[i].OfObjective = nil, 0
		}
		if err := attempts.Replace(t.Context(), &stored); err != nil {
			t.Fatal(err)
		}
		if err := s.Answer("anna", &a, 1, true); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Attempts.Submit(t.Context(), "anna", a.ID); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.level(t, "BB1.1"); got != mastery.Proficient {
		t.Errorf("two earlier right answers lead to %s", got)
	}
	s.Wait(24 * time.Hour)
	if s.takes(t, topic("BB1", 3), recordstest.All); s.level(t, "BB1.1") != mastery.Mastered {
		t.Errorf("then all of three: %s", s.level(t, "BB1.1"))
	}
	if found, err := s.Rebuild(t.Context(), "anna"); err != nil || len(found) > 0 {
		t.Errorf("rebuild: %v, %v", found, err)
	}
}

// Good, then Easy twice on the same day, leaves the stability at 2.3065.
func TestConfidenceAfterShownKeyIsCapped(t *testing.T) {
	s := newSchool(t)
	sure := quiz.HighConfidence
	for _, confidence := range []*quiz.Confidence{nil, &sure, &sure} {
		a, err := s.Attempts.Start(t.Context(), "anna", objective("AA1.1", 1))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.AnswerAs("anna", &a, 1, true, confidence); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Attempts.Submit(t.Context(), "anna", a.ID); err != nil {
			t.Fatal(err)
		}
		s.Wait(time.Hour)
	}
	if err := s.CatchUp(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	card, err := opened[mastery.Card](t, s, "review_cards").Get(t.Context(), "anna/pillars")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(2.3065, card.Memory.Stability); diff != "" || card.Reps != 3 {
		t.Errorf("%d reviews; stability: %s", card.Reps, diff)
	}
}
