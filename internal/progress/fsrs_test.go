package progress_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/progress"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s = %.6f, want %.6f", what, got, want)
	}
}

func TestFirstMemory(t *testing.T) {
	tests := map[string]struct {
		rating                progress.Rating
		stability, difficulty float64
	}{
		"Again": {progress.Again, .212, 6.4133},
		"Hard":  {progress.Hard, 1.2931, 5.1122},
		"Good":  {progress.Good, 2.3065, 2.1181},
		"Easy":  {progress.Easy, 8.2956, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := progress.FirstMemory(tt.rating)
			near(t, "stability", m.Stability, tt.stability, 5e-5)
			near(t, "difficulty", m.Difficulty, tt.difficulty, 5e-5)
		})
	}
}

func TestReview(t *testing.T) {
	steps := []struct {
		name                                  string
		days                                  int
		rating                                progress.Rating
		retrievability, stability, difficulty float64
		interval                              int
	}{
		{"GoodOnDay2", 2, progress.Good, .909493, 10.9643, 2.1112, 11},
		{"GoodAfter11", 11, progress.Good, .899777, 46.2802, 2.1043, 46},
		{"AgainAfter46", 46, progress.Again, .900417, 2.9326, 7.3900, 3},
	}
	m := progress.FirstMemory(progress.Good)
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

// The vectors of TestReview leave formulas out. These were computed from the
// formulas apart from this program.
func TestReviewOfOtherMemories(t *testing.T) {
	strong := progress.Memory{Stability: 50, Difficulty: 5}
	tests := map[string]struct {
		memory                progress.Memory
		days                  int
		rating                progress.Rating
		stability, difficulty float64
	}{
		"SameDayAgain":           {strong, 0, progress.Again, 13.723201, 8.341762},
		"SameDayHard":            {strong, 0, progress.Hard, 23.608053, 6.665995},
		"SameDayGoodNeverLowers": {strong, 0, progress.Good, 50, 4.990228},
		"SameDayEasy":            {strong, 0, progress.Easy, 69.866613, 3.314461},
		"SameDayGoodMayRaise":    {progress.Memory{Stability: 1, Difficulty: 5}, 0, progress.Good, 1.050720, 4.990228},
		"LaterAgain":             {strong, 40, progress.Again, 2.802366, 8.341762},
		"LaterHard":              {strong, 40, progress.Hard, 93.014250, 6.665995},
		"LaterEasy":              {strong, 40, progress.Easy, 183.956418, 3.314461},
		"ForgettingNeverRaises":  {progress.Memory{Stability: .212, Difficulty: 1}, 3000, progress.Again, .201766, 7.026990},
		"AtMostAHundredYears":    {progress.Memory{Stability: 36500, Difficulty: 1}, 36500, progress.Easy, 36500, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := tt.memory.Review(tt.days, tt.rating)
			near(t, "stability", got.Stability, tt.stability, 2e-6)
			near(t, "difficulty", got.Difficulty, tt.difficulty, 2e-6)
		})
	}
}

// anyDays are often none: a review on the same day has a formula of its own.
func anyDays() *rapid.Generator[int] {
	return rapid.OneOf(rapid.Just(0), rapid.IntRange(1, 4000))
}

func anyRating() *rapid.Generator[progress.Rating] {
	return rapid.Map(rapid.IntRange(1, 4), func(n int) progress.Rating { return progress.Rating(n) })
}

// anyMemory is one that reviews can lead to.
func anyMemory() *rapid.Generator[progress.Memory] {
	return rapid.Custom(func(t *rapid.T) progress.Memory {
		m := progress.FirstMemory(anyRating().Draw(t, "first"))
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

func TestBetterAnswersNeverLeaveLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMemory().Draw(t, "memory")
		days := anyDays().Draw(t, "days")
		for r := progress.Again; r < progress.Easy; r++ {
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
		if got := m.Review(days, progress.Again); got.Stability > m.Stability {
			t.Fatalf("forgetting strengthened %+v to %+v", m, got)
		}
		for _, r := range []progress.Rating{progress.Good, progress.Easy} {
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
