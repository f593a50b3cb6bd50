package journey_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// FuzzRemoveSEU checks that an id refers to an entry of the learner, or to
// nothing.
func FuzzRemoveSEU(f *testing.F) {
	j := newJourneys(f)
	if _, err := j.earn("2024-11-30"); err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "seu/", seuID(anna, 1), seuID(anna, -1), seuID("ben", 1), "journey/YW5uYQ", "seu/LzE", "seu/////"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if _, err := j.RemoveSEU(t.Context(), anna, id); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%q: %v, want NOT_FOUND", id, err)
		}
	})
}
