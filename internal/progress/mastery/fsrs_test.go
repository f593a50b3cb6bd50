package mastery_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/progress/mastery"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s = %.6f, want %.6f", what, got, want)
	}
}

func TestFirstMemory(t *testing.T) {
	tests := map[string]struct {
		rating                mastery.Rating
		stability, difficulty float64
	}{
		"Again": {mastery.Again, .212, 6.4133},
		"Hard":  {mastery.Hard, 1.2931, 5.1122},
		"Good":  {mastery.Good, 2.3065, 2.1181},
		"Easy":  {mastery.Easy, 8.2956, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := mastery.FirstMemory(tt.rating)
			near(t, "stability", m.Stability, tt.stability, 5e-5)
			near(t, "difficulty", m.Difficulty, tt.difficulty, 5e-5)
		})
	}
}

func TestReview(t *testing.T) {
	steps := []struct {
		name                                  string
		days                                  int
		rating                                mastery.Rating
		retrievability, stability, difficulty float64
		interval                              int
	}{
		{"GoodOnDay2", 2, mastery.Good, .909493, 10.9643, 2.1112, 11},
		{"GoodAfter11", 11, mastery.Good, .899777, 46.2802, 2.1043, 46},
		{"AgainAfter46", 46, mastery.Again, .900417, 2.9326, 7.3900, 3},
	}
	m := mastery.FirstMemory(mastery.Good)
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			near(t, "retrievability", m.Retrievability(float64(s.days)), s.retrievability, 5e-7)
			m = m.Review(s.days, s.rating)
			near(t, "stability", m.Stability, s.stability, 5e-5)
			near(t, "difficulty", m.Difficulty, s.difficulty, 5e-5)
			if m.Interval() != s.interval {
				t.Errorf("interval = %d, want %d", m.Interval(), s.interval)
			}
		})
	}
}

// These values cover formulas that the vectors of TestReview miss. They were
// computed independently of this program.
func TestReviewOfOtherMemories(t *testing.T) {
	strong := mastery.Memory{Stability: 50, Difficulty: 5}
	tests := map[string]struct {
		memory                mastery.Memory
		days                  int
		rating                mastery.Rating
		stability, difficulty float64
	}{
		"SameDayAgain":           {strong, 0, mastery.Again, 13.723201, 8.341762},
		"SameDayHard":            {strong, 0, mastery.Hard, 50, 6.665995},
		"SameDayGoodNeverLowers": {strong, 0, mastery.Good, 50, 4.990228},
		"SameDayEasy":            {strong, 0, mastery.Easy, 69.866613, 3.314461},
		"SameDayGoodMayRaise":    {mastery.Memory{Stability: 1, Difficulty: 5}, 0, mastery.Good, 1.050720, 4.990228},
		"LaterAgain":             {strong, 40, mastery.Again, 2.802366, 8.341762},
		"LaterHard":              {strong, 40, mastery.Hard, 93.014250, 6.665995},
		"LaterEasy":              {strong, 40, mastery.Easy, 183.956418, 3.314461},
		"ForgettingNeverRaises":  {mastery.Memory{Stability: .212, Difficulty: 1}, 3000, mastery.Again, .201766, 7.026990},
		"AtMostAHundredYears":    {mastery.Memory{Stability: 36500, Difficulty: 1}, 36500, mastery.Easy, 36500, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := tt.memory.Review(tt.days, tt.rating)
			near(t, "stability", got.Stability, tt.stability, 2e-6)
			near(t, "difficulty", got.Difficulty, tt.difficulty, 2e-6)
		})
	}
}

// anyDays is often zero: a review on the same day has its own formula.
func anyDays() *rapid.Generator[int] {
	return rapid.OneOf(rapid.Just(0), rapid.IntRange(1, 4000))
}

func anyRating() *rapid.Generator[mastery.Rating] {
	return rapid.Map(rapid.IntRange(1, 4), func(n int) mastery.Rating { return mastery.Rating(n) })
}

// anyMemory generates memories that reviews can lead to.
func anyMemory() *rapid.Generator[mastery.Memory] {
	return rapid.Custom(func(t *rapid.T) mastery.Memory {
		m := mastery.FirstMemory(anyRating().Draw(t, "first"))
		for range rapid.IntRange(0, 12).Draw(t, "reviews") {
			m = m.Review(anyDays().Draw(t, "days"), anyRating().Draw(t, "rating"))
		}
		return m
	})
}

func TestMemoryStaysInBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMemory().Draw(t, "memory")
		if !(m.Stability >= .001 && m.Stability <= 36500 && m.Difficulty >= 1 && m.Difficulty <= 10) {
			t.Fatalf("out of bounds: %+v", m)
		}
		if i := m.Interval(); i < 1 || i > 36500 {
			t.Fatalf("interval %d of %+v", i, m)
		}
		days := rapid.IntRange(0, 100000).Draw(t, "days")
		if r := m.Retrievability(float64(days)); !(r > 0 && r <= 1) {
			t.Fatalf("retrievability %v after %d days of %+v", r, days, m)
		}
	})
}

func TestBetterAnswersNeverLowerStability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMemory().Draw(t, "memory")
		days := anyDays().Draw(t, "days")
		for r := mastery.Again; r < mastery.Easy; r++ {
			worse, better := m.Review(days, r), m.Review(days, r+1)
			if better.Stability < worse.Stability || better.Difficulty > worse.Difficulty {
				t.Fatalf("%+v after %d days: rated %d %+v, rated %d %+v", m, days, r, worse, r+1, better)
			}
		}
	})
}

func TestForgettingNeverStrengthensAndRecallNeverWeakens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMemory().Draw(t, "memory")
		days := anyDays().Draw(t, "days")
		if got := m.Review(days, mastery.Again); got.Stability > m.Stability {
			t.Fatalf("forgetting strengthened %+v to %+v", m, got)
		}
		for _, r := range []mastery.Rating{mastery.Good, mastery.Easy} {
			if got := m.Review(days, r); got.Stability < m.Stability {
				t.Fatalf("rated %d after %d days: %+v weakened to %+v", r, days, m, got)
			}
		}
	})
}

func TestRetrievabilityFallsToTheWantedRetentionAtTheInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMemory().Draw(t, "memory")
		if got := m.Retrievability(m.Stability); math.Abs(got-.9) > 1e-9 {
			t.Fatalf("after as many days as the stability: %v", got)
		}
		if m.Retrievability(1) <= m.Retrievability(2) {
			t.Fatalf("%+v is not forgotten with time", m)
		}
	})
}

// A partly right answer on the day of a right one keeps the stability.
func TestSameDayHardKeepsStability(t *testing.T) {
	m := mastery.FirstMemory(mastery.Good)
	for range 3 {
		if m = m.Review(0, mastery.Hard); m.Stability != 2.3065 || m.Interval() != 2 {
			t.Errorf("stability %v, interval %d; want 2.3065 and 2", m.Stability, m.Interval())
		}
	}
	if m = m.Review(0, mastery.Again); m.Stability >= 2.3065 {
		t.Errorf("stability %v after forgetting", m.Stability)
	}
}
