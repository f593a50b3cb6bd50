// Package recordstest is a school for the tests of what is kept of learners.
//
// Its one law: a School is put together as the program does it, by
// records.Open.
package recordstest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// Opening is when the clock of a School begins.
var Opening = time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)

// School is the records of learners on a database of their own, with a clock,
// and with the means to crash.
type School struct {
	*records.Records
	Shelf  *Shelf
	Engine *storetest.Engine

	elapsed atomic.Int64 // milliseconds since Opening
	seeds   atomic.Uint64
	ids     atomic.Int64
	chance  chance
}

// NewSchool opens a School that nobody has been to.
func NewSchool(t testing.TB) *School {
	t.Helper()
	s := &School{Shelf: NewShelf(t), Engine: storetest.Count(OpenEngine(t))}
	s.chance.source = rand.NewChaCha8([32]byte{})
	s.Reopen(t)
	return s
}

// OpenEngine returns an engine on an empty database, until the test ends.
func OpenEngine(t testing.TB) *sqlitestore.Engine {
	t.Helper()
	engine, err := sqlitestore.Open(context.Background(), sqlitestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return engine
}

// Reopen forgets everything but the database, which works again.
func (s *School) Reopen(t testing.TB) {
	t.Helper()
	s.Engine.Revive()
	names, err := xapi.NewNames("https://learn.example.org")
	if err != nil {
		t.Fatal(err)
	}
	s.Records, err = records.Open(context.Background(), s.Engine, records.Config{
		Library: s.Shelf, Now: s.Now, NewSeed: func() uint64 { return s.seeds.Add(1) }, Names: names,
		NewID:  func() string { return fmt.Sprintf("01900000-0000-7000-8000-%012d", s.ids.Add(1)) },
		Random: &s.chance,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Now is what the clock shows.
func (s *School) Now() time.Time {
	return Opening.Add(time.Duration(s.elapsed.Load()) * time.Millisecond)
}

// Wait moves the clock.
func (s *School) Wait(d time.Duration) { s.elapsed.Add(d.Milliseconds()) }

// Take answers every question of an attempt, right or wrong as told, and
// submits it.
func (s *School) Take(learner string, in quiz.StartInput, right func(slot int) bool) (quiz.Attempt, error) {
	ctx := context.Background()
	a, err := s.Attempts.Start(ctx, learner, in)
	if err != nil {
		return a, err
	}
	for i := range a.Slots {
		if err := s.Answer(learner, &a, i+1, right(i+1)); err != nil {
			return a, err
		}
	}
	return s.Attempts.Submit(ctx, learner, a.ID)
}

// Answer answers a question of an attempt, right or wrong as told.
func (s *School) Answer(learner string, a *quiz.Attempt, number int, right bool) error {
	return s.AnswerAs(learner, a, number, right, nil)
}

// AnswerAs is Answer by somebody who says how sure they are, unless it is nil.
func (s *School) AnswerAs(learner string, a *quiz.Attempt, number int, right bool, confidence *quiz.Confidence) error {
	ctx := context.Background()
	slot, err := a.Slot(number)
	if err != nil {
		return err
	}
	q, err := s.Attempts.Question(ctx, slot)
	if err != nil {
		return err
	}
	response := quiztest.Wrong(q)
	if right {
		response = quiztest.Right(q)
	}
	_, err = s.Attempts.Answer(ctx, learner, a.ID, quiz.AnswerInput{Slot: number, Response: response, Confidence: confidence})
	return err
}

// All has Take answer every question right.
func All(int) bool { return true }

// None has Take answer every question wrong.
func None(int) bool { return false }

// chance gives the same bytes each time, to several goroutines.
type chance struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

func (c *chance) Read(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.source.Read(b)
}
