package cohort_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

const day = 24 * time.Hour

// learn enrols a member in the course and takes its quiz, once for each given
// number of right answers.
func (c *classroom) learn(t testing.TB, learner string, right ...int) {
	t.Helper()
	if _, err := c.Tracker.Enroll(context.Background(), learner, "basics"); err != nil {
		t.Fatal(err)
	}
	for _, n := range right {
		c.Wait(time.Hour)
		if _, err := c.Take(learner, quiz.StartInput{QuizSlug: "artifacts"}, func(slot int) bool { return slot <= n }); err != nil {
			t.Fatal(err)
		}
	}
}

func (c *classroom) reads(t testing.TB, learner string) {
	t.Helper()
	if _, err := c.Tracker.CompleteReading(context.Background(), learner, "empiricism"); err != nil {
		t.Fatal(err)
	}
}

func (c *classroom) cohort(t testing.TB, id string) *cohort.View {
	t.Helper()
	v, err := c.Get(context.Background(), "tess", id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// stuck returns the stuck members, with the codes and texts of the reasons.
func (c *classroom) stuck(t testing.TB, id string) (who []string, reasons []string) {
	t.Helper()
	members, err := c.cohort(t, id).Stuck(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		who = append(who, strings.TrimPrefix(m.Name(), "Name of "))
		all, err := m.Stuck(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			reasons = append(reasons, fmt.Sprintf("%s %s %s: %s", r.Code, r.Course.Slug, r.Since.Sub(recordstest.Opening), r.Text))
		}
	}
	return who, reasons
}

// members returns the members by their learners.
func (c *classroom) members(t testing.TB, id string) map[string]*cohort.Member {
	t.Helper()
	page, err := c.cohort(t, id).Members(context.Background(), catalog.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]*cohort.Member{}
	for _, m := range page.Items {
		members[strings.TrimPrefix(m.Name(), "Name of ")] = m
	}
	return members
}

func TestStuck(t *testing.T) {
	tests := map[string]struct {
		do   func(t *testing.T, c *classroom)
		want []string
	}{
		"NotEnrolled":    {func(_ *testing.T, c *classroom) { c.Wait(30 * day) }, nil},
		"JustEnrolled":   {func(t *testing.T, c *classroom) { c.learn(t, "anna") }, nil},
		"AlmostTwoWeeks": {func(t *testing.T, c *classroom) { c.learn(t, "anna"); c.Wait(14*day - time.Millisecond) }, nil},
		"TwoWeeks":       {func(t *testing.T, c *classroom) { c.learn(t, "anna"); c.Wait(14 * day) }, []string{"INACTIVE basics 336h0m0s: Nothing has been read, answered or ticked off for 14 days; 0 of 2 required units are done."}},
		"ReadAnything": {func(t *testing.T, c *classroom) {
			c.learn(t, "anna")
			c.Wait(10 * day)
			c.reads(t, "anna")
			c.Wait(10 * day)
		}, nil},
		"FailedOnce":       {func(t *testing.T, c *classroom) { c.learn(t, "anna", 0) }, nil},
		"FailedTwice":      {func(t *testing.T, c *classroom) { c.learn(t, "anna", 0, 0) }, []string{"REPEATED_FAILURE basics 2h0m0s: Failed “Test yourself” twice in a row; the latest score is 22.22%, and 70% is needed to pass."}},
		"FailedThreeTimes": {func(t *testing.T, c *classroom) { c.learn(t, "anna", 0, 0, 0) }, []string{"REPEATED_FAILURE basics 2h0m0s: Failed “Test yourself” 3 times in a row; the latest score is 22.22%, and 70% is needed to pass."}},
		"FailedThenPassed": {func(t *testing.T, c *classroom) { c.reads(t, "anna"); c.learn(t, "anna", 0, 0, 9) }, nil},
		"PassedThenFailed": {func(t *testing.T, c *classroom) { c.reads(t, "anna"); c.learn(t, "anna", 9, 0, 0) }, nil},
		"PassedButLocked":  {func(t *testing.T, c *classroom) { c.learn(t, "anna", 9, 0, 0) }, nil},
		"CompletedLongAgo": {func(t *testing.T, c *classroom) { c.reads(t, "anna"); c.learn(t, "anna", 9); c.Wait(100 * day) }, nil},
		"Waived": {func(t *testing.T, c *classroom) {
			c.learn(t, "anna", 0, 0)
			if _, err := c.Tracker.Waive(t.Context(), "anna", "basics", course.Waiver{UnitSlug: "test", Reason: course.TestedOut, By: "tess"}); err != nil {
				t.Fatal(err)
			}
		}, nil},
		"BothAtOnce": {func(t *testing.T, c *classroom) { c.learn(t, "anna", 0, 0); c.Wait(20 * day) }, []string{
			"REPEATED_FAILURE basics 2h0m0s: Failed “Test yourself” twice in a row; the latest score is 22.22%, and 70% is needed to pass.",
			"INACTIVE basics 338h0m0s: Nothing has been read, answered or ticked off for 20 days; 0 of 2 required units are done.",
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := newClassroom(t)
			id, code := c.MakeCohort(t, "tess", "Class")
			c.JoinCohort(t, "anna", code)
			tt.do(t, c)
			if _, got := c.stuck(t, id); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestLongestStuckComesFirst(t *testing.T) {
	c := newClassroom(t)
	id, code := c.MakeCohort(t, "tess", "Class")
	for _, learner := range []string{"anna", "ben", "carl"} {
		c.JoinCohort(t, learner, code)
	}
	c.learn(t, "ben", 0)
	c.learn(t, "anna", 0)
	c.learn(t, "anna", 0)
	c.learn(t, "ben", 0)
	if who, _ := c.stuck(t, id); !slices.Equal(who, []string{"anna", "ben"}) {
		t.Errorf("stuck: %q", who)
	}
}

func TestCoursesOfMembers(t *testing.T) {
	c := newClassroom(t)
	id, code := c.MakeCohort(t, "tess", "Class")
	for _, learner := range []string{"anna", "ben", "carl"} {
		c.JoinCohort(t, learner, code)
	}
	c.learn(t, "anna")
	c.Wait(time.Hour)
	c.reads(t, "anna")
	c.reads(t, "ben")
	c.learn(t, "ben", 9)
	members := c.members(t, id)
	for learner, want := range map[string]string{
		"anna": "[IN_PROGRESS 50 1/2 next test active 1h0m0s]", "ben": "[COMPLETED 100 2/2 next outside active 2h0m0s]", "carl": "[]",
	} {
		courses, err := members[learner].Courses(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, p := range courses {
			got = append(got, fmt.Sprintf("%s %.0f %d/%d next %s active %s", p.State, p.Percent, p.CompletedUnits, p.RequiredUnits, p.NextUnit.Slug, p.LastActiveAt.Sub(recordstest.Opening)))
			if (p.CompletedAt != nil) != (p.State == course.Completed) {
				t.Errorf("%s: completed at %v", learner, p.CompletedAt)
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", learner, got, want)
		}
	}
}

func TestWeakestObjectives(t *testing.T) {
	c := newClassroom(t)
	id, code := c.MakeCohort(t, "tess", "Class")
	practise := func(learner, objective string, questions int, right func(int) bool) {
		t.Helper()
		in := quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, ObjectiveCode: objective, Questions: questions}}
		if _, err := c.Take(learner, in, right); err != nil {
			t.Fatal(err)
		}
	}
	for _, learner := range []string{"anna", "ben", "carl"} {
		c.JoinCohort(t, learner, code)
	}
	practise("anna", "BB1.1", 3, recordstest.All)  // PROFICIENT, 80 points
	practise("anna", "AA1.2", 1, recordstest.None) // ATTEMPTED, 0 points
	practise("ben", "BB1.1", 2, recordstest.None)
	practise("outsider", "AA1.2", 1, recordstest.None)

	for learner, want := range map[string]string{
		"anna": "[AA1.2 ATTEMPTED 0 1 0 BB1.1 PROFICIENT 80 3 100]", "ben": "[BB1.1 ATTEMPTED 0 2 0]", "carl": "[]",
	} {
		weak, err := c.members(t, id)[learner].WeakestObjectives(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, o := range weak {
			got = append(got, fmt.Sprintf("%s %s %d %d %.0f", o.Objective.Code, o.Level, o.Points, o.Answered, o.PercentRight))
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", learner, got, want)
		}
	}
	ofAll := func(first *int) string {
		weak, err := c.cohort(t, id).WeakestObjectives(t.Context(), first)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, o := range weak {
			got = append(got, fmt.Sprintf("%s %d %.0f %d %.0f", o.Objective.Code, o.Members, o.Points, o.Answered, o.PercentRight))
		}
		return fmt.Sprint(got)
	}
	if got, want := ofAll(nil), "[AA1.2 1 0 1 0 BB1.1 2 40 5 60]"; got != want {
		t.Errorf("all: %s, want %s", got, want)
	}
	if got, want := ofAll(new(1)), "[AA1.2 1 0 1 0]"; got != want {
		t.Errorf("one: %s, want %s", got, want)
	}
	if err := c.Leave(t.Context(), "ben", id); err != nil {
		t.Fatal(err)
	}
	if got := ofAll(nil); strings.Contains(got, "BB1.1 2") {
		t.Errorf("a former member still counts: %s", got)
	}
	for _, n := range []int{0, -1, 21} {
		_, err := c.cohort(t, id).WeakestObjectives(t.Context(), &n)
		recordstest.WantFault(t, fmt.Sprint("first ", n), err, fault.InvalidInput)
		_, err = c.members(t, id)["anna"].WeakestObjectives(t.Context(), &n)
		recordstest.WantFault(t, fmt.Sprint("first ", n), err, fault.InvalidInput)
	}
}

// The number of commands does not depend on the number of members, on the
// requested fields, or on how often they are requested.
func TestCommandsOfACohort(t *testing.T) {
	c := newClassroom(t)
	id, code := c.MakeCohort(t, "tess", "Class")
	const members = 30
	for m := range members {
		c.JoinCohort(t, fmt.Sprint("m", m), code)
		c.learn(t, fmt.Sprint("m", m))
	}
	if _, err := c.Take("m0", quiz.StartInput{QuizSlug: "artifacts"}, recordstest.None); err != nil {
		t.Fatal(err)
	}
	c.Engine.Reset()
	if _, err := c.cohort(t, id).Stuck(t.Context()); err != nil { // projects the attempt
		t.Fatal(err)
	}
	for _, call := range c.Engine.Calls() {
		if slices.ContainsFunc(call.IDs, func(id string) bool { return call.Operation.Writes() && !strings.HasPrefix(id, "m0/") }) {
			t.Errorf("a member with nothing pending was caught up: %v", call)
		}
	}
	c.Engine.Reset()
	v := c.cohort(t, id)
	page, err := v.Members(t.Context(), catalog.PageRequest{First: new(100)})
	if err != nil || len(page.Items) != members {
		t.Fatal(len(page.Items), err)
	}
	if reads, _ := c.Engine.Sum(); reads != 2 {
		t.Errorf("%d reads for the cohort and its members alone", reads)
	}
	for range 2 {
		for _, m := range page.Items {
			if courses, err := m.Courses(t.Context()); err != nil || len(courses) != 1 {
				t.Fatal(courses, err)
			}
			if _, err := m.WeakestObjectives(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := v.Stuck(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := v.WeakestObjectives(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if calls := c.Engine.Calls(); len(calls) > 12 {
		t.Errorf("%d commands for %d members:\n%v", len(calls), members, calls)
	}
	c.Engine.Reset()
	if _, err := c.cohort(t, id).Statements(t.Context(), statement.Request{First: new(100)}); err != nil {
		t.Fatal(err)
	}
	if calls := c.Engine.Calls(); len(calls) > 4 {
		t.Errorf("%d commands for the statements of %d members:\n%v", len(calls), members, calls)
	}
}

// A page reads the records of its own members, and the rest later.
func TestRecordsOfAPage(t *testing.T) {
	c := newClassroom(t)
	id, code := c.MakeCohort(t, "tess", "Class")
	for m := range 4 {
		c.JoinCohort(t, fmt.Sprint("m", m), code)
		c.learn(t, fmt.Sprint("m", m), 0, 0)
	}
	v := c.cohort(t, id)
	page, err := v.Members(t.Context(), catalog.PageRequest{First: new(2)})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range page.Items {
		if courses, err := m.Courses(t.Context()); err != nil || len(courses) != 1 {
			t.Fatal(courses, err)
		}
	}
	if stuck, err := v.Stuck(t.Context()); err != nil || len(stuck) != 4 {
		t.Errorf("stuck: %v, %v", stuck, err)
	}
}

func BenchmarkCohortOverview(b *testing.B) {
	c := newClassroom(b)
	id, code := c.MakeCohort(b, "tess", "Class")
	for m := range 30 {
		c.JoinCohort(b, fmt.Sprint("m", m), code)
		c.learn(b, fmt.Sprint("m", m), 0, 9)
	}
	b.ResetTimer()
	for b.Loop() {
		v := c.cohort(b, id)
		if _, err := v.Stuck(b.Context()); err != nil {
			b.Fatal(err)
		}
		if weak, err := v.WeakestObjectives(b.Context(), nil); err != nil || len(weak) == 0 {
			b.Fatal(weak, err)
		}
	}
}
