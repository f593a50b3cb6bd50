package cohort_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/nodeid"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

// classroom is a school and its cohorts.
type classroom struct {
	*recordstest.School
	*cohort.Cohorts
}

func newClassroom(t testing.TB) *classroom {
	t.Helper()
	s := recordstest.NewSchool(t)
	return &classroom{School: s, Cohorts: s.Cohorts}
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

func TestJoinAndLeave(t *testing.T) {
	c := newClassroom(t)
	id, code := c.MakeCohort(t, "tess", "  Spring class ")
	if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(code) {
		t.Errorf("code %s", code)
	}
	if got := c.listed(t, "tess", false); !slices.Equal(got, []string{"Spring class"}) {
		t.Errorf("cohorts: %q", got)
	}
	c.Wait(time.Minute)
	first := c.JoinCohort(t, "anna", strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	if !first.JoinedAt().Equal(recordstest.Opening.Add(time.Minute)) || first.CohortName() != "Spring class" || first.CohortID() != "cohort/"+id {
		t.Errorf("membership %+v", first)
	}
	writes := c.Engine.Writes()
	if again := c.JoinCohort(t, "anna", code); again.ID() != first.ID() || !again.JoinedAt().Equal(first.JoinedAt()) || c.Engine.Writes() != writes {
		t.Error("to join again has an effect")
	}
	c.JoinCohort(t, "ben", code)
	if _, err := c.Join(t.Context(), "anna", code, "Dr Anna"); err != nil {
		t.Fatal(err)
	}
	if got := c.Names(t, "tess", id); !slices.Equal(got, []string{"Dr Anna", "ben"}) {
		t.Errorf("members: %q", got)
	}
	for range 2 {
		if err := c.Leave(t.Context(), "anna", id); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.Names(t, "tess", id); !slices.Equal(got, []string{"ben"}) {
		t.Errorf("after leaving: %q", got)
	}
	if mine, err := c.Memberships(t.Context(), "anna"); err != nil || len(mine) != 0 {
		t.Errorf("memberships: %v, %v", mine, err)
	}
	if back := c.JoinCohort(t, "anna", code); back.ID() == first.ID() {
		t.Error("a returning member has the old id")
	}
}

func TestInvalidCodesLookAlike(t *testing.T) {
	c := newClassroom(t)
	id, old := c.MakeCohort(t, "tess", "Class")
	renewed, err := c.Renew(t.Context(), "tess", id)
	if err != nil {
		t.Fatal(err)
	}
	closed, shut := c.MakeCohort(t, "tess", "Closed")
	if _, err := c.Archive(t.Context(), "tess", closed); err != nil {
		t.Fatal(err)
	}
	var first string
	for _, code := range []string{old, shut, "AAAA-AAAA-AAAA", "", "nonsense", old + old + old, "ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ", "U" + old[1:], old[:13]} {
		_, err := c.Join(t.Context(), "anna", code, "Anna")
		recordstest.WantFault(t, code, err, fault.NotFound)
		if first == "" {
			first = err.Error()
		}
		if err.Error() != first {
			t.Errorf("%q has a different error: %v", code, err)
		}
	}
	c.JoinCohort(t, "anna", *renewed.InvitationCode())
}

func TestOnlyTrainersReachACohort(t *testing.T) {
	c := newClassroom(t)
	id, code := c.MakeCohort(t, "tess", "Class")
	member := c.JoinCohort(t, "anna", code)
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
	before := c.Engine.Writes()
	for name, call := range calls {
		for _, caller := range []string{"tom", "anna", ""} {
			theirs, nobodys := call(caller, id), call(caller, missing)
			recordstest.WantFault(t, name, theirs, fault.NotFound)
			if theirs == nil || nobodys == nil || theirs.Error() != nobodys.Error() {
				t.Errorf("%s by %q: another's is %v, a missing one %v", name, caller, theirs, nobodys)
			}
		}
		recordstest.WantFault(t, name+" without an id", call("tess", ""), fault.NotFound)
	}
	if c.Engine.Writes() != before {
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
	id, _ := c.MakeCohort(t, "tess", "Class")
	_, err := c.RemoveTrainer(ctx, "tess", id, "tess")
	recordstest.WantFault(t, "removing the last", err, fault.Conflict)
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
	recordstest.WantFault(t, "a removed trainer", err, fault.NotFound)
	if got := c.listed(t, "tom", false); len(got) != 0 {
		t.Errorf("a removed trainer sees %q", got)
	}
	if _, err := c.AddTrainer(ctx, "tess", id, "tom"); err != nil {
		t.Fatal(err)
	}
	if got := c.listed(t, "tom", false); len(got) != 1 {
		t.Errorf("a trainer who was added again sees %q", got)
	}
	for _, bad := range []string{"", "two words", "a\x00", strings.Repeat("x", 801), "\xff"} {
		_, err := c.AddTrainer(ctx, "tess", id, bad)
		recordstest.WantFault(t, bad, err, fault.InvalidInput)
	}
	for i := range cohort.MaxTrainers - 2 {
		if _, err := c.AddTrainer(ctx, "tess", id, fmt.Sprint("t", i)); err != nil {
			t.Fatal(err)
		}
	}
	_, err = c.AddTrainer(ctx, "tess", id, "one-more")
	recordstest.WantFault(t, "one too many", err, fault.Conflict)
}

func TestTwoTrainersRemoveEachOther(t *testing.T) {
	c := newClassroom(t)
	for round := range 10 {
		id, _ := c.MakeCohort(t, "tess", fmt.Sprint("Class ", round))
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
	id, code := c.MakeCohort(t, "tess", "Class")
	if _, err := c.AddTrainer(ctx, "tess", id, "tom"); err != nil {
		t.Fatal(err)
	}
	c.JoinCohort(t, "anna", code)
	c.Wait(time.Hour)
	archived, err := c.Archive(ctx, "tess", id)
	if err != nil || archived.InvitationCode() != nil || !archived.ArchivedAt().Equal(recordstest.Opening.Add(time.Hour)) {
		t.Fatalf("%v, %v", archived, err)
	}
	c.Wait(time.Hour)
	if again, err := c.Archive(ctx, "tom", id); err != nil || !again.ArchivedAt().Equal(*archived.ArchivedAt()) {
		t.Errorf("archived again: %v, %v", again, err)
	}
	for _, trainer := range []string{"tess", "tom"} {
		if open, shut := c.listed(t, trainer, false), c.listed(t, trainer, true); len(open) != 0 || !slices.Equal(shut, []string{"Class"}) {
			t.Errorf("%s: open %q, archived %q", trainer, open, shut)
		}
	}
	_, err = c.Renew(ctx, "tess", id)
	recordstest.WantFault(t, "renewing", err, fault.Conflict)
	_, err = c.AddTrainer(ctx, "tess", id, "one-more")
	recordstest.WantFault(t, "adding a trainer", err, fault.Conflict)
	if got := c.Names(t, "tess", id); !slices.Equal(got, []string{"anna"}) {
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
	id, code := c.MakeCohort(t, "tess", "Class")
	other, otherCode := c.MakeCohort(t, "tom", "Other")
	member := nodeid.Membership.Read(c.JoinCohort(t, "anna", code).ID())
	theirs := nodeid.Membership.Read(c.JoinCohort(t, "anna", otherCode).ID())
	if _, err := c.RemoveMember(t.Context(), "tess", id, theirs); err != nil {
		t.Fatal(err)
	}
	if got := c.Names(t, "tess", id); !slices.Equal(got, []string{"anna"}) {
		t.Errorf("after removing by another id, members: %q", got)
	}
	for _, m := range []string{member, member, theirs, ""} {
		if _, err := c.RemoveMember(t.Context(), "tess", id, m); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.Names(t, "tess", id); len(got) != 0 {
		t.Errorf("members: %q", got)
	}
	if got := c.Names(t, "tom", other); !slices.Equal(got, []string{"anna"}) {
		t.Errorf("of another trainer's cohort: %q", got)
	}
}

func TestFullCohort(t *testing.T) {
	c := newClassroom(t)
	id, code := c.MakeCohort(t, "tess", "Class")
	for i := range cohort.MaxMembers - 3 {
		c.JoinCohort(t, fmt.Sprint("m", i), code)
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
	if n := len(c.Names(t, "tess", id)); n > cohort.MaxMembers || n != cohort.MaxMembers-3+int(joined.Load()) {
		t.Errorf("%d members, %d latecomers joined", n, joined.Load())
	}
	for i := range 3 {
		c.Join(t.Context(), fmt.Sprint("later", i), code, "Later") //nolint:errcheck // until it is full
	}
	_, err := c.Join(t.Context(), "too-many", code, "Too many")
	recordstest.WantFault(t, "one too many", err, fault.Conflict)
	if n := len(c.Names(t, "tess", id)); n != cohort.MaxMembers {
		t.Errorf("%d members", n)
	}
	if _, err := c.Join(t.Context(), "m0", code, "Still here"); err != nil {
		t.Errorf("joining again as a member: %v", err)
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
		t.Errorf("%d cohorts were returned, and %q are listed", n, got)
	}
	_, err := c.Create(ctx, "tess", cohort.Draft{Name: "Another", IdempotencyKey: "k1"})
	recordstest.WantFault(t, "another name", err, fault.Conflict)
	if theirs, err := c.Create(ctx, "tom", in); err != nil || len(c.listed(t, "tom", false)) != 1 {
		t.Errorf("another trainer's key: %v, %v", theirs, err)
	}
	for name, in := range map[string]cohort.Draft{
		"NoName": {Name: " "}, "LongName": {Name: strings.Repeat("é", 101)}, "LineBreak": {Name: "a\nb"}, "TurnedAround": {Name: "a\u202eb"},
		"LongKey": {Name: "Class", IdempotencyKey: strings.Repeat("k", 65)},
	} {
		_, err := c.Create(ctx, "tess", in)
		recordstest.WantFault(t, name, err, fault.InvalidInput)
	}
	if _, err := c.Create(ctx, "tess", cohort.Draft{Name: strings.Repeat("é", 100)}); err != nil {
		t.Error(err)
	}
}

func TestTooManyCohorts(t *testing.T) {
	c := newClassroom(t)
	var last string
	for range cohort.MaxCohorts {
		last, _ = c.MakeCohort(t, "tess", "Class")
	}
	_, err := c.Create(t.Context(), "tess", cohort.Draft{Name: "Class"})
	recordstest.WantFault(t, "one too many", err, fault.Conflict)
	if _, err := c.Archive(t.Context(), "tess", last); err != nil {
		t.Fatal(err)
	}
	c.MakeCohort(t, "tess", "Class")
}
