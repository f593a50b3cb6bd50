package guide_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
	"github.com/scrumkb/scrumkb/internal/store"
)

// BenchmarkGuide measures the first page of a learner with the given number of
// answers to each question.
func BenchmarkGuide(b *testing.B) {
	for _, answers := range []int{1, 30, 1000} {
		b.Run(fmt.Sprintf("%dAnswersEach", answers), func(b *testing.B) {
			s := newSchool(b)
			remember(b, s, "anna", answers)
			guide := guideOf(s, time.UTC)
			asks := map[string]func() error{
				"NextSteps": func() error { _, err := guide.NextSteps(b.Context(), "anna", 5); return err },
				"Review":    func() error { _, err := s.Reviews(b.Context(), "anna"); return err },
				"Mastery":   func() error { _, err := s.Mastery(b.Context(), "anna"); return err },
				"Activity":  func() error { _, err := guide.Activity(b.Context(), "anna", nil, nil); return err },
				"Streak":    func() error { _, err := guide.Streak(b.Context(), "anna"); return err },
			}
			for name, ask := range asks {
				b.Run(name, func(b *testing.B) {
					for b.Loop() {
						if err := ask(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// remember stores the given number of answers to each question, one a day.
func remember(b *testing.B, s *school, learner string, answers int) {
	b.Helper()
	cards := openAs[mastery.Card](b, s, "review_cards", "due_at")
	objectives := openAs[mastery.Record](b, s, "objective_records")
	months := openAs[activity.Month](b, s, "activity_months", "month")
	snapshot, err := s.Shelf.Current()
	if err != nil {
		b.Fatal(err)
	}
	byMonth := map[string]*activity.Month{}
	for _, q := range snapshot.Questions() {
		card := &mastery.Card{Meta: store.Meta{ID: learner + "/" + q.Slug}, LearnerID: learner, QuestionSlug: q.Slug}
		for n := range answers {
			at := recordstest.Opening.AddDate(0, 0, -n-1)
			ref := fmt.Sprintf("practice:TOPIC:%s/%d", q.ObjectiveCode, n)
			card.Put(ref, &mastery.CardEntry{Ref: ref, At: at, Rating: mastery.Again})
			name := activity.MonthOf(at)
			if byMonth[name] == nil {
				byMonth[name] = &activity.Month{Meta: store.Meta{ID: learner + "/" + name}, LearnerID: learner, Month: name}
			}
			byMonth[name].Put(ref, []activity.Entry{{Ref: ref, Quarter: activity.QuarterOf(at), Answers: 1, Seconds: 60}})
		}
		if err := cards.Insert(b.Context(), card); err != nil {
			b.Fatal(err)
		}
	}
	for _, topic := range snapshot.Topics() {
		for _, o := range topic.Objectives {
			record := &mastery.Record{Meta: store.Meta{ID: learner + "/" + o.Code}, LearnerID: learner, ObjectiveCode: o.Code}
			for n := range answers {
				e := mastery.Entry{
					Ref: fmt.Sprintf("attempt/%d", -n), At: noonOfMonday.AddDate(0, 0, -n), Percent: float64(100 * (n % 2)),
					Right: n % 2, Wrong: 1 - n%2,
				}
				record.Put(e.Ref, &e)
			}
			if err := objectives.Insert(b.Context(), record); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, m := range byMonth {
		if err := months.Insert(b.Context(), m); err != nil {
			b.Fatal(err)
		}
	}
}

func openAs[T any](b *testing.B, s *school, name string, fields ...string) *store.Collection[T] {
	b.Helper()
	c, err := store.Open[T](b.Context(), s.Engine, store.Spec{Name: name, Fields: append([]string{"learner_id"}, fields...)})
	if err != nil {
		b.Fatal(err)
	}
	return c
}
