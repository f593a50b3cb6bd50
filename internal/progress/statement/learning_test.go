package statement_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Everything learners do is recorded once, in the order in which it happened,
// and a rebuild finds nothing missing.
func TestActivityIsRecorded(t *testing.T) {
	s := recordstest.NewSchool(t)
	ctx := t.Context()
	if _, err := s.Tracker.Enroll(ctx, "anna", "basics"); err != nil {
		t.Fatal(err)
	}
	practice := quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, ObjectiveCode: "BB1.1", Questions: 2}}
	for _, step := range []func() error{
		func() error { _, err := s.Tracker.CompleteReading(ctx, "anna", "empiricism"); return err },
		func() error {
			_, err := s.Take("anna", quiz.StartInput{QuizSlug: "artifacts"}, recordstest.None)
			return err
		},
		func() error { _, err := s.Take("anna", practice, recordstest.All); return err },
		func() error {
			_, err := s.Tracker.Waive(ctx, "anna", "basics", course.Waiver{UnitSlug: "outside", Reason: course.Equivalent, By: "tess"})
			return err
		},
		func() error {
			_, err := s.Take("anna", quiz.StartInput{QuizSlug: "artifacts"}, recordstest.All)
			return err
		},
		func() error { return s.Tracker.CatchUp(ctx, "anna") },
	} {
		s.Wait(time.Minute)
		if err := step(); err != nil {
			t.Fatal(err)
		}
		if err := s.Tracker.CatchUp(ctx, "anna"); err != nil {
			t.Fatal(err)
		}
	}
	s.Wait(time.Minute)
	page, err := s.Statements.Of(ctx, "anna", statement.Request{First: new(100)})
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
	slices.Sort(got) // statements stored in the same millisecond have no order
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if differences, err := s.Tracker.Rebuild(ctx, "anna"); err != nil || len(differences) > 0 {
		t.Errorf("rebuild: %v, %v", differences, err)
	}
}

func TestRebuildRecordsMissingStatements(t *testing.T) {
	s := recordstest.NewSchool(t)
	if _, err := s.Tracker.Enroll(t.Context(), "anna", "basics"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Tracker.CompleteReading(t.Context(), "anna", "empiricism"); err != nil {
		t.Fatal(err)
	}
	s.Wait(time.Minute)
	page, err := s.Statements.Of(t.Context(), "anna", statement.Request{})
	if err != nil || len(page.Items) != 2 {
		t.Fatalf("told: %v, %v", page.Items, err)
	}
	stored, err := store.Open[struct {
		store.Meta `bson:",inline"`

		LearnerID string `bson:"learner_id"`
	}](t.Context(), s.Engine, store.Spec{Name: "statements", Fields: []string{"learner_id"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, told := range page.Items {
		if n, err := stored.DeleteWhere(t.Context(), store.Where{"_id": "anna/" + told.ID()}); n != 1 || err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{2, 0} {
		differences, err := s.Tracker.Rebuild(t.Context(), "anna")
		if err != nil || len(differences) != want {
			t.Errorf("%v, %v; want %d", differences, err, want)
		}
		for _, d := range differences {
			if d.Collection != "statements" || d.Problem != progress.Missing {
				t.Errorf("difference %v", d)
			}
		}
	}
	s.Wait(time.Minute)
	if page, err := s.Statements.Of(t.Context(), "anna", statement.Request{}); err != nil || len(page.Items) != 2 {
		t.Errorf("told: %v, %v", page.Items, err)
	}
}

func TestAbandonedAttemptIsRecorded(t *testing.T) {
	s := recordstest.NewSchool(t)
	s.Shelf.Edit(t, func(c *catalog.Content) {
		for _, q := range c.Quizzes {
			if q.Slug == "artifacts" {
				q.TimeLimitSeconds, q.OverdueHandling = new(60), catalog.AutoAbandon
			}
		}
	})
	if _, err := s.Attempts.Start(t.Context(), "anna", quiz.StartInput{QuizSlug: "artifacts"}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s.Wait(time.Minute)
		if err := s.Tracker.CatchUp(t.Context(), "anna"); err != nil {
			t.Fatal(err)
		}
	}
	page, err := s.Statements.Of(t.Context(), "anna", statement.Request{})
	var verbs []string
	for _, v := range page.Items {
		verbs = append(verbs, v.Verb())
	}
	slices.Sort(verbs)
	if err != nil || !slices.Equal(verbs, []string{"abandoned", "initialized"}) {
		t.Errorf("told: %q, %v", verbs, err)
	}
}
