package nodeid

import "testing"

// Clients store ids, so these must never change.
func TestIDs(t *testing.T) {
	const id = "0190c3a2-7f4e-7c31-9d0e-3f1b2a4c5d6e"
	for global, want := range map[string]struct {
		kind   Kind
		stored string
	}{
		"attempt/_wBtaXhlZC8x": {Attempt, "\xff\x00mixed/1"},
		"certificate/K7QF2M9X": {Certificate, "K7QF2M9X"},
		"cohort/" + id:         {Cohort, id},
		"member/" + id:         {Member, id},
		"membership/" + id:     {Membership, id},
		"journey/YW5uYS9jc3Bv": {Journey, "anna/cspo"},
		"seu/YW5uYS9jc3BvLzE":  {SEU, "anna/cspo/1"},
		"notice/YW5uYS94":      {Notice, "anna/x"},
	} {
		if got := want.kind.Write(want.stored); got != global {
			t.Errorf("%s: written %s", global, got)
		}
		if kind, stored := Read(global); kind != want.kind || stored != want.stored {
			t.Errorf("%s: read %s %q", global, kind, stored)
		}
		for kind := range forms {
			if got := kind.Read(global); (got == want.stored) != (kind == want.kind) || kind != want.kind && got != "" {
				t.Errorf("%s as %s: %q", global, kind, got)
			}
		}
	}
}

func TestInvalidIDs(t *testing.T) {
	for _, text := range []string{
		"", "/", "attempt", "attempt/", "term/increment", "certificate/", "cohort/x", "cohort/0190C3A2-7F4E-7C31-9D0E-3F1B2A4C5D6E",
		"cohort/{0190c3a2-7f4e-7c31-9d0e-3f1b2a4c5d6e}", "seu/YW5uYS9jc3BvLzE=", "seu/YW5uYS9jc3BvLzF", "attempt/+/",
	} {
		if kind, stored := Read(text); kind != "" || stored != "" {
			t.Errorf("%q is read as %s %q", text, kind, stored)
		}
	}
}
