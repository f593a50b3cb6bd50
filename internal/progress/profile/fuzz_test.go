package profile_test

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

// FuzzName checks that an accepted name is visible, and stays the same when it
// is entered again.
func FuzzName(f *testing.F) {
	profiles := openProfiles(f)
	for _, seed := range []string{"Anna", " Mu\u0308ller", "\u202e", "\u200d", "a\u0345\u0301", "\xff", "\u1e9b\u0323"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		p, err := profiles.Update(t.Context(), "anna", profile.Change{Name: given(name)})
		if err != nil {
			recordstest.Refused(t, err, fault.InvalidInput, "name")
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
