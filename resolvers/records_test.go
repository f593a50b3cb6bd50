package resolvers_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// openRecords opens the school's records, with sequential ids and codes.
func (s *school) openRecords(t testing.TB, library records.Library, newSeed func() uint64) *records.Records {
	t.Helper()
	names, err := xapi.NewNames("https://learn.example.org")
	if err != nil {
		t.Fatal(err)
	}
	source := rand.NewChaCha8([32]byte{})
	if _, err := io.CopyN(io.Discard, source, s.codes.Load()); err != nil {
		t.Fatal(err)
	}
	records, err := records.Open(t.Context(), s.engine, records.Config{
		Library: library,
		Now:     s.now,
		NewSeed: newSeed,
		NewID:   func() string { return fmt.Sprintf("01900000-0000-7000-8000-%012d", s.ids.Add(1)) },
		Random:  &chance{source: source, taken: &s.codes},
		Names:   names,
		Issuer:  certificateIssuer(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	return records
}
