package owndata_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/owndata"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
	"github.com/scrumkb/scrumkb/internal/store"
)

// openAttempts opens a collection of attempts as stored, without the rules for
// changing them.
func openAttempts(b *testing.B, engine store.Engine) *store.Collection[quiz.Attempt] {
	b.Helper()
	c, err := store.Open[quiz.Attempt](b.Context(), engine, store.Spec{
		Name: "attempts", Fields: []string{"learner_id"}, Indexes: []store.Index{{Name: "learner", Keys: []string{"learner_id"}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// tenAnswers is an attempt with ten graded answers.
func tenAnswers(learner string, number int) *quiz.Attempt {
	at := noon
	half := quiz.Mark{Numerator: 1, Denominator: 2}
	a := &quiz.Attempt{
		Meta: store.Meta{ID: fmt.Sprintf("%s/po1/%06d", learner, number)}, LearnerID: learner, Key: "po1", QuizSlug: "po1", QuizVersion: 1,
		Number: number, State: quiz.Finished, StartedAt: at, FinishedAt: &at, Projected: true,
	}
	for i := range 10 {
		a.Slots = append(a.Slots, quiz.Slot{
			Number: i + 1, QuestionSlug: fmt.Sprintf("po1-owning-backlog-%02d", i), QuestionVersion: 1, TopicCode: "PO1", ObjectiveCode: "PO1.1",
			Reason: quiz.Reason{Code: "SECTION", Text: "Drawn for this quiz."}, OptionOrder: []string{"c", "a", "d", "b"},
			Rev: 1, State: "GRADED_PARTIAL", Response: &quiz.Response{Options: []string{"a"}}, AnsweredAt: &at, Graded: &half,
		})
	}
	return a
}

func BenchmarkOwnData(b *testing.B) {
	for _, attempts := range []int{100, 10_000} {
		engine := recordstest.OpenEngine(b)
		o := &owner{now: noon}
		var err error
		o.OwnData, err = owndata.Open(b.Context(), engine, owndata.Config{Now: func() time.Time { return o.now }})
		if err != nil {
			b.Fatal(err)
		}
		stored := openAttempts(b, o.Engine())
		fill := func(learner string) {
			for i := range attempts {
				if err := stored.Insert(b.Context(), tenAnswers(learner, i)); err != nil {
					b.Fatal(err)
				}
			}
		}
		fill("ben")
		b.Run(fmt.Sprintf("Export/%d", attempts), func(b *testing.B) {
			size := 0
			for b.Loop() {
				size = len(o.export(b, "ben"))
			}
			b.ReportMetric(float64(size), "bytes")
		})
		n := 0
		b.Run(fmt.Sprintf("Delete/%d", attempts), func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				n++
				learner := fmt.Sprintf("learner-%d", n)
				fill(learner)
				b.StartTimer()
				if _, err := o.Delete(b.Context(), learner); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkInsert measures what checking for a deletion adds to an insertion.
func BenchmarkInsert(b *testing.B) {
	engine := recordstest.OpenEngine(b)
	own, err := owndata.Open(b.Context(), engine, owndata.Config{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for name, e := range map[string]store.Engine{"Admitted": own.Engine(), "Unasked": engine} {
		attempts := openAttempts(b, e)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				n++
				if err := attempts.Insert(b.Context(), tenAnswers("ben", n)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
