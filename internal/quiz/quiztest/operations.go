package quiztest

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// Operation is an operation on the attempts of one learner.
type Operation struct {
	Name          string
	Do            func(context.Context) error
	Reads, Writes int // the fewest and the most calls to the database
}

// Operations returns the operations on a learner's attempts, to be performed
// in this order. The database also holds another learner's attempts.
func Operations(t testing.TB, d *Desk, learner string) []Operation {
	t.Helper()
	d.Begin(t, "neighbour", "endless")
	a, timed := d.Begin(t, learner, "endless"), d.Begin(t, learner, "beside")
	right := Right(d.QuestionIn(t, &a, 1))
	attempt := func(_ quiz.Attempt, err error) error { return err }
	start := func(in quiz.StartInput) func(context.Context) error {
		return func(ctx context.Context) error { return attempt(d.Start(ctx, learner, in)) }
	}
	answer := func(in quiz.AnswerInput) func(context.Context) error {
		return func(ctx context.Context) error { return attempt(d.Answer(ctx, learner, a.ID, in)) }
	}
	flag := func(ctx context.Context) error {
		return attempt(d.Flag(ctx, learner, a.ID, quiz.FlagInput{Slot: 2, Flagged: true}))
	}
	hint := func(ctx context.Context) error {
		return attempt(d.Hint(ctx, learner, a.ID, quiz.HintInput{Slot: 2, Number: 1}))
	}
	submit := func(ctx context.Context) error {
		return attempt(d.Submit(ctx, learner, a.ID))
	}
	late := func(do func(context.Context) error) func(context.Context) error {
		return func(ctx context.Context) error {
			d.At(d.Elapsed() + Limit)
			return do(ctx)
		}
	}
	count := func(ctx context.Context) error {
		_, err := d.CountOf(ctx, learner, quiz.Filter{State: quiz.Finished})
		return err
	}
	return []Operation{
		{"Resume", start(quiz.StartInput{QuizSlug: "endless"}), 1, 0},
		{"Get", func(ctx context.Context) error { return attempt(d.Get(ctx, learner, a.ID)) }, 1, 0},
		{"Answer", answer(quiz.AnswerInput{Slot: 1, Response: right}), 1, 1},
		{"SameAnswer", answer(quiz.AnswerInput{Slot: 1, Response: right}), 1, 0},
		{"AnswerWithKey", answer(quiz.AnswerInput{Slot: 1, Response: right, IdempotencyKey: "k"}), 1, 1},
		{"SameKey", answer(quiz.AnswerInput{Slot: 1, Response: right, IdempotencyKey: "k"}), 1, 0},
		{"Flag", flag, 1, 1},
		{"Hint", hint, 1, 1},
		{"Watch", func(ctx context.Context) error { return watchOnce(ctx, d, learner, a.ID) }, 1, 0},
		{"Submit", submit, 1, 1},
		{"SubmitAgain", submit, 1, 0},
		{"Start", start(quiz.StartInput{QuizSlug: "endless"}), 2, 1},
		{"Practise", start(quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeUnseen, Questions: 1}}), 3, 1},
		{"List", func(ctx context.Context) error { _, err := d.Of(ctx, learner, quiz.Filter{}, 10, ""); return err }, 2, 0},
		{"Count", count, 2, 0},
		{"History", func(ctx context.Context) error { _, err := d.History(ctx, learner); return err }, 1, 0},
		{"All", func(ctx context.Context) error { return exhaust(d.All(ctx, learner)) }, 1, 0},
		{"Unprojected", func(ctx context.Context) error { return exhaust(d.Unprojected(ctx, learner)) }, 2, 0},
		{"MarkProjected", func(ctx context.Context) error { return d.MarkProjected(ctx, timed) }, 0, 1},
		{"GetAfterTheDeadline", late(func(ctx context.Context) error { return attempt(d.Get(ctx, learner, timed.ID)) }), 1, 0},
		{"CountAfterTheDeadline", count, 2, 1},
		{"StartAnother", start(quiz.StartInput{QuizSlug: "beside"}), 2, 1},
		{"StartAfterTheDeadline", late(start(quiz.StartInput{QuizSlug: "beside"})), 2, 2},
		{"NotTheLearners", func(ctx context.Context) error {
			if _, err := d.Get(ctx, "neighbour", a.ID); fault.CodeOf(err) != fault.NotFound {
				return fmt.Errorf("got %w, want %s", err, fault.NotFound)
			}
			return nil
		}, 0, 0},
	}
}

// watchOnce receives the current state of the attempt and stops watching.
func watchOnce(ctx context.Context, d *Desk, learner, id string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	changes, err := d.Watch(ctx, learner, id, make(chan time.Time))
	if err != nil {
		return err
	}
	<-changes
	cancel()
	for range changes { // until it is closed
	}
	return nil
}

func exhaust(attempts iter.Seq2[quiz.Attempt, error]) error {
	for _, err := range attempts {
		if err != nil {
			return err
		}
	}
	return nil
}
