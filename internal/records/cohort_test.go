package records_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/nodeid"
	"github.com/scrumkb/scrumkb/internal/owndata"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

var cohortStart = time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)

// classroom is cohorts and statements over a database of their own.
type classroom struct {
	*cohort.Cohorts
	attempts   *quiz.Attempts
	tracker    *progress.Tracker
	shelf      *shelf
	statements *statement.Statements
	ownData    *owndata.OwnData
	engine     *cohortEngine
	clock      atomic.Int64 // milliseconds after cohortStart
	ids        atomic.Int64
}

// cohortEngine counts calls, and fails the writes that a test names.
type cohortEngine struct {
	store.Engine
	finds, gets, writes atomic.Int64
	fail                atomic.Int64 // the write, counted from now, from which on all fail; 0 for none
	slow                atomic.Pointer[statementSlowness]
}

var errCohortCrash = errors.New("crashed")

func (e *cohortEngine) Ensure(ctx context.Context, schema store.Schema) (store.Documents, error) {
	documents, err := e.Engine.Ensure(ctx, schema)
	return &cohortDocuments{documents, e}, err
}

type cohortDocuments struct {
	store.Documents
	e *cohortEngine
}

func (d *cohortDocuments) write(do func() error) error {
	d.e.writes.Add(1)
	if left := d.e.fail.Load(); left != 0 {
		if left == 1 {
			return errCohortCrash
		}
		d.e.fail.Add(-1)
	}
	if slow := d.e.slow.Load(); slow != nil {
		slow.pass()
	}
	return do()
}

func (d *cohortDocuments) GetMany(ctx context.Context, ids []string, part store.Part, row func(func(any) error) error) error {
	d.e.finds.Add(1)
	return d.Documents.GetMany(ctx, ids, part, row)
}

func (d *cohortDocuments) InsertMany(ctx context.Context, docs []store.Document) (duplicates []int, err error) {
	err = d.write(func() error { duplicates, err = d.Documents.InsertMany(ctx, docs); return err })
	return duplicates, err
}

func (d *cohortDocuments) ReplaceMany(ctx context.Context, docs []store.Document) (stale []int, err error) {
	err = d.write(func() error { stale, err = d.Documents.ReplaceMany(ctx, docs); return err })
	return stale, err
}

func (d *cohortDocuments) Insert(ctx context.Context, id string, doc any) error {
	return d.write(func() error { return d.Documents.Insert(ctx, id, doc) })
}

func (d *cohortDocuments) Replace(ctx context.Context, id string, rev int64, doc any) error {
	return d.write(func() error { return d.Documents.Replace(ctx, id, rev, doc) })
}

func (d *cohortDocuments) Delete(ctx context.Context, id string, rev int64) error {
	return d.write(func() error { return d.Documents.Delete(ctx, id, rev) })
}

func (d *cohortDocuments) DeleteWhere(ctx context.Context, equal []store.Equality) (deleted int, more bool, err error) {
	err = d.write(func() error { deleted, more, err = d.Documents.DeleteWhere(ctx, equal); return err })
	return deleted, more, err
}

func (d *cohortDocuments) Get(ctx context.Context, id string, into any) error {
	d.e.gets.Add(1)
	return d.Documents.Get(ctx, id, into)
}

func (d *cohortDocuments) Find(ctx context.Context, s store.Selection, row func(func(any) error) error) error {
	d.e.finds.Add(1)
	return d.Documents.Find(ctx, s, row)
}

// cohortChance gives the same bytes each time, to several goroutines.
type cohortChance struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

func (c *cohortChance) Read(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.source.Read(b)
}

func newClassroom(t testing.TB) *classroom {
	t.Helper()
	engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &classroom{engine: &cohortEngine{Engine: engine}, shelf: newShelf(t)}
	names, err := xapi.NewNames("https://learn.example.org")
	if err != nil {
		t.Fatal(err)
	}
	opened, err := records.Open(t.Context(), c.engine, records.Config{
		Library: c.shelf, Now: c.now, NewSeed: func() uint64 { return 1 }, Names: names,
		NewID:  func() string { return fmt.Sprintf("01900000-0000-7000-8000-%012d", c.ids.Add(1)) },
		Random: &cohortChance{source: rand.NewChaCha8([32]byte{})},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.attempts, c.tracker, c.statements, c.Cohorts, c.ownData = opened.Attempts, opened.Tracker, opened.Statements, opened.Cohorts, opened.OwnData
	return c
}

func (c *classroom) now() time.Time {
	return cohortStart.Add(time.Duration(c.clock.Load()) * time.Millisecond)
}

func (c *classroom) wait(d time.Duration) { c.clock.Add(d.Milliseconds()) }

func (c *classroom) create(t testing.TB, trainer, name string) (id, code string) {
	t.Helper()
	v, err := c.Create(context.Background(), trainer, cohort.Draft{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return nodeid.Cohort.Read(v.ID()), *v.InvitationCode()
}

func (c *classroom) join(t testing.TB, learner, code string) *cohort.MembershipView {
	t.Helper()
	m, err := c.Join(context.Background(), learner, code, "Name of "+learner)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// names returns who is in a cohort, as its trainer sees it.
func (c *classroom) names(t testing.TB, trainer, id string) []string {
	t.Helper()
	v, err := c.Get(context.Background(), trainer, id)
	if err != nil {
		t.Fatal(err)
	}
	hundred := 100
	page, err := v.Members(context.Background(), catalog.PageRequest{First: &hundred})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, m := range page.Items {
		names = append(names, strings.TrimPrefix(m.Name(), "Name of "))
	}
	return names
}

// listed returns the names of a trainer's cohorts.
func (c *classroom) listed(t testing.TB, trainer string, archived bool) []string {
	t.Helper()
	views, err := c.Of(context.Background(), trainer, archived)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, v := range views {
		names = append(names, v.Name())
	}
	return names
}

func cohortFault(t testing.TB, what string, err error, want fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != want {
		t.Errorf("%s: %v, code %q, want %q", what, err, got, want)
	}
}

func TestALearnerJoinsAndLeaves(t *testing.T) {
	c := newClassroom(t)
	id, code := c.create(t, "tess", "  Spring class ")
	if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(code) {
		t.Errorf("code %s", code)
	}
	if got := c.listed(t, "tess", false); !slices.Equal(got, []string{"Spring class"}) {
		t.Errorf("cohorts: %q", got)
	}
	c.wait(time.Minute)
	first := c.join(t, "anna", strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	if !first.JoinedAt().Equal(cohortStart.Add(time.Minute)) || first.CohortName() != "Spring class" || first.CohortID() != "cohort/"+id {
		t.Errorf("membership %+v", first)
	}
	writes := c.engine.writes.Load()
	if again := c.join(t, "anna", code); again.ID() != first.ID() || !again.JoinedAt().Equal(first.JoinedAt()) || c.engine.writes.Load() != writes {
		t.Error("to join again has an effect")
	}
	c.join(t, "ben", code)
	if _, err := c.Join(t.Context(), "anna", code, "Dr Anna"); err != nil {
		t.Fatal(err)
	}
	if got := c.names(t, "tess", id); !slices.Equal(got, []string{"Dr Anna", "ben"}) {
		t.Errorf("members: %q", got)
	}
	for range 2 {
		if err := c.Leave(t.Context(), "anna", id); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.names(t, "tess", id); !slices.Equal(got, []string{"ben"}) {
		t.Errorf("after leaving: %q", got)
	}
	if mine, err := c.Memberships(t.Context(), "anna"); err != nil || len(mine) != 0 {
		t.Errorf("memberships: %v, %v", mine, err)
	}
	if back := c.join(t, "anna", code); back.ID() == first.ID() {
		t.Error("who comes back is known by the old id")
	}
}

func TestCodesThatLetNobodyInAreAllAlike(t *testing.T) {
	c := newClassroom(t)
	id, old := c.create(t, "tess", "Class")
	renewed, err := c.Renew(t.Context(), "tess", id)
	if err != nil {
		t.Fatal(err)
	}
	closed, shut := c.create(t, "tess", "Closed")
	if _, err := c.Archive(t.Context(), "tess", closed); err != nil {
		t.Fatal(err)
	}
	var first string
	for _, code := range []string{old, shut, "AAAA-AAAA-AAAA", "", "nonsense", old + old + old, "ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ", "U" + old[1:], old[:13]} {
		_, err := c.Join(t.Context(), "anna", code, "Anna")
		cohortFault(t, code, err, fault.NotFound)
		if first == "" {
			first = err.Error()
		}
		if err.Error() != first {
			t.Errorf("%q is told apart: %v", code, err)
		}
	}
	c.join(t, "anna", *renewed.InvitationCode())
}

func TestOnlyItsTrainersReachACohort(t *testing.T) {
	c := newClassroom(t)
	id, code := c.create(t, "tess", "Class")
	member := c.join(t, "anna", code)
	memberID := nodeid.Membership.Read(member.ID())
	ctx := t.Context()
	calls := map[string]func(caller, id string) error{
		"Get":           func(caller, id string) error { _, err := c.Get(ctx, caller, id); return err },
		"Renew":         func(caller, id string) error { _, err := c.Renew(ctx, caller, id); return err },
		"AddTrainer":    func(caller, id string) error { _, err := c.AddTrainer(ctx, caller, id, "tom"); return err },
		"RemoveTrainer": func(caller, id string) error { _, err := c.RemoveTrainer(ctx, caller, id, "tom"); return err },
		"RemoveMember":  func(caller, id string) error { _, err := c.RemoveMember(ctx, caller, id, memberID); return err },
		"Archive":       func(caller, id string) error { _, err := c.Archive(ctx, caller, id); return err },
	}
	const missing = "01900000-0000-7000-8000-999999999999"
	before := c.engine.writes.Load()
	for name, call := range calls {
		for _, caller := range []string{"tom", "anna", ""} {
			theirs, nobodys := call(caller, id), call(caller, missing)
			cohortFault(t, name, theirs, fault.NotFound)
			if theirs == nil || nobodys == nil || theirs.Error() != nobodys.Error() {
				t.Errorf("%s by %q: another's is %v, a missing one %v", name, caller, theirs, nobodys)
			}
		}
		cohortFault(t, name+" without an id", call("tess", ""), fault.NotFound)
	}
	if c.engine.writes.Load() != before {
		t.Error("refused calls have written")
	}
	for _, caller := range []string{"tom", "anna"} {
		if m, err := c.Member(ctx, caller, memberID); m != nil || err != nil {
			t.Errorf("%s reaches the member: %v, %v", caller, m, err)
		}
		if got := c.listed(t, caller, false); len(got) != 0 {
			t.Errorf("%s is shown %q", caller, got)
		}
	}
	if m, err := c.Membership(ctx, "ben", memberID); m != nil || err != nil {
		t.Errorf("another learner reaches the membership: %v, %v", m, err)
	}
	if m, err := c.Member(ctx, "tess", memberID); m == nil || err != nil || m.Name() != "Name of anna" {
		t.Errorf("the trainer does not reach the member: %v, %v", m, err)
	}
	for _, name := range []string{"Get", "Renew", "AddTrainer", "RemoveTrainer", "RemoveMember", "Archive"} {
		if err := calls[name]("tess", id); err != nil {
			t.Errorf("%s by the trainer: %v", name, err)
		}
	}
}

func TestTrainersOfACohort(t *testing.T) {
	c := newClassroom(t)
	ctx := t.Context()
	id, _ := c.create(t, "tess", "Class")
	_, err := c.RemoveTrainer(ctx, "tess", id, "tess")
	cohortFault(t, "removing the last", err, fault.Conflict)
	for range 2 {
		if v, err := c.AddTrainer(ctx, "tess", id, "tom"); err != nil || !slices.Equal(v.TrainerIDs(), []string{"tess", "tom"}) {
			t.Fatalf("%v, %v", v, err)
		}
	}
	if got := c.listed(t, "tom", false); !slices.Equal(got, []string{"Class"}) {
		t.Errorf("the other trainer's: %q", got)
	}
	for range 2 {
		if _, err := c.RemoveTrainer(ctx, "tess", id, "tom"); err != nil {
			t.Fatal(err)
		}
	}
	_, err = c.Get(ctx, "tom", id)
	cohortFault(t, "who was removed", err, fault.NotFound)
	if got := c.listed(t, "tom", false); len(got) != 0 {
		t.Errorf("who was removed is shown %q", got)
	}
	if _, err := c.AddTrainer(ctx, "tess", id, "tom"); err != nil {
		t.Fatal(err)
	}
	if got := c.listed(t, "tom", false); len(got) != 1 {
		t.Errorf("who was added again is shown %q", got)
	}
	for _, bad := range []string{"", "two words", "a\x00", strings.Repeat("x", 801), "\xff"} {
		_, err := c.AddTrainer(ctx, "tess", id, bad)
		cohortFault(t, bad, err, fault.InvalidInput)
	}
	for i := range cohort.MaxTrainers - 2 {
		if _, err := c.AddTrainer(ctx, "tess", id, fmt.Sprint("t", i)); err != nil {
			t.Fatal(err)
		}
	}
	_, err = c.AddTrainer(ctx, "tess", id, "one-more")
	cohortFault(t, "one too many", err, fault.Conflict)
}

func TestTwoTrainersRemoveEachOther(t *testing.T) {
	c := newClassroom(t)
	for round := range 10 {
		id, _ := c.create(t, "tess", fmt.Sprint("Class ", round))
		if _, err := c.AddTrainer(t.Context(), "tess", id, "tom"); err != nil {
			t.Fatal(err)
		}
		var both sync.WaitGroup
		for caller, other := range map[string]string{"tess": "tom", "tom": "tess"} {
			both.Go(func() {
				if _, err := c.RemoveTrainer(context.Background(), caller, id, other); err != nil && fault.CodeOf(err) != fault.NotFound {
					t.Error(err)
				}
			})
		}
		both.Wait()
		left := 0
		for _, trainer := range []string{"tess", "tom"} {
			if v, err := c.Get(t.Context(), trainer, id); err == nil {
				left++
				if !slices.Equal(v.TrainerIDs(), []string{trainer}) {
					t.Errorf("trainers %q", v.TrainerIDs())
				}
			}
		}
		if left != 1 {
			t.Errorf("%d trainers are left", left)
		}
	}
}

func TestArchivedCohorts(t *testing.T) {
	c := newClassroom(t)
	ctx := t.Context()
	id, code := c.create(t, "tess", "Class")
	if _, err := c.AddTrainer(ctx, "tess", id, "tom"); err != nil {
		t.Fatal(err)
	}
	c.join(t, "anna", code)
	c.wait(time.Hour)
	archived, err := c.Archive(ctx, "tess", id)
	if err != nil || archived.InvitationCode() != nil || !archived.ArchivedAt().Equal(cohortStart.Add(time.Hour)) {
		t.Fatalf("%v, %v", archived, err)
	}
	c.wait(time.Hour)
	if again, err := c.Archive(ctx, "tom", id); err != nil || !again.ArchivedAt().Equal(*archived.ArchivedAt()) {
		t.Errorf("archived again: %v, %v", again, err)
	}
	for _, trainer := range []string{"tess", "tom"} {
		if open, shut := c.listed(t, trainer, false), c.listed(t, trainer, true); len(open) != 0 || !slices.Equal(shut, []string{"Class"}) {
			t.Errorf("%s: open %q, archived %q", trainer, open, shut)
		}
	}
	_, err = c.Renew(ctx, "tess", id)
	cohortFault(t, "renewing", err, fault.Conflict)
	_, err = c.AddTrainer(ctx, "tess", id, "one-more")
	cohortFault(t, "adding a trainer", err, fault.Conflict)
	if got := c.names(t, "tess", id); !slices.Equal(got, []string{"anna"}) {
		t.Errorf("members: %q", got)
	}
	if mine, err := c.Memberships(ctx, "anna"); err != nil || len(mine) != 1 || mine[0].ArchivedAt() == nil {
		t.Errorf("memberships: %v, %v", mine, err)
	}
	if err := c.Leave(ctx, "anna", id); err != nil {
		t.Error(err)
	}
}

func TestRemovingMembers(t *testing.T) {
	c := newClassroom(t)
	id, code := c.create(t, "tess", "Class")
	other, otherCode := c.create(t, "tom", "Other")
	member := nodeid.Membership.Read(c.join(t, "anna", code).ID())
	theirs := nodeid.Membership.Read(c.join(t, "anna", otherCode).ID())
	if _, err := c.RemoveMember(t.Context(), "tess", id, theirs); err != nil {
		t.Fatal(err)
	}
	if got := c.names(t, "tess", id); !slices.Equal(got, []string{"anna"}) {
		t.Errorf("by the id that they have elsewhere, members: %q", got)
	}
	for _, m := range []string{member, member, theirs, ""} {
		if _, err := c.RemoveMember(t.Context(), "tess", id, m); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.names(t, "tess", id); len(got) != 0 {
		t.Errorf("members: %q", got)
	}
	if got := c.names(t, "tom", other); !slices.Equal(got, []string{"anna"}) {
		t.Errorf("of another trainer's cohort: %q", got)
	}
}

func TestACohortIsFull(t *testing.T) {
	c := newClassroom(t)
	id, code := c.create(t, "tess", "Class")
	for i := range cohort.MaxMembers - 3 {
		c.join(t, fmt.Sprint("m", i), code)
	}
	var joined atomic.Int64
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			_, err := c.Join(context.Background(), fmt.Sprint("late", i), code, "Late")
			if err == nil {
				joined.Add(1)
			} else if fault.CodeOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(c.names(t, "tess", id)); n > cohort.MaxMembers || n != cohort.MaxMembers-3+int(joined.Load()) {
		t.Errorf("%d members, %d of the late ones were let in", n, joined.Load())
	}
	for i := range 3 {
		c.Join(t.Context(), fmt.Sprint("later", i), code, "Later") //nolint:errcheck // until it is full
	}
	_, err := c.Join(t.Context(), "too-many", code, "Too many")
	cohortFault(t, "one too many", err, fault.Conflict)
	if n := len(c.names(t, "tess", id)); n != cohort.MaxMembers {
		t.Errorf("%d members", n)
	}
	if _, err := c.Join(t.Context(), "m0", code, "Still here"); err != nil {
		t.Errorf("who is a member already: %v", err)
	}
}

func TestCreatingAgainWithTheSameKey(t *testing.T) {
	c := newClassroom(t)
	ctx := t.Context()
	in := cohort.Draft{Name: "Class", IdempotencyKey: "k1"}
	var ids sync.Map
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			v, err := c.Create(context.Background(), "tess", in)
			if err != nil {
				t.Error(err)
				return
			}
			ids.Store(v.ID()+" "+*v.InvitationCode(), true)
		})
	}
	all.Wait()
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	if got := c.listed(t, "tess", false); n != 1 || len(got) != 1 {
		t.Errorf("%d cohorts were answered, and %q are listed", n, got)
	}
	_, err := c.Create(ctx, "tess", cohort.Draft{Name: "Another", IdempotencyKey: "k1"})
	cohortFault(t, "another name", err, fault.Conflict)
	if theirs, err := c.Create(ctx, "tom", in); err != nil || len(c.listed(t, "tom", false)) != 1 {
		t.Errorf("another trainer's key: %v, %v", theirs, err)
	}
	for name, in := range map[string]cohort.Draft{
		"NoName": {Name: " "}, "LongName": {Name: strings.Repeat("é", 101)}, "LineBreak": {Name: "a\nb"}, "TurnedAround": {Name: "a\u202eb"},
		"LongKey": {Name: "Class", IdempotencyKey: strings.Repeat("k", 65)},
	} {
		_, err := c.Create(ctx, "tess", in)
		cohortFault(t, name, err, fault.InvalidInput)
	}
	if _, err := c.Create(ctx, "tess", cohort.Draft{Name: strings.Repeat("é", 100)}); err != nil {
		t.Error(err)
	}
}

func TestTooManyCohorts(t *testing.T) {
	c := newClassroom(t)
	var last string
	for range cohort.MaxCohorts {
		last, _ = c.create(t, "tess", "Class")
	}
	_, err := c.Create(t.Context(), "tess", cohort.Draft{Name: "Class"})
	cohortFault(t, "one too many", err, fault.Conflict)
	if _, err := c.Archive(t.Context(), "tess", last); err != nil {
		t.Fatal(err)
	}
	c.create(t, "tess", "Class")
}

// A crash before any write leaves nothing that a person has to mend: the same
// request again completes it, and lists tell the truth.
func TestCrashesBetweenWrites(t *testing.T) {
	steps := map[string]func(c *classroom, id string) error{
		"Create": func(c *classroom, _ string) error {
			_, err := c.Create(context.Background(), "tess", cohort.Draft{Name: "New", IdempotencyKey: "k"})
			return err
		},
		"AddTrainer": func(c *classroom, id string) error {
			_, err := c.AddTrainer(context.Background(), "tess", id, "tom")
			return err
		},
		"Archive": func(c *classroom, id string) error {
			_, err := c.Archive(context.Background(), "tess", id)
			return err
		},
		"GiveUp": func(c *classroom, _ string) error { return c.GiveUp(context.Background(), "tess") },
	}
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			for crash := int64(1); ; crash++ {
				c := newClassroom(t)
				id, code := c.create(t, "tess", "Class")
				c.join(t, "anna", code)
				c.engine.fail.Store(crash)
				err := step(c, id)
				crashed := errors.Is(err, errCohortCrash)
				c.engine.fail.Store(0)
				for _, trainer := range []string{"tess", "tom"} {
					for _, archived := range []bool{false, true} {
						views, err := c.Of(t.Context(), trainer, archived)
						if err != nil {
							t.Fatal(err)
						}
						for _, v := range views {
							if (v.ArchivedAt() != nil) != archived || !slices.Contains(v.TrainerIDs(), trainer) {
								t.Errorf("crash %d: %s is shown %s among archived = %t", crash, trainer, v.Name(), archived)
							}
						}
					}
				}
				if _, err := c.Memberships(t.Context(), "anna"); err != nil {
					t.Error(err)
				}
				if err := step(c, id); err != nil {
					t.Errorf("crash %d: again: %v", crash, err)
				}
				if !crashed {
					if crash == 1 {
						t.Error("there was nothing to crash")
					}
					return
				}
			}
		})
	}
}

func TestATrainerGivesUp(t *testing.T) {
	c := newClassroom(t)
	ctx := t.Context()
	shared, code := c.create(t, "tess", "Shared")
	alone, aloneCode := c.create(t, "tess", "Alone")
	if _, err := c.AddTrainer(ctx, "tess", shared, "tom"); err != nil {
		t.Fatal(err)
	}
	for _, learner := range []string{"anna", "ben"} {
		c.join(t, learner, code)
		c.join(t, learner, aloneCode)
	}
	if err := c.GiveUp(ctx, "tess"); err != nil {
		t.Fatal(err)
	}
	if v, err := c.Get(ctx, "tom", shared); err != nil || !slices.Equal(v.TrainerIDs(), []string{"tom"}) {
		t.Errorf("the shared cohort: %v, %v", v, err)
	}
	_, err := c.Get(ctx, "tess", alone)
	cohortFault(t, "the other one", err, fault.NotFound)
	if mine, err := c.Memberships(ctx, "ben"); err != nil || len(mine) != 1 || mine[0].CohortName() != "Shared" {
		t.Errorf("ben's: %v, %v", mine, err)
	}
	_, err = c.Join(ctx, "ben", aloneCode, "Ben")
	cohortFault(t, "joining what is dissolved", err, fault.NotFound)
}

// However trainers change a cohort, it never lacks one, and whoever is listed
// as its trainer can reach it.
func TestTrainersProperty(t *testing.T) {
	fewChecks(t)
	c := newClassroom(t)
	people := []string{"a", "b", "c"}
	rapid.Check(t, func(rt *rapid.T) {
		id, _ := c.create(t, "a", "Class")
		want := []string{"a"}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			caller, other := rapid.SampledFrom(people).Draw(rt, "caller"), rapid.SampledFrom(people).Draw(rt, "other")
			add := rapid.Bool().Draw(rt, "add")
			var err error
			if add {
				_, err = c.AddTrainer(context.Background(), caller, id, other)
			} else {
				_, err = c.RemoveTrainer(context.Background(), caller, id, other)
			}
			switch {
			case !slices.Contains(want, caller):
				cohortFault(t, "an outsider", err, fault.NotFound)
			case add && !slices.Contains(want, other):
				want = append(want, other)
			case !add && slices.Equal(want, []string{other}):
				cohortFault(t, "the last", err, fault.Conflict)
			case !add:
				want = slices.DeleteFunc(want, func(p string) bool { return p == other })
			}
			for _, p := range people {
				v, err := c.Get(context.Background(), p, id)
				views, listErr := c.Of(context.Background(), p, false)
				listed := slices.ContainsFunc(views, func(v *cohort.View) bool { return v.ID() == "cohort/"+id })
				if in := slices.Contains(want, p); (err == nil) != in || listed != in || listErr != nil {
					rt.Fatalf("%s: in %t, get %v, listed %t, %v", p, in, err, listed, listErr)
				}
				if err == nil && !slices.Equal(v.TrainerIDs(), want) {
					rt.Fatalf("trainers %q, want %q", v.TrainerIDs(), want)
				}
			}
		}
		if _, err := c.Archive(context.Background(), want[0], id); err != nil {
			rt.Fatal(err)
		}
	})
}

func FuzzInvitation(f *testing.F) {
	c := newClassroom(f)
	_, code := c.create(f, "tess", "Class")
	f.Add(code)
	f.Add("oooo-iiii-llll")
	f.Add("\xff\x00İı")
	f.Fuzz(func(t *testing.T, typed string) {
		_, err := c.Join(context.Background(), "anna", typed, "Anna")
		folded := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
		if matches := folded == strings.ReplaceAll(code, "-", ""); matches != (err == nil) {
			t.Errorf("%q: %v", typed, err)
		}
	})
}

func TestGlobalIDs(t *testing.T) {
	id := uuid.NewString()
	for text, want := range map[string]string{
		"cohort/" + id: id, "cohort/" + strings.ToUpper(id): "", "cohort/{" + id + "}": "", "member/" + id: "", "cohort/": "", "": "", id: "", "cohort/urn:uuid:" + id: "",
	} {
		if got := nodeid.Cohort.Read(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
