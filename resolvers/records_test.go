package resolvers_test

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/owndata"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// openOwnData opens what attempts and records are opened on.
func openOwnData(t testing.TB, engine store.Engine, now func() time.Time) *owndata.OwnData {
	t.Helper()
	own, err := owndata.Open(t.Context(), engine, owndata.Config{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return own
}

// openRecords opens records whose ids and codes follow from their order.
func openRecords(t testing.TB, own *owndata.OwnData, library progress.Library, attempts *quiz.Attempts, now func() time.Time) *records.Records {
	t.Helper()
	names, err := xapi.NewNames("https://learn.example.org")
	if err != nil {
		t.Fatal(err)
	}
	var ids atomic.Int64
	records, err := records.Open(t.Context(), own.Engine(), records.Config{
		OwnData:  own,
		Library:  library,
		Attempts: attempts,
		Now:      now,
		NewID:    func() string { return fmt.Sprintf("01900000-0000-7000-8000-%012d", ids.Add(1)) },
		Random:   &chance{source: rand.NewChaCha8([32]byte{}), taken: &atomic.Int64{}},
		Names:    names,
		Issuer:   certificateIssuer(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	return records
}
