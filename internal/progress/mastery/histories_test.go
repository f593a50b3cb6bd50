package mastery_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/scrumkb/scrumkb/internal/progress/mastery"
)

// remembered is a review, and what it comes to.
type remembered struct {
	Days       int            `json:"days"` // since the one before
	Rating     mastery.Rating `json:"rating"`
	Stability  float64        `json:"stability"`
	Difficulty float64        `json:"difficulty"`
	Interval   int            `json:"interval"`
}

// TestHistories writes 500 random histories of reviews into the file that
// SCRUMKB_HISTORIES names; clients/suites/fsrs.test.js compares them with the
// reference implementation.
func TestHistories(t *testing.T) {
	path := os.Getenv("SCRUMKB_HISTORIES")
	if path == "" {
		t.Skip("SCRUMKB_HISTORIES names no file")
	}
	chance := rand.New(rand.NewPCG(6, 21))
	histories := make([][]remembered, 500)
	for i := range histories {
		var m mastery.Memory
		for n := range 2 + chance.IntN(24) {
			rating, days := mastery.Rating(1+chance.IntN(4)), 0
			if n == 0 {
				m = mastery.FirstMemory(rating)
			} else {
				// On the same day, early, on time or late.
				days = []int{0, 0, 1 + chance.IntN(4), m.Interval(), m.Interval() + chance.IntN(2*m.Interval())}[chance.IntN(5)]
				m = m.Review(days, rating)
			}
			histories[i] = append(histories[i], remembered{days, rating, m.Stability, m.Difficulty, m.Interval()})
		}
	}
	text, err := json.Marshal(histories)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
