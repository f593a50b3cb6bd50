package records_test

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

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// statementTold returns a statement that a learner has begun attempt n.
func statementTold(t testing.TB, learner string, n int, at time.Time) xapi.Statement {
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

func (c *classroom) tell(t testing.TB, learner string, numbers ...int) {
	t.Helper()
	var all []xapi.Statement
	for _, n := range numbers {
		all = append(all, statementTold(t, learner, n, c.now()))
	}
	if err := c.statements.Put(context.Background(), learner, all); err != nil {
		t.Error(err)
	}
}

// settle waits until what was told is listed.
func (c *classroom) settle() { c.wait(10*time.Second + time.Millisecond) }

// statementLister returns a page of some list.
type statementLister func(statement.Request) (statement.Page, error)

func (c *classroom) of(learner string) statementLister {
	return func(r statement.Request) (statement.Page, error) {
		return c.statements.Of(context.Background(), learner, r)
	}
}

func (c *classroom) inCohort(t testing.TB, trainer, id string) statementLister {
	return func(r statement.Request) (statement.Page, error) {
		v, err := c.Get(context.Background(), trainer, id)
		if err != nil {
			t.Error(err)
			return statement.Page{}, err
		}
		return v.Statements(context.Background(), r)
	}
}

// statementWalk reads a list from a cursor to its end, and returns the ids and the last
// cursor.
func statementWalk(t testing.TB, list statementLister, size int, after *string) (ids []string, last *string) {
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

func TestStatementsAreStoredOnce(t *testing.T) {
	c := newClassroom(t)
	c.tell(t, "anna", 1, 2)
	c.wait(time.Hour)
	c.tell(t, "anna", 2, 3, 1)
	c.tell(t, "ben", 1)
	stored := c.now()
	c.settle()
	page, err := c.statements.Of(t.Context(), "anna", statement.Request{})
	if err != nil || len(page.Items) != 3 || page.HasNext || page.HasPrevious {
		t.Fatalf("%+v, %v", page, err)
	}
	third := page.Items[2]
	want := statementTold(t, "anna", 3, stored)
	if third.ID() != want.ID || third.Verb() != "initialized" || !third.Timestamp().Equal(stored) || !third.StoredAt().Equal(stored) || (cohort.Statement{View: third}).Member() != nil {
		t.Errorf("%+v", third)
	}
	var text strings.Builder
	third.Statement().MarshalGQL(&text)
	encoded, err := json.Marshal(want)
	if err != nil || text.String() != string(encoded) {
		t.Errorf("%s\n%s", text.String(), encoded)
	}
	since := cohortStart.Add(time.Millisecond)
	if page, err := c.statements.Of(t.Context(), "anna", statement.Request{Since: &since}); err != nil || len(page.Items) != 1 || page.Items[0].ID() != want.ID {
		t.Errorf("since: %+v, %v", page, err)
	}
}

func TestStatementsAreListedWhenTheyAreSettled(t *testing.T) {
	c := newClassroom(t)
	c.tell(t, "anna", 1)
	c.wait(10 * time.Second)
	if ids, _ := statementWalk(t, c.of("anna"), 10, nil); len(ids) != 0 {
		t.Errorf("too early: %q", ids)
	}
	c.wait(time.Millisecond)
	if ids, _ := statementWalk(t, c.of("anna"), 10, nil); len(ids) != 1 {
		t.Errorf("not yet: %q", ids)
	}
}

func TestACrashWhileStatementsAreStored(t *testing.T) {
	c := newClassroom(t)
	all := []xapi.Statement{statementTold(t, "anna", 1, c.now()), statementTold(t, "anna", 2, c.now())}
	// A database without transactions may have stored some of them.
	if err := c.statements.Put(t.Context(), "anna", all[:1]); err != nil {
		t.Fatal(err)
	}
	c.engine.fail.Store(1)
	if err := c.statements.Put(t.Context(), "anna", all); !errors.Is(err, errCohortCrash) {
		t.Fatal(err)
	}
	c.engine.fail.Store(0)
	if err := c.statements.Put(t.Context(), "anna", all); err != nil {
		t.Fatal(err)
	}
	c.settle()
	if ids, _ := statementWalk(t, c.of("anna"), 10, nil); len(ids) != 2 {
		t.Errorf("%q", ids)
	}
}

func TestStatementArguments(t *testing.T) {
	c := newClassroom(t)
	c.tell(t, "anna", 1)
	c.settle()
	for name, r := range map[string]statement.Request{
		"Negative": {First: new(-1)}, "Huge": {First: new(101)}, "Garbage": {After: new("garbage")}, "NoBase64": {After: new("!")},
		"Short": {After: new("MTc2Mzk3NDgwMDAwMC8")}, "Operator": {After: new("eyIkZ3QiOiIifQ")}, "Empty": {After: new("")},
	} {
		_, err := c.statements.Of(t.Context(), "anna", r)
		cohortFault(t, name, err, fault.InvalidInput)
	}
	if page, err := c.statements.Of(t.Context(), "anna", statement.Request{First: new(0)}); err != nil || len(page.Items) != 0 || !page.HasNext {
		t.Errorf("a page of none: %+v, %v", page, err)
	}
	for _, since := range []time.Time{{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)} {
		page, err := c.statements.Of(t.Context(), "anna", statement.Request{Since: &since})
		if want := since.IsZero(); err != nil || (len(page.Items) == 1) != want {
			t.Errorf("since %s: %+v, %v", since, page, err)
		}
	}
}

func TestACohortsStatements(t *testing.T) {
	c := newClassroom(t)
	id, code := c.create(t, "tess", "Class")
	c.tell(t, "anna", 1)
	c.wait(time.Second)
	c.join(t, "anna", code)
	c.join(t, "ben", code)
	list := c.inCohort(t, "tess", id)
	if ids, _ := statementWalk(t, list, 10, nil); len(ids) != 0 {
		t.Errorf("what happened before joining is told: %q", ids)
	}
	c.wait(time.Second)
	c.tell(t, "anna", 2)
	c.wait(time.Second)
	c.tell(t, "ben", 2, 3)
	c.tell(t, "carl", 2)
	c.wait(time.Second)
	c.tell(t, "anna", 3)
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
	if err := c.Leave(t.Context(), "ben", id); err != nil {
		t.Fatal(err)
	}
	if ids, _ := statementWalk(t, list, 1, nil); !slices.Equal(ids, []string{statementTold(t, "anna", 2, c.now()).ID, statementTold(t, "anna", 3, c.now()).ID}) {
		t.Errorf("after one has left: %q", ids)
	}
}

// However statements are spread over members and instants, pages of any size
// give each exactly once, in one order, within the promised number of reads.
func TestCohortPagesProperty(t *testing.T) {
	fewChecks(t)
	c := newClassroom(t)
	rounds := 0
	rapid.Check(t, func(rt *rapid.T) {
		id, code := c.create(t, "tess", "Class")
		rounds++
		members := rapid.IntRange(1, 6).Draw(rt, "members")
		name := func(m int) string { return fmt.Sprintf("m%d of %d", m, rounds) }
		for m := range members {
			c.join(t, name(m), code)
		}
		want := map[string]bool{}
		for n := range rapid.IntRange(0, 40).Draw(rt, "statements") {
			learner := name(rapid.IntRange(0, members-1).Draw(rt, "member"))
			c.tell(t, learner, n)
			want[statementTold(t, learner, n, c.now()).ID] = true
			c.wait(time.Duration(rapid.IntRange(0, 1).Draw(rt, "ms")) * time.Millisecond)
		}
		c.settle()
		size := rapid.IntRange(1, 20).Draw(rt, "size")
		list := c.inCohort(t, "tess", id)
		pages := 0
		counted := func(r statement.Request) (statement.Page, error) {
			before := c.engine.finds.Load()
			page, err := list(r)
			pages++
			if reads := c.engine.finds.Load() - before; reads > int64(1+2*members+size/4) {
				rt.Fatalf("%d reads for a page of %d of %d members", reads, size, members)
			}
			return page, err
		}
		ids, _ := statementWalk(t, counted, size, nil)
		if len(ids) != len(want) {
			rt.Fatalf("%d statements, want %d", len(ids), len(want))
		}
		for _, id := range ids {
			if !want[id] {
				rt.Fatalf("%s is not wanted, or told twice", id)
			}
			delete(want, id)
		}
		whole, _ := statementWalk(t, list, 100, nil)
		if !slices.Equal(whole, ids) {
			rt.Fatal("the order depends on the size of pages")
		}
		if _, err := c.Archive(t.Context(), "tess", id); err != nil {
			rt.Fatal(err)
		}
	})
}

// While members go on learning, and writes take their time, whoever reads on
// from the last cursor misses nothing and gets nothing twice.
func TestReadingOnWhileStatementsAreStored(t *testing.T) {
	c := newClassroom(t)
	id, code := c.create(t, "tess", "Class")
	const members, each = 4, 25
	for m := range members {
		c.join(t, fmt.Sprint("m", m), code)
	}
	slow := &statementSlowness{classroom: c, began: map[string]int64{}}
	c.engine.slow.Store(slow)
	var writers sync.WaitGroup
	for m := range members {
		writers.Go(func() {
			for n := range each {
				learner := fmt.Sprint("m", m)
				slow.begin(learner)
				c.tell(t, learner, n)
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
		ids, after = statementWalk(t, c.inCohort(t, "tess", id), 7, after)
		for _, id := range ids {
			if seen[id] {
				t.Errorf("%s is told twice", id)
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
		t.Errorf("%d of %d statements, %d of them meanwhile", len(seen), members*each, meanwhile)
	}
}

// statementSlowness lets time pass while writes are under way, but no more than four
// seconds for any of them.
type statementSlowness struct {
	*classroom
	mu    sync.Mutex
	began map[string]int64 // by learner
	chain int64
}

func (s *statementSlowness) begin(learner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.began[learner] = s.clock.Load()
}

func (s *statementSlowness) end(learner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.began, learner)
}

func (s *statementSlowness) pass() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chain = (s.chain*37 + 11) % 1500
	for _, began := range s.began {
		if s.clock.Load()+s.chain-began > 4000 {
			return
		}
	}
	s.clock.Add(s.chain)
}

func FuzzStatementCursor(f *testing.F) {
	c := newClassroom(f)
	c.tell(f, "anna", 1, 2)
	c.settle()
	page, err := c.statements.Of(context.Background(), "anna", statement.Request{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(page.Items[0].Cursor())
	f.Add("")
	f.Fuzz(func(t *testing.T, after string) {
		if _, err := c.statements.Of(context.Background(), "anna", statement.Request{After: &after}); err != nil && fault.CodeOf(err) != fault.InvalidInput {
			t.Error(err)
		}
	})
}

func BenchmarkCohortStatements(b *testing.B) {
	c := newClassroom(b)
	id, code := c.create(b, "tess", "Class")
	for m := range 30 {
		c.join(b, fmt.Sprint("m", m), code)
	}
	for n := range 40 {
		for m := range 30 {
			c.tell(b, fmt.Sprint("m", m), n)
		}
		c.clock.Add(1)
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

// What learners do is told once, in the order in which it happened, and summing
// up anew finds nothing that was not.
func TestWhatLearnersDoIsTold(t *testing.T) {
	s := newSchool(t)
	ctx := t.Context()
	if _, err := s.Enroll(ctx, "anna", "basics"); err != nil {
		t.Fatal(err)
	}
	practice := quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, ObjectiveCode: "BB1.1", Questions: 2}}
	for _, step := range []func() error{
		func() error { _, err := s.CompleteReading(ctx, "anna", "empiricism"); return err },
		func() error { _, err := s.take("anna", quiz.StartInput{QuizSlug: "artifacts"}, none); return err },
		func() error { _, err := s.take("anna", practice, all); return err },
		func() error {
			_, err := s.Waive(ctx, "anna", "basics", course.Waiver{UnitSlug: "outside", Reason: course.Equivalent, By: "tess"})
			return err
		},
		func() error { _, err := s.take("anna", quiz.StartInput{QuizSlug: "artifacts"}, all); return err },
		func() error { return s.CatchUp(ctx, "anna") },
	} {
		s.wait(time.Minute)
		if err := step(); err != nil {
			t.Fatal(err)
		}
		if err := s.CatchUp(ctx, "anna"); err != nil {
			t.Fatal(err)
		}
	}
	s.wait(time.Minute)
	page, err := s.statements.Of(ctx, "anna", statement.Request{First: new(100)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range page.Items {
		var text strings.Builder
		v.Statement().MarshalGQL(&text)
		var full struct {
			Object struct{ ID string }
			Result struct {
				Score      *struct{ Scaled float64 }
				Extensions map[string]any
			}
			Context struct {
				ContextActivities struct{ Grouping, Parent []struct{ ID string } }
			}
		}
		if err := json.Unmarshal([]byte(text.String()), &full); err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%s %s", v.Verb(), strings.TrimPrefix(full.Object.ID, "https://learn.example.org/"))
		if full.Result.Score != nil {
			line += fmt.Sprintf(" %.2f", full.Result.Score.Scaled)
		}
		for _, why := range full.Result.Extensions {
			line += fmt.Sprint(" ", why)
		}
		for _, other := range slices.Concat(full.Context.ContextActivities.Parent, full.Context.ContextActivities.Grouping) {
			line += " in " + strings.TrimPrefix(other.ID, "https://learn.example.org/")
		}
		got = append(got, line)
	}
	want := []string{
		"completed lesson/empiricism in course/basics",
		"satisfied unit/basics/read in course/basics",
		"initialized quiz/artifacts in course/basics", "completed quiz/artifacts in course/basics", "failed quiz/artifacts 0.22 in course/basics",
		"initialized practice/TOPIC", "completed practice/TOPIC", "passed practice/TOPIC 1.00",
		"waived unit/basics/outside Equivalent Outside Activity in course/basics", "satisfied unit/basics/outside in course/basics",
		"initialized quiz/artifacts in course/basics", "completed quiz/artifacts in course/basics", "passed quiz/artifacts 1.00 in course/basics",
		"satisfied unit/basics/test in course/basics", "satisfied course/basics",
	}
	slices.Sort(got) // those that were stored in the same millisecond have no order of their own
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if differences, err := s.Rebuild(ctx, "anna"); err != nil || len(differences) > 0 {
		t.Errorf("summed up anew: %v, %v", differences, err)
	}
}

func TestRebuildTellsWhatWasNotTold(t *testing.T) {
	s := newSchool(t)
	if _, err := s.Enroll(t.Context(), "anna", "basics"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CompleteReading(t.Context(), "anna", "empiricism"); err != nil {
		t.Fatal(err)
	}
	s.wait(time.Minute)
	page, err := s.statements.Of(t.Context(), "anna", statement.Request{})
	if err != nil || len(page.Items) != 2 {
		t.Fatalf("told: %v, %v", page.Items, err)
	}
	documents := s.engine.opened["statements"]
	for _, told := range page.Items {
		if err := documents.Delete(t.Context(), "anna/"+told.ID(), 1); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{2, 0} {
		differences, err := s.Rebuild(t.Context(), "anna")
		if err != nil || len(differences) != want {
			t.Errorf("%v, %v; want %d", differences, err, want)
		}
		for _, d := range differences {
			if d.Collection != "statements" || d.Problem != progress.Missing {
				t.Errorf("difference %v", d)
			}
		}
	}
	s.wait(time.Minute)
	if page, err := s.statements.Of(t.Context(), "anna", statement.Request{}); err != nil || len(page.Items) != 2 {
		t.Errorf("told: %v, %v", page.Items, err)
	}
}

func TestAnAbandonedAttemptIsTold(t *testing.T) {
	s := newSchool(t)
	s.shelf.edit(t, func(c *catalog.Content) {
		for _, q := range c.Quizzes {
			if q.Slug == "artifacts" {
				q.TimeLimitSeconds, q.OverdueHandling = new(60), catalog.AutoAbandon
			}
		}
	})
	if _, err := s.attempts.Start(t.Context(), "anna", quiz.StartInput{QuizSlug: "artifacts"}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s.wait(time.Minute)
		if err := s.CatchUp(t.Context(), "anna"); err != nil {
			t.Fatal(err)
		}
	}
	page, err := s.statements.Of(t.Context(), "anna", statement.Request{})
	var verbs []string
	for _, v := range page.Items {
		verbs = append(verbs, v.Verb())
	}
	slices.Sort(verbs)
	if err != nil || !slices.Equal(verbs, []string{"abandoned", "initialized"}) {
		t.Errorf("told: %q, %v", verbs, err)
	}
}
