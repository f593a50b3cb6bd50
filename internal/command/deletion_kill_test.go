package command_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/owndata"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

// TestDeletionSurvivesKill kills the server while it deletes a learner's data.
// A deletion that was acknowledged or had begun is completed after the next
// start; otherwise nothing is deleted. Other learners keep their data.
func TestDeletionSurvivesKill(t *testing.T) {
	kills := killsUpTo(t, 8)
	chosen := rand.Uint64()
	random := rand.New(rand.NewPCG(chosen, 0))
	dir := t.TempDir()
	midway, decided := 0, 0
	s := serve(t, dir)
	for n := range kills {
		leaving, staying := guestWithRecords(t, s), guestWithRecords(t, s)
		had := leaving.stored(t, s)
		acknowledged := make(chan error, 1)
		go func() {
			acknowledged <- leaving.ask(t.Context(), s.url,
				`mutation { deleteMyData(input: { confirm: "`+leaving.name+`" }) { settlesAt } }`, nil, &struct{}{})
		}()
		<-time.After(time.Duration(random.Int64N(int64(20 * time.Millisecond))))
		s.kill(t)
		err := <-acknowledged
		if err != nil && !errors.Is(err, errGone) {
			t.Fatal(err)
		}
		left := sweepAfterAMinute(t, dir, leaving.name)

		s = serve(t, dir)
		if kept := staying.stored(t, s); kept != had {
			t.Errorf("kill %d: %d of %d records of another learner are left", n, kept, had)
		}
		switch after := leaving.stored(t, s); {
		case err == nil && left+after > 0:
			t.Errorf("kill %d: the deletion was acknowledged, and %d records were left at first, %d in the end", n, left, after)
		case after != 0 && (after != had || left != had):
			t.Errorf("kill %d: of %d records, %d were left at first, %d in the end: the deletion is not completed", n, had, left, after)
		case after == 0:
			decided++
			if left > 0 {
				midway++
			}
		}
	}
	if status, log := s.stop(t); status != 0 {
		t.Errorf("status = %d, log:\n%s", status, log)
	}
	t.Logf("random seed %d: %d kills, %d deletions were decided, %d of them interrupted midway", chosen, kills, decided, midway)
	if decided == 0 {
		t.Error("every kill came before the deletion: nothing was tested")
	}
}

// guestWithRecords returns a guest with a profile, a certification, and
// practice of ten topics, which are 12 records and what is derived from them.
func guestWithRecords(t *testing.T, s *serving) *pupil {
	t.Helper()
	p := &pupil{}
	var session struct {
		StartGuestSession struct {
			Token  string
			Viewer struct{ ID string }
		}
	}
	mutations := []string{
		`updateProfile(input: { name: "Somebody" }) { viewer { id } }`,
		`recordCertificationEarned(input: { certification: "cspo", earnedOn: "2025-11-01" }) { journey { id } }`,
	}
	for _, topic := range []string{"PO1", "PO2", "PO3", "PO4", "PO5", "SF1", "SF2", "SF3", "SF4", "CE1"} {
		mutations = append(mutations, fmt.Sprintf(`startAttempt(input: { practice: { mode: TOPIC, topic: %q, questions: 3 } }) { attempt { id } }`, topic))
	}
	if err := p.ask(t.Context(), s.url, `mutation { startGuestSession { token viewer { id } } }`, nil, &session); err != nil {
		t.Fatal(err)
	}
	p.token, p.name = session.StartGuestSession.Token, session.StartGuestSession.Viewer.ID
	for _, m := range mutations {
		if err := p.ask(t.Context(), s.url, "mutation { "+m+" }", nil, &struct{}{}); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// stored returns how many records the server has about the learner.
func (p *pupil) stored(t *testing.T, s *serving) int {
	t.Helper()
	var data struct {
		Viewer struct {
			Data struct{ Collections map[string][]struct{} }
		}
	}
	if err := p.ask(t.Context(), s.url, `{ viewer { data } }`, nil, &data); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, records := range data.Viewer.Data.Collections {
		n += len(records)
	}
	return n
}

// sweepAfterAMinute completes deletions as a server does once they have
// settled. It returns how many records the learner had until then.
func sweepAfterAMinute(t *testing.T, dir, learner string) (left int) {
	t.Helper()
	engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: filepath.Join(dir, "scrumkb-data")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	}()
	opened, err := records.Open(t.Context(), engine, records.Config{
		Library: &archive.Versions{}, // a sweep does not read the content
		Now:     func() time.Time { return time.Now().Add(owndata.DeletionSettles) },
	})
	if err != nil {
		t.Fatal(err)
	}
	own := opened.OwnData
	writing, err := own.Export(learner)
	if err != nil {
		t.Fatal(err)
	}
	defer writing.Close()
	var text bytes.Buffer
	if err := writing.Write(t.Context(), &text); err != nil {
		t.Fatal(err)
	}
	var export struct{ Collections map[string][]json.RawMessage }
	if err := json.Unmarshal(text.Bytes(), &export); err != nil {
		t.Fatal(err)
	}
	for _, records := range export.Collections {
		left += len(records)
	}
	if err := own.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	return left
}
