package quiz_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

// stock fills a store with attempts of 20 slots, ten per learner.
func stock(b *testing.B, n int) (*quiztest.Desk, quiz.Attempt) {
	b.Helper()
	d := newDesk(b)
	d.Shelf.Edit(b, func(c *catalog.Content) {
		for i := range 20 {
			for _, q := range c.Questions {
				if q.Slug == "pillars" {
					another := *q
					another.Slug = fmt.Sprintf("pillars-%02d", i)
					another.Tags = []string{"bench"}
					another.Options = nil
					for _, o := range q.Options {
						option := *o
						another.Options = append(another.Options, &option)
					}
					another.Citations = nil
					for _, c := range q.Citations {
						citation := *c
						another.Citations = append(another.Citations, &citation)
					}
					c.Questions = append(c.Questions, &another)
					break
				}
			}
		}
		c.Quizzes = append(c.Quizzes, &catalog.Quiz{
			Slug: "long", Title: "Long", Summary: "Twenty questions.", PassPercent: 50, FeedbackMode: catalog.Deferred,
			Sections: []*catalog.Section{{Tags: []string{"bench"}}},
		})
	})
	for i := range n {
		learner := fmt.Sprintf("learner-%d", i/10)
		a := d.Begin(b, learner, "long")
		if _, err := d.Submit(context.Background(), learner, a.ID); err != nil {
			b.Fatal(err)
		}
	}
	return d, d.Begin(b, "ann", "long")
}

func BenchmarkAttempts(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d, a := stock(b, n)
			ctx := context.Background()
			b.Run("Answer", func(b *testing.B) {
				inputs := []quiz.ResponseInput{quiztest.Right(d.QuestionIn(b, &a, 7)), quiztest.Wrong(d.QuestionIn(b, &a, 7))}
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if _, err := d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: 7, Response: inputs[i%2]}); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("Get", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := d.Get(ctx, "ann", a.ID); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("Of", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := d.Of(ctx, "learner-0", quiz.Filter{State: quiz.Finished}, 10, ""); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("IdleSweep", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := d.Sweep(ctx, 100); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
