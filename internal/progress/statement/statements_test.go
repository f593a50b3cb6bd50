package statement_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// started returns a statement that a learner has begun attempt n.
func started(t testing.TB, learner string, n int, at time.Time) xapi.Statement {
	t.Helper()
	names, err := xapi.NewNames("https://learn.example.org")
	if err != nil {
		t.Fatal(err)
	}
	return names.Started(xapi.Event{
		Learner: learner, Source: fmt.Sprint("attempt/", n), At: at, Registration: fmt.Sprint(n),
		Activity: xapi.Activity{Kind: xapi.Quiz, Path: "quiz/mixed", Name: "Mixed"},
	})
}

// classroom is a school with statements about its learners.
type classroom struct{ *recordstest.School }

func newClassroom(t testing.TB) *classroom {
	t.Helper()
	return &classroom{recordstest.NewSchool(t)}
}

func (c *classroom) record(t testing.TB, learner string, numbers ...int) {
	t.Helper()
	var all []xapi.Statement
	for _, n := range numbers {
		all = append(all, started(t, learner, n, c.Now()))
	}
	if err := c.Statements.Put(context.Background(), learner, all); err != nil {
		t.Error(err)
	}
}

// finds returns the number of calls for more than one document.
func (c *classroom) finds() int {
	n := 0
	for _, call := range c.Engine.Calls() {
		if call.Operation == storetest.Find || call.Operation == storetest.GetMany {
			n++
		}
	}
	return n
}

// settle waits until the recorded statements are listed.
func (c *classroom) settle() { c.Wait(10*time.Second + time.Millisecond) }

// lister returns a page of some list.
type lister func(statement.Request) (statement.Page, error)

func (c *classroom) of(learner string) lister {
	return func(r statement.Request) (statement.Page, error) {
		return c.Statements.Of(context.Background(), learner, r)
	}
}

func (c *classroom) inCohort(t testing.TB, trainer, id string) lister {
	return func(r statement.Request) (statement.Page, error) {
		v, err := c.Cohorts.Get(context.Background(), trainer, id)
		if err != nil {
			t.Error(err)
			return statement.Page{}, err
		}
		return v.Statements(context.Background(), r)
	}
}

// walk reads a list from a cursor to its end, and returns the ids and the last
// cursor.
func walk(t testing.TB, list lister, size int, after *string) (ids []string, last *string) {
	t.Helper()
	for {
		page, err := list(statement.Request{First: &size, After: after})
		if err != nil {
			t.Fatal(err)
		}
		if page.HasPrevious != (after != nil) || len(page.Items) > size || page.HasNext && len(page.Items) < size {
			t.Fatalf("%d statements, previous %t, next %t", len(page.Items), page.HasPrevious, page.HasNext)
		}
		for _, s := range page.Items {
			ids = append(ids, s.ID())
		}
		if n := len(page.Items); n > 0 {
			cursor := page.Items[n-1].Cursor()
			after = &cursor
		}
		if !page.HasNext {
			return ids, after
		}
	}
}

func TestAClockThatIsSetBackWhileTheProgramIsNotRunning(t *testing.T) {
	c := newClassroom(t)
	c.record(t, "anna", 1, 2)
	c.settle()
	anna := func(r statement.Request) (statement.Page, error) {
		return c.Statements.Of(context.Background(), "anna", r)
	}
	before, last := walk(t, anna, 10, nil)
	c.Wait(-time.Hour)
	c.Reopen(t)
	c.record(t, "ben", 1)
	c.record(t, "anna", 3, 4)
	c.settle()
	after, _ := walk(t, anna, 10, last)
	if len(before) != 2 || len(after) != 2 {
		t.Errorf("%d statements, and then %d", len(before), len(after))
	}
	if all, _ := walk(t, anna, 10, nil); !slices.Equal(all, append(before, after...)) {
		t.Errorf("in the order %v, want %v and then %v", all, before, after)
	}
}

func TestStatementsAreStoredOnce(t *testing.T) {
	c := newClassroom(t)
	c.record(t, "anna", 1, 2)
	c.Wait(time.Hour)
	c.record(t, "anna", 2, 3, 1)
	c.record(t, "ben", 1)
	stored := c.Now()
	c.settle()
	page, err := c.Statements.Of(t.Context(), "anna", statement.Request{})
	if err != nil || len(page.Items) != 3 || page.HasNext || page.HasPrevious {
		t.Fatalf("%+v, %v", page, err)
	}
	third := page.Items[2]
	want := started(t, "anna", 3, stored)
	if third.ID() != want.ID || third.Verb() != "initialized" || !third.Timestamp().Equal(stored) || !third.StoredAt().Equal(stored) || (cohort.Statement{View: third}).Member() != nil {
		t.Errorf("%+v", third)
	}
	var text strings.Builder
	third.Statement().MarshalGQL(&text)
	encoded, err := json.Marshal(want)
	if err != nil || text.String() != string(encoded) {
		t.Errorf("%s\n%s", text.String(), encoded)
	}
	since := recordstest.Opening.Add(time.Millisecond)
	if page, err := c.Statements.Of(t.Context(), "anna", statement.Request{Since: &since}); err != nil || len(page.Items) != 1 || page.Items[0].ID() != want.ID {
		t.Errorf("since: %+v, %v", page, err)
	}
}

func TestStatementsAreListedOnceSettled(t *testing.T) {
	c := newClassroom(t)
	c.record(t, "anna", 1)
	c.Wait(10 * time.Second)
	if ids, _ := walk(t, c.of("anna"), 10, nil); len(ids) != 0 {
		t.Errorf("too early: %q", ids)
	}
	c.Wait(time.Millisecond)
	if ids, _ := walk(t, c.of("anna"), 10, nil); len(ids) != 1 {
		t.Errorf("not yet: %q", ids)
	}
}

func TestCrashWhileStoringStatements(t *testing.T) {
	c := newClassroom(t)
	all := []xapi.Statement{started(t, "anna", 1, c.Now()), started(t, "anna", 2, c.Now())}
	// Without transactions, the database may have stored some of them.
	if err := c.Statements.Put(t.Context(), "anna", all[:1]); err != nil {
		t.Fatal(err)
	}
	c.Engine.CrashAt(1, false)
	if err := c.Statements.Put(t.Context(), "anna", all); !errors.Is(err, storetest.ErrCrashed) {
		t.Fatal(err)
	}
	c.Engine.Revive()
	if err := c.Statements.Put(t.Context(), "anna", all); err != nil {
		t.Fatal(err)
	}
	c.settle()
	if ids, _ := walk(t, c.of("anna"), 10, nil); len(ids) != 2 {
		t.Errorf("%q", ids)
	}
}

func TestStatementArguments(t *testing.T) {
	c := newClassroom(t)
	c.record(t, "anna", 1)
	c.settle()
	for name, r := range map[string]statement.Request{
		"Negative": {First: new(-1)}, "Huge": {First: new(101)}, "Garbage": {After: new("garbage")}, "NoBase64": {After: new("!")},
		"Short": {After: new("MTc2Mzk3NDgwMDAwMC8")}, "Operator": {After: new("eyIkZ3QiOiIifQ")}, "Empty": {After: new("")},
	} {
		_, err := c.Statements.Of(t.Context(), "anna", r)
		recordstest.WantFault(t, name, err, fault.InvalidInput)
	}
	if page, err := c.Statements.Of(t.Context(), "anna", statement.Request{First: new(0)}); err != nil || len(page.Items) != 0 || !page.HasNext {
		t.Errorf("an empty page: %+v, %v", page, err)
	}
	for _, since := range []time.Time{{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)} {
		page, err := c.Statements.Of(t.Context(), "anna", statement.Request{Since: &since})
		if want := since.IsZero(); err != nil || (len(page.Items) == 1) != want {
			t.Errorf("since %s: %+v, %v", since, page, err)
		}
	}
}

func TestStatementsOfACohort(t *testing.T) {
	c := newClassroom(t)
	id, code := c.MakeCohort(t, "tess", "Class")
	c.record(t, "anna", 1)
	c.Wait(time.Second)
	c.JoinCohort(t, "anna", code)
	c.JoinCohort(t, "ben", code)
	list := c.inCohort(t, "tess", id)
	if ids, _ := walk(t, list, 10, nil); len(ids) != 0 {
		t.Errorf("statements from before joining are listed: %q", ids)
	}
	c.Wait(time.Second)
	c.record(t, "anna", 2)
	c.Wait(time.Second)
	c.record(t, "ben", 2, 3)
	c.record(t, "carl", 2)
	c.Wait(time.Second)
	c.record(t, "anna", 3)
	c.settle()
	page, err := list(statement.Request{})
	if err != nil {
		t.Fatal(err)
	}
	var members []string
	for _, s := range page.Items {
		members = append(members, (cohort.Statement{View: s}).Member().Name())
	}
	if !slices.Equal(members, []string{"Name of anna", "Name of ben", "Name of ben", "Name of anna"}) {
		t.Errorf("members: %q", members)
	}
	if err := c.Cohorts.Leave(t.Context(), "ben", id); err != nil {
		t.Fatal(err)
	}
	if ids, _ := walk(t, list, 1, nil); !slices.Equal(ids, []string{started(t, "anna", 2, c.Now()).ID, started(t, "anna", 3, c.Now()).ID}) {
		t.Errorf("after a member has left: %q", ids)
	}
}

// However statements are distributed over members and times, pages of any size
// list each exactly once, in one order, within the promised number of reads.
func TestCohortPagesProperty(t *testing.T) {
	recordstest.FewChecks(t)
	c := newClassroom(t)
	rounds := 0
	rapid.Check(t, func(rt *rapid.T) {
		id, code := c.MakeCohort(t, "tess", "Class")
		rounds++
		members := rapid.IntRange(1, 6).Draw(rt, "members")
		name := func(m int) string { return fmt.Sprintf("m%d of %d", m, rounds) }
		for m := range members {
			c.JoinCohort(t, name(m), code)
		}
		want := map[string]bool{}
		for n := range rapid.IntRange(0, 40).Draw(rt, "statements") {
			learner := name(rapid.IntRange(0, members-1).Draw(rt, "member"))
			c.record(t, learner, n)
			want[started(t, learner, n, c.Now()).ID] = true
			c.Wait(time.Duration(rapid.IntRange(0, 1).Draw(rt, "ms")) * time.Millisecond)
		}
		c.settle()
		size := rapid.IntRange(1, 20).Draw(rt, "size")
		list := c.inCohort(t, "tess", id)
		pages := 0
		counted := func(r statement.Request) (statement.Page, error) {
			c.Engine.Reset()
			page, err := list(r)
			pages++
			if reads := c.finds(); reads > 2 { // the members and the statements
				rt.Fatalf("%d reads for a page of %d of %d members", reads, size, members)
			}
			return page, err
		}
		ids, _ := walk(t, counted, size, nil)
		if len(ids) != len(want) {
			rt.Fatalf("%d statements, want %d", len(ids), len(want))
		}
		for _, id := range ids {
			if !want[id] {
				rt.Fatalf("%s is unexpected or listed twice", id)
			}
			delete(want, id)
		}
		whole, _ := walk(t, list, 100, nil)
		if !slices.Equal(whole, ids) {
			rt.Fatal("the order depends on the size of pages")
		}
		if _, err := c.Cohorts.Archive(t.Context(), "tess", id); err != nil {
			rt.Fatal(err)
		}
	})
}

// While members keep learning, and writes are slow, a reader who continues
// from the last cursor misses nothing and sees nothing twice.
func TestReadingDuringWrites(t *testing.T) {
	c := newClassroom(t)
	id, code := c.MakeCohort(t, "tess", "Class")
	const members, each = 4, 25
	for m := range members {
		c.JoinCohort(t, fmt.Sprint("m", m), code)
	}
	slow := &slowness{classroom: c, began: map[string]time.Time{}}
	c.Engine.Before(func(call storetest.Call) error {
		if call.Operation.Writes() {
			slow.pass()
		}
		return nil
	})
	var writers sync.WaitGroup
	for m := range members {
		writers.Go(func() {
			for n := range each {
				learner := fmt.Sprint("m", m)
				slow.begin(learner)
				c.record(t, learner, n)
				slow.end(learner)
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	seen := map[string]bool{}
	var after *string
	read := func() {
		var ids []string
		ids, after = walk(t, c.inCohort(t, "tess", id), 7, after)
		for _, id := range ids {
			if seen[id] {
				t.Errorf("%s is listed twice", id)
			}
			seen[id] = true
		}
	}
	meanwhile := 0
	for open := true; open; {
		select {
		case <-done:
			open = false
			meanwhile = len(seen)
			c.settle()
		default:
		}
		read()
	}
	if len(seen) != members*each || meanwhile == 0 {
		t.Errorf("%d of %d statements, %d of them during the test", len(seen), members*each, meanwhile)
	}
}

// slowness lets time pass during writes, but at most four seconds for each.
type slowness struct {
	*classroom
	mu    sync.Mutex
	began map[string]time.Time // by learner
	chain time.Duration
}

func (s *slowness) begin(learner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.began[learner] = s.Now()
}

func (s *slowness) end(learner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.began, learner)
}

func (s *slowness) pass() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chain = (s.chain*37 + 11*time.Millisecond) % (1500 * time.Millisecond)
	for _, began := range s.began {
		if s.Now().Add(s.chain).Sub(began) > 4*time.Second {
			return
		}
	}
	s.Wait(s.chain)
}

func FuzzStatementCursor(f *testing.F) {
	c := newClassroom(f)
	c.record(f, "anna", 1, 2)
	c.settle()
	page, err := c.Statements.Of(context.Background(), "anna", statement.Request{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(page.Items[0].Cursor())
	f.Add("")
	f.Fuzz(func(t *testing.T, after string) {
		if _, err := c.Statements.Of(context.Background(), "anna", statement.Request{After: &after}); err != nil && fault.CodeOf(err) != fault.InvalidInput {
			t.Error(err)
		}
	})
}

func BenchmarkCohortStatements(b *testing.B) {
	c := newClassroom(b)
	id, code := c.MakeCohort(b, "tess", "Class")
	for m := range 30 {
		c.JoinCohort(b, fmt.Sprint("m", m), code)
	}
	for n := range 40 {
		for m := range 30 {
			c.record(b, fmt.Sprint("m", m), n)
		}
		c.Wait(time.Millisecond)
	}
	c.settle()
	list := c.inCohort(b, "tess", id)
	for _, size := range []int{20, 100} {
		b.Run(fmt.Sprint("page_of_", size), func(b *testing.B) {
			for b.Loop() {
				if page, err := list(statement.Request{First: &size}); err != nil || len(page.Items) != size {
					b.Fatal(page, err)
				}
			}
		})
	}
}
