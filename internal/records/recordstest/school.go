// Package recordstest is a school for tests of learners' records.
//
// Its one law: a School is assembled as the program does it, by records.Open.
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

// Opening is when a School's clock starts.
var Opening = time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)

// School is the records of learners on their own database, with a clock, and
// with the means to crash.
type School struct {
	*records.Records
	Shelf  *Shelf
	Engine *storetest.Engine

	elapsed atomic.Int64 // milliseconds since Opening
	seeds   atomic.Uint64
	ids     atomic.Int64
	chance  chance
}

// NewSchool opens an empty School.
func NewSchool(t testing.TB) *School {
	t.Helper()
	s := &School{Shelf: NewShelf(t), Engine: storetest.Count(OpenEngine(t))}
	s.chance.source = rand.NewChaCha8([32]byte{})
	s.Reopen(t)
	return s
}

// OpenEngine returns an engine on an empty database, which is closed when the
// test ends.
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

// Reopen discards everything except the database, and revives the process
// after a crash.
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

// Now returns the time on the clock.
func (s *School) Now() time.Time {
	return Opening.Add(time.Duration(s.elapsed.Load()) * time.Millisecond)
}

// Wait advances the clock.
func (s *School) Wait(d time.Duration) { s.elapsed.Add(d.Milliseconds()) }

// Take answers every question of an attempt, right or wrong as requested, and
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

// Answer answers a question of an attempt, right or wrong as requested.
func (s *School) Answer(learner string, a *quiz.Attempt, number int, right bool) error {
	return s.AnswerAs(learner, a, number, right, nil)
}

// AnswerAs is Answer with the learner's confidence, which may be nil.
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

// All answers every question right in Take.
func All(int) bool { return true }

// None answers every question wrong in Take.
func None(int) bool { return false }

// chance is a deterministic source of bytes, safe for concurrent use.
type chance struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

func (c *chance) Read(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.source.Read(b)
}
