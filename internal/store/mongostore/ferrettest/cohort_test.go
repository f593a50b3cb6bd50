package ferrettest_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/nodeid"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/store/mongostore/ferrettest"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// TestCohorts has learners join concurrently, and reads their statements page
// by page.
func TestCohorts(t *testing.T) {
	ctx := t.Context()
	engine := openAt(t, ferrettest.Start(t))
	names, err := xapi.NewNames("https://learn.example.org")
	if err != nil {
		t.Fatal(err)
	}
	var elapsed atomic.Int64 // seconds
	d := newDesk(t, engine)
	now := func() time.Time { return time.Date(2026, time.November, 24, 8, 0, int(elapsed.Load()), 0, time.UTC) }
	opened, err := records.Open(ctx, engine, records.Config{
		Library: d.versions, Now: now, NewSeed: func() uint64 { return 1 }, Names: names, Random: rand.Reader,
		NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
	})
	if err != nil {
		t.Fatal(err)
	}
	cohorts := opened.Cohorts
	created, err := cohorts.Create(ctx, "tess", cohort.Draft{Name: "Class", IdempotencyKey: "k"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := cohorts.Create(ctx, "tess", cohort.Draft{Name: "Class", IdempotencyKey: "k"})
	if err != nil || *again.InvitationCode() != *created.InvitationCode() {
		t.Errorf("the same request again: %v, %v", again, err)
	}
	id := nodeid.Cohort.Read(created.ID())

	const learners, each = 6, 5
	var all sync.WaitGroup
	for l := range learners {
		all.Go(func() {
			for range 2 {
				if _, err := cohorts.Join(context.Background(), fmt.Sprint("l", l), *created.InvitationCode(), fmt.Sprint("Name ", l)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for n := range each {
		for l := range learners {
			started := names.Started(xapi.Event{
				Learner: fmt.Sprint("l", l), Source: fmt.Sprint(n), Registration: fmt.Sprint(n), At: time.Unix(0, 0),
				Activity: xapi.Activity{Kind: xapi.Quiz, Path: "quiz/mixed", Name: "Mixed"},
			})
			for range 2 {
				if err := opened.Statements.Put(ctx, fmt.Sprint("l", l), []xapi.Statement{started}); err != nil {
					t.Fatal(err)
				}
			}
		}
		elapsed.Add(1)
	}
	elapsed.Add(60)
	seen := map[string]bool{}
	for after, size := (*string)(nil), 4; ; {
		v, err := cohorts.Get(ctx, "tess", id)
		if err != nil {
			t.Fatal(err)
		}
		page, err := v.Statements(ctx, statement.Request{First: &size, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.Items {
			if seen[s.ID()] {
				t.Errorf("%s is listed twice", s.ID())
			}
			seen[s.ID()] = true
			cursor := s.Cursor()
			after = &cursor
		}
		if !page.HasNext {
			break
		}
	}
	if len(seen) != learners*each {
		t.Errorf("%d statements, want %d", len(seen), learners*each)
	}

	if _, err := cohorts.AddTrainer(ctx, "tess", id, "tom"); err != nil {
		t.Fatal(err)
	}
	members, err := created.Members(ctx, catalog.PageRequest{})
	if err != nil || members.Total != learners {
		t.Fatal(members.Total, err)
	}
	if _, err := cohorts.RemoveMember(ctx, "tom", id, nodeid.Member.Read(members.Items[0].ID())); err != nil {
		t.Fatal(err)
	}
	if _, err := cohorts.Archive(ctx, "tom", id); err != nil {
		t.Fatal(err)
	}
	for _, trainer := range []string{"tess", "tom", "ben"} {
		open, err := cohorts.Of(ctx, trainer, false)
		if err != nil {
			t.Fatal(err)
		}
		archived, err := cohorts.Of(ctx, trainer, true)
		if want := slices.Contains([]string{"tess", "tom"}, trainer); err != nil || len(open) != 0 || (len(archived) == 1) != want {
			t.Errorf("%s: %d open, %d archived, %v", trainer, len(open), len(archived), err)
		}
	}
	if _, err := cohorts.Get(ctx, "ben", id); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another trainer: %v", err)
	}
	if _, err := cohorts.Join(ctx, "late", *created.InvitationCode(), "Late"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("joining an archived cohort: %v", err)
	}
}
