package recordstest

import (
	"flag"
	"os"
	"testing"
)

// checksForPeople is how often a property of a whole database is checked
// unless SCRUMKB_CHECKS says otherwise.
const checksForPeople = "15"

// FewChecks makes rapid.Check run as often as SCRUMKB_CHECKS says, or
// checksForPeople times. Tests that call it must not be parallel.
func FewChecks(t testing.TB) {
	t.Helper()
	wanted := os.Getenv("SCRUMKB_CHECKS")
	if wanted == "" {
		wanted = checksForPeople
	}
	checks := flag.Lookup("rapid.checks").Value
	before := checks.String()
	if err := checks.Set(wanted); err != nil {
		t.Fatalf("SCRUMKB_CHECKS=%s: %v", wanted, err)
	}
	t.Cleanup(func() { _ = checks.Set(before) })
}
