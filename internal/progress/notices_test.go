package progress_test

import (
	"slices"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

func (s *school) notices(t *testing.T) []string {
	t.Helper()
	page, err := s.Notices(t.Context(), "anna", false, catalog.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	notices := []string{}
	for _, n := range page.Items {
		notices = append(notices, string(n.Code())+" "+*n.QuestionID())
	}
	return notices
}

// turned has two questions whose keys are swapped or that are withdrawn.
func turned(c *catalog.Content) {
	for _, q := range c.Questions {
		if q.Slug == "pillars" {
			for _, o := range q.Options {
				o.Correct = !o.Correct
				o.Feedback, o.Missed = o.Missed, o.Feedback
			}
		}
	}
	c.Questions = slices.DeleteFunc(c.Questions, func(q *catalog.Question) bool { return q.Slug == "planning-length" })
}

func TestNoticesOfContentChanges(t *testing.T) {
	practice := func(objective string) quiz.StartInput {
		return quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, ObjectiveCode: objective, Questions: 10}}
	}
	all := []string{"QUESTION_CORRECTED question/pillars", "QUESTION_RETIRED question/planning-length"}
	answerBoth := func(s *school) {
		t.Helper()
		for _, objective := range []string{"AA1.1", "AA1.2"} {
			if _, err := s.Take("anna", practice(objective), recordstest.All); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Run("AfterTheAnswer", func(t *testing.T) {
		s := newSchool(t)
		answerBoth(s)
		s.Shelf.Edit(t, func(*catalog.Content) {})
		if got := s.notices(t); len(got) != 0 {
			t.Errorf("a notice of an equivalent version: %v", got)
		}
		s.Shelf.Edit(t, turned)
		for range 2 {
			if got := slices.Sorted(slices.Values(s.notices(t))); !slices.Equal(got, all) {
				t.Errorf("notices %v, want %v", got, all)
			}
		}
		s.reopen(t)
		if found, err := s.Rebuild(t.Context(), "anna"); err != nil || len(found) > 0 || len(s.notices(t)) != 2 {
			t.Errorf("rebuilt: %v, %v, then notices %v", found, err, s.notices(t))
		}
	})
	t.Run("BetweenDrawAndAnswer", func(t *testing.T) {
		s := newSchool(t)
		open, err := s.Attempts.Start(t.Context(), "anna", practice("AA1.1"))
		if err != nil {
			t.Fatal(err)
		}
		s.Shelf.Edit(t, turned)
		if got := s.notices(t); len(got) != 0 {
			t.Errorf("notices before the answer: %v", got)
		}
		for i := range open.Slots {
			if err := s.Answer("anna", &open, i+1, true); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.notices(t); !slices.Equal(got, all[:1]) {
			t.Errorf("notices %v, want %v", got, all[:1])
		}
	})
	t.Run("NotWhileAnotherAttemptAsks", func(t *testing.T) {
		s := newSchool(t)
		answerBoth(s)
		s.Wait(time.Hour)
		if _, err := s.Attempts.Start(t.Context(), "anna", practice("AA1.1")); err != nil {
			t.Fatal(err)
		}
		s.Shelf.Edit(t, turned)
		if got := s.notices(t); !slices.Equal(got, all[1:]) {
			t.Errorf("notices %v, want %v", got, all[1:])
		}
		if _, err := s.Take("anna", practice("AA1.1"), recordstest.All); err != nil { // the open one
			t.Fatal(err)
		}
		if got := slices.Sorted(slices.Values(s.notices(t))); !slices.Equal(got, all) {
			t.Errorf("notices %v, want %v", got, all)
		}
	})
}
