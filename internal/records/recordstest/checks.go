package recordstest

import (
	"flag"
	"os"
	"testing"
)

// checksForPeople is how often a property over a whole database is tried unless
// SCRUMKB_CHECKS says how often.
const checksForPeople = "15"

// FewChecks has rapid.Check try the test's property as often as SCRUMKB_CHECKS
// says, or checksForPeople times. Such tests must not be parallel.
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
