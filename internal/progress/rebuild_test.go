package progress_test

import (
	"context"
	"slices"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

// learned is a school in which anna has read, practised and taken a quiz.
func learned(t *testing.T) *school {
	t.Helper()
	s := newSchool(t)
	ctx := t.Context()
	if _, err := s.Enroll(ctx, "anna", "basics"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CompleteReading(ctx, "anna", "empiricism"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Take("anna", quiz.StartInput{QuizSlug: "artifacts"}, recordstest.None); err != nil {
		t.Fatal(err)
	}
	if err := s.CatchUp(ctx, "anna"); err != nil {
		t.Fatal(err)
	}
	return s
}

func opened[T any](t *testing.T, s *school, name string) *store.Collection[T] {
	t.Helper()
	c, err := store.Open[T](t.Context(), s.Engine, store.Spec{Name: name, Fields: []string{"learner_id"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// damage changes the first document of a collection.
func damage[T any](t *testing.T, s *school, name string, change func(*T)) {
	t.Helper()
	c := opened[T](t, s, name)
	docs, _, err := c.Find(t.Context(), store.Query{Where: store.Where{"learner_id": "anna"}})
	if err != nil || len(docs) == 0 {
		t.Fatalf("%s: %d documents, %v", name, len(docs), err)
	}
	change(&docs[0])
	if err := c.Replace(t.Context(), &docs[0]); err != nil {
		t.Fatal(err)
	}
}

func TestRebuildFindsAndMendsDamage(t *testing.T) {
	tests := map[string]func(*testing.T, *school){
		"review_cards wrong": func(t *testing.T, s *school) {
			damage(t, s, "review_cards", func(c *mastery.Card) { c.Reps += 3 })
		},
		"objective_records wrong": func(t *testing.T, s *school) {
			damage(t, s, "objective_records", func(o *mastery.Record) { o.Level = mastery.Mastered })
		},
		"activity_months wrong": func(t *testing.T, s *school) {
			damage(t, s, "activity_months", func(m *activity.Month) { m.Entries = m.Entries[:1] })
		},
		"course_records wrong": func(t *testing.T, s *school) {
			damage(t, s, "course_records", func(r *course.Record) { r.Results = nil })
		},
		"review_cards missing": func(t *testing.T, s *school) {
			c := opened[mastery.Card](t, s, "review_cards")
			docs, _, err := c.Find(t.Context(), store.Query{Limit: 1})
			if err != nil || len(docs) == 0 {
				t.Fatal(len(docs), err)
			}
			if err := c.Delete(t.Context(), &docs[0]); err != nil {
				t.Fatal(err)
			}
		},
		"review_cards surplus": func(t *testing.T, s *school) {
			card := mastery.Card{Meta: store.Meta{ID: "anna/nothing"}, LearnerID: "anna", QuestionSlug: "nothing"}
			card.Put("mixed/9", &mastery.CardEntry{Ref: "mixed/9", At: recordstest.Opening, Rating: mastery.Good, Fraction: 1})
			if err := opened[mastery.Card](t, s, "review_cards").Insert(t.Context(), &card); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, harm := range tests {
		t.Run(name, func(t *testing.T) {
			s := learned(t)
			harm(t, s)
			found, err := s.Rebuild(t.Context(), "anna")
			if err != nil || len(found) != 1 || found[0].Collection+" "+string(found[0].Problem) != name {
				t.Errorf("found %v, %v", found, err)
			}
			if found, err := s.Rebuild(t.Context(), "anna"); err != nil || len(found) > 0 {
				t.Errorf("found again: %v, %v", found, err)
			}
		})
	}
}

// TestRebuildLosesNothing makes the learner do something at each moment of a
// rebuild that has differences to repair.
func TestRebuildLosesNothing(t *testing.T) {
	for moment := 1; ; moment++ {
		s := learned(t)
		damage(t, s, "course_records", func(r *course.Record) { r.Results = nil })
		damage(t, s, "review_cards", func(c *mastery.Card) { c.Reps += 3 })
		reached := false
		read := 0
		s.Engine.Before(func(call storetest.Call) error {
			if call.Operation.Writes() {
				return nil
			}
			if read++; read != moment {
				return nil
			}
			reached = true
			if _, err := s.CompleteUnit(context.Background(), "anna", "basics", "outside"); err != nil {
				t.Error(err)
			}
			if _, err := s.Take("anna", quiz.StartInput{QuizSlug: "mixed"}, recordstest.All); err != nil {
				t.Error(err)
			}
			return nil
		})
		if _, err := s.Rebuild(t.Context(), "anna"); err != nil {
			t.Fatal(err)
		}
		if !reached {
			if moment < 5 {
				t.Errorf("a rebuild has %d moments", moment)
			}
			return
		}
		s.Engine.Before(nil)
		p, err := s.Course(t.Context(), "anna", "basics")
		if err != nil || p.Units[2].State != course.UnitSatisfied {
			t.Errorf("moment %d: the tick is lost: %v, %v", moment, p, err)
		}
		found, err := s.Rebuild(t.Context(), "anna")
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range found { // what a concurrent change left unrepaired is repaired now
			if !slices.Contains([]string{"course_records", "review_cards"}, d.Collection) {
				t.Errorf("moment %d: %v", moment, d)
			}
		}
		if found, err := s.Rebuild(t.Context(), "anna"); err != nil || len(found) > 0 {
			t.Errorf("moment %d: the second rebuild found %v, %v", moment, found, err)
		}
	}
}

// TestLostSyllabusDoesNotBlockOtherProgress: everything outside the course is still
// projected.
func TestLostSyllabusDoesNotBlockOtherProgress(t *testing.T) {
	s := learned(t)
	s.Shelf.Edit(t, func(*catalog.Content) {})
	s.Shelf.Forget("basics@1")
	if _, err := s.Take("anna", quiz.StartInput{QuizSlug: "artifacts"}, recordstest.All); err != nil {
		t.Fatal(err)
	}
	if err := s.CatchUp(t.Context(), "anna"); err != nil {
		t.Errorf("catching up: %v", err)
	}
	if q, err := s.Reviews(t.Context(), "anna"); err != nil || q.NextDueAt == nil {
		t.Errorf("reviews: %+v, %v", q, err)
	}
}
