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

func anyRating() *rapid.Generator[progress.Rating] {
	return rapid.Map(rapid.IntRange(1, 4), func(n int) progress.Rating { return progress.Rating(n) })
}

// anyMemory is one that reviews can lead to.
func anyMemory() *rapid.Generator[progress.Memory] {
	return rapid.Custom(func(t *rapid.T) progress.Memory {
		m := progress.FirstMemory(anyRating().Draw(t, "first"))
		for range rapid.IntRange(0, 12).Draw(t, "reviews") {
			m = m.Review(rapid.IntRange(0, 4000).Draw(t, "days"), anyRating().Draw(t, "rating"))
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
		days := rapid.IntRange(0, 4000).Draw(t, "days")
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
		days := rapid.IntRange(0, 4000).Draw(t, "days")
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
