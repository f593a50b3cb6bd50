package progress_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/seed"
)

// simulated is a learner who answers ten questions a day: those due for
// review, and otherwise those seen longest ago.
type simulated struct {
	*school
	knows  float64 // the probability of a right answer
	random *rand.Rand
}

func simulate(t *testing.T, knows float64) *simulated {
	t.Helper()
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := newSchool(t)
	s.Shelf.Publish(t, loaded.Content)
	return &simulated{school: s, knows: knows, random: rand.New(rand.NewPCG(1, 2))}
}

const aDay = 10 // questions

func (s *simulated) day(t *testing.T) {
	t.Helper()
	left := aDay
	for _, mode := range []quiz.PracticeMode{quiz.PracticeDue, quiz.PracticeUnseen} {
		if left == 0 {
			break
		}
		a, err := s.Take("anna", quiz.StartInput{Practice: &quiz.Practice{Mode: mode, Questions: left}},
			func(int) bool { return s.random.Float64() < s.knows })
		if fault.CodeOf(err) == fault.InvalidInput { // nothing is due
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		left -= len(a.Slots)
	}
	s.Wait(24 * time.Hour)
}

func (s *simulated) percent(t *testing.T) float64 {
	t.Helper()
	m, err := s.Mastery(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	return m.Percent
}

// TestKnowingRaisesLevelsAndGuessingDoesNot has two learners review the built-in
// questions for sixty days.
func TestKnowingRaisesLevelsAndGuessingDoesNot(t *testing.T) {
	parts := func(knows float64) (percent [3]float64) {
		s := simulate(t, knows)
		for i := range percent {
			for range 20 {
				s.day(t)
			}
			percent[i] = s.percent(t)
		}
		t.Logf("%g%% right: %.1f, %.1f, %.1f", 100*knows, percent[0], percent[1], percent[2])
		return percent
	}
	if p := parts(.85); p[0] <= 0 || p[1] <= p[0] || p[2] <= p[1] || p[2] < 50 {
		t.Errorf("a learner with 85%% right answers reaches %v%%", p)
	}
	if p := parts(.5); max(p[0], p[1], p[2]) > 10 {
		t.Errorf("a learner with 50%% right answers reaches %v%%", p)
	}
}
