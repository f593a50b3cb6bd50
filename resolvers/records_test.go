package resolvers_test

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// openRecords opens records with sequential ids and codes.
func openRecords(t testing.TB, engine store.Engine, library records.Library, now func() time.Time, newSeed func() uint64) *records.Records {
	t.Helper()
	names, err := xapi.NewNames("https://learn.example.org")
	if err != nil {
		t.Fatal(err)
	}
	var ids atomic.Int64
	records, err := records.Open(t.Context(), engine, records.Config{
		Library: library,
		Now:     now,
		NewSeed: newSeed,
		NewID:   func() string { return fmt.Sprintf("01900000-0000-7000-8000-%012d", ids.Add(1)) },
		Random:  &chance{source: rand.NewChaCha8([32]byte{}), taken: &atomic.Int64{}},
		Names:   names,
		Issuer:  certificateIssuer(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	return records
}
