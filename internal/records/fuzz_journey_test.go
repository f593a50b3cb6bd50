package records_test

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
)

// FuzzRemoveSEU holds that an id is either that of an entry of the learner, or
// of nothing.
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

// FuzzName holds that a name that is taken is one that people see, and stays
// as it is when it is given again.
func FuzzName(f *testing.F) {
	profiles := openProfiles(f)
	for _, seed := range []string{"Anna", " Mu\u0308ller", "\u202e", "\u200d", "a\u0345\u0301", "\xff", "\u1e9b\u0323"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		p, err := profiles.Update(t.Context(), "anna", profile.Change{Name: given(name)})
		if err != nil {
			refused(t, err, fault.InvalidInput, "name")
			return
		}
		if n := utf8.RuneCountInString(p.Name); n < 1 || n > 100 || !norm.NFC.IsNormalString(p.Name) {
			t.Errorf("%q became %q", name, p.Name)
		}
		again, err := profiles.Update(t.Context(), "anna", profile.Change{Name: given(p.Name)})
		if err != nil || again != p {
			t.Errorf("%q, given again, became %q, %v", p.Name, again.Name, err)
		}
	})
}
