package profile_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

func openProfiles(t testing.TB) *profile.Profiles {
	t.Helper()
	profiles, err := profile.Open(t.Context(), recordstest.OpenEngine(t))
	if err != nil {
		t.Fatal(err)
	}
	return profiles
}

func given(value string) profile.Value[string] {
	return profile.Value[string]{Given: true, To: &value}
}

func TestProfileName(t *testing.T) {
	profiles := openProfiles(t)
	for name, tt := range map[string]struct{ given, want string }{ // "" is refused
		"Plain":                 {"Anna Müller", "Anna Müller"},
		"Trimmed":               {" \u00a0Anna\t", "Anna"},
		"Composed":              {"Mu\u0308ller", "M\u00fcller"},
		"OneCharacter":          {"Ø", "Ø"},
		"SpacesAreOne":          {"Anna  \u00a0 Müller", "Anna Müller"},
		"Persian":               {"مهدی\u200cپور", "مهدی\u200cپور"},
		"Digits":                {"R2-D2", "R2-D2"},
		"Longest":               {strings.Repeat("й", 100), strings.Repeat("й", 100)},
		"LongestAfterComposing": {strings.Repeat("e\u0301", 100), strings.Repeat("\u00e9", 100)},
		"TooLong":               {strings.Repeat("й", 101), ""},
		"Empty":                 {"", ""},
		"OnlySpaces":            {" \u3000 ", ""},
		"OnlyPunctuation":       {"...", ""},
		"OnlyJoiners":           {"\u200d\u200d", ""},
		"LineBreak":             {"Anna\nMüller", ""},
		"LineSeparator":         {"Anna\u2028Müller", ""},
		"Null":                  {"Anna\x00", ""},
		"TurnedRound":           {"\u202eannA", ""},
		"NoText":                {"Ann\xff", ""},
		"HangulFiller":          {"\u3164", ""},
		"FillersInside":         {"An\u115f\u1160\uffa0na", ""},
		"BrailleBlank":          {"\u2800", ""},
		"ZeroWidthSpace":        {"An\u200bna", ""},
		"JoinerBetweenLatin":    {"An\u200dna", ""},
		"NoCharacters":          {"Anna\ufffe\uffff", ""},
	} {
		t.Run(name, func(t *testing.T) {
			person, err := profiles.Update(t.Context(), name, profile.Change{Name: given(tt.given)})
			if tt.want == "" {
				recordstest.Refused(t, err, fault.InvalidInput, "name")
				person = profile.Profile{}
			} else if err != nil {
				t.Fatal(err)
			}
			stored, err := profiles.Get(t.Context(), name)
			if err != nil || stored != person || stored.Name != tt.want {
				t.Errorf("stored %q, answered %q, %v; want %q", stored.Name, person.Name, err, tt.want)
			}
		})
	}
}

func TestProfileTimeZone(t *testing.T) {
	profiles := openProfiles(t)
	for zone, want := range map[string]string{ // "" is refused
		"UTC": "UTC", "Europe/Berlin": "Europe/Berlin", "America/Argentina/Buenos_Aires": "America/Argentina/Buenos_Aires", "Asia/Ho_Chi_Minh": "Asia/Ho_Chi_Minh",
		"Etc/GMT+5": "Etc/GMT+5", "Etc/GMT-5": "Etc/GMT-5", "etc/gmt\u22125": "Etc/GMT-5",
		"europe/berlin": "Europe/Berlin", "EUROPE/BERLIN": "Europe/Berlin", " Europe / Berlin ": "Europe/Berlin", "Europe/Berlin\u200b": "Europe/Berlin",
		"america/new york": "America/New_York", "America/NewYork": "America/New_York", "utc": "UTC",
		"": "", " ": "", "Local": "", "Europe": "", "Europe/Atlantis": "", "../etc/passwd": "", "/etc/localtime": "", "Factory": "",
		"Europe//Berlin": "", "right/UTC": "", "posix/Europe/Berlin": "", "+01:00": "", "Europe/Berlin\x00": "", "Europe/Berlin\xff": "",
	} {
		profile, err := profiles.Update(t.Context(), "anna", profile.Change{TimeZone: given(zone)})
		if want == "" {
			recordstest.Refused(t, err, fault.InvalidInput, "timeZone")
		} else if err != nil || profile.Zone() != want || profile.Location().String() != want {
			t.Errorf("%q: %q, %v", zone, profile.Zone(), err)
		}
	}
}

func TestProfileUpdateIsPartial(t *testing.T) {
	profiles := openProfiles(t)
	none := profile.Value[string]{Given: true}
	for _, step := range []struct {
		name       string
		change     profile.Change
		wantName   string
		wantZone   string
		wantWrites int64
	}{
		{"Nothing", profile.Change{}, "", "UTC", 0},
		{"NothingToTakeAway", profile.Change{Name: none, TimeZone: none}, "", "UTC", 0},
		{"Both", profile.Change{Name: given("Anna"), TimeZone: given("Asia/Tokyo")}, "Anna", "Asia/Tokyo", 1},
		{"Again", profile.Change{Name: given(" Anna"), TimeZone: given("Asia/Tokyo")}, "Anna", "Asia/Tokyo", 1},
		{"OneIsRefused", profile.Change{Name: given("Eve"), TimeZone: given("Mars")}, "Anna", "Asia/Tokyo", 1},
		{"NameAlone", profile.Change{Name: given("Ana")}, "Ana", "Asia/Tokyo", 2},
		{"ZoneTakenAway", profile.Change{TimeZone: none}, "Ana", "UTC", 3},
		{"NameTakenAway", profile.Change{Name: none}, "", "UTC", 4},
	} {
		_, _ = profiles.Update(t.Context(), "anna", step.change)
		p, err := profiles.Get(t.Context(), "anna")
		if err != nil || p.Name != step.wantName || p.Zone() != step.wantZone || p.Rev != step.wantWrites {
			t.Errorf("%s: %q, %s, written %d times, %v; want %q, %s, %d", step.name, p.Name, p.Zone(), p.Rev, err, step.wantName, step.wantZone, step.wantWrites)
		}
	}
}

func TestConcurrentProfileUpdates(t *testing.T) {
	profiles := openProfiles(t)
	var wg sync.WaitGroup
	for _, change := range []profile.Change{{Name: given("Anna")}, {TimeZone: given("Asia/Tokyo")}} {
		wg.Go(func() {
			if _, err := profiles.Update(t.Context(), "anna", change); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if p, err := profiles.Get(t.Context(), "anna"); err != nil || p.Name != "Anna" || p.Zone() != "Asia/Tokyo" {
		t.Errorf("%q, %s, %v: a change is lost", p.Name, p.Zone(), err)
	}
}

func TestDateIsThatOfTheZone(t *testing.T) {
	at := time.Date(2026, time.March, 29, 0, 59, 0, 0, time.UTC)
	for zone, want := range map[string]string{"": "2026-03-29", "America/New_York": "2026-03-28", "Pacific/Kiritimati": "2026-03-29", "Gone/Zone": "2026-03-29"} {
		if got := (profile.Profile{TimeZone: zone}).Date(at); string(got) != want {
			t.Errorf("%s: %s, want %s", zone, got, want)
		}
	}
}
