// Package quiztest has what tests of attempts share, whatever the database:
// editable content, a settable clock, and the expected behaviour of attempts.
package quiztest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Opening is when a Desk's clock starts.
var Opening = time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)

// Desk is a service under test, with its content and its clock.
type Desk struct {
	*quiz.Attempts
	Shelf     *Shelf
	Published atomic.Int64 // how many changes were published

	engine  store.Engine
	elapsed atomic.Int64 // milliseconds after Opening
	seeds   atomic.Uint64
}

// Open returns a Desk at Opening that stores attempts in the engine.
func Open(t testing.TB, engine store.Engine) *Desk {
	t.Helper()
	d := &Desk{engine: engine, Shelf: NewShelf(t)}
	d.Reopen(t)
	return d
}

// Reopen discards everything except the database and the content, as a crash
// does.
func (d *Desk) Reopen(t testing.TB) {
	t.Helper()
	var err error
	d.Attempts, err = quiz.OpenAttempts(context.Background(), d.engine, quiz.Config{
		Library: d.Shelf,
		Now:     d.Now,
		NewSeed: func() uint64 { return d.seeds.Add(1) },
	})
	if err != nil {
		t.Fatal(err)
	}
	d.OnChange(func(quiz.Attempt) { d.Published.Add(1) })
}

// Elapsed is the time since Opening, in whole milliseconds.
func (d *Desk) Elapsed() time.Duration { return time.Duration(d.elapsed.Load()) * time.Millisecond }

// Now is the time on the clock.
func (d *Desk) Now() time.Time { return Opening.Add(d.Elapsed()) }

// At sets the clock to an instant after Opening.
func (d *Desk) At(afterOpening time.Duration) { d.elapsed.Store(afterOpening.Milliseconds()) }

// Begin starts an attempt at a quiz.
func (d *Desk) Begin(t testing.TB, learner, slug string) quiz.Attempt {
	t.Helper()
	a, err := d.Start(context.Background(), learner, quiz.StartInput{QuizSlug: slug})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// QuestionIn returns the question of an existing slot in the version that was
// drawn.
func (d *Desk) QuestionIn(t testing.TB, a *quiz.Attempt, slot int) *catalog.Question {
	t.Helper()
	s, err := a.Slot(slot)
	if err != nil {
		t.Fatal(err)
	}
	q, err := d.Question(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
