package guide_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/guide"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

const days = 24 * time.Hour

func guideOf(s *school, zone *time.Location, renewals ...journey.Reminder) *guide.Guide {
	return guide.New(guide.Config{
		Current: s.Shelf.Current, Now: s.Now, Attempts: s.Attempts, Tracker: s.Tracker,
		Zone:     func(context.Context, string) (*time.Location, error) { return zone, nil },
		Journeys: func(context.Context, string) (journey.ToDo, error) { return journey.ToDo{Renewals: renewals}, nil },
	})
}

func practise(mode quiz.PracticeMode, objective string, questions int) quiz.StartInput {
	return quiz.StartInput{Practice: &quiz.Practice{Mode: mode, ObjectiveCode: objective, Questions: questions}}
}

func mustTake(t testing.TB, s *school, learner string, in quiz.StartInput, right func(int) bool) quiz.Attempt {
	t.Helper()
	a, err := s.Take(learner, in, right)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func dueSlugs(t testing.TB, s *school, learner string) []string {
	t.Helper()
	queue, err := s.Reviews(t.Context(), learner)
	if err != nil {
		t.Fatal(err)
	}
	slugs := []string{}
	for _, d := range queue.Reviews {
		slugs = append(slugs, d.Question.Slug)
	}
	return slugs
}

func TestReviewQueue(t *testing.T) {
	s := newSchool(t)
	wrong := mustTake(t, s, "anna", practise(quiz.PracticeTopic, "AA1.1", 1), recordstest.None)
	s.Wait(time.Hour)
	mustTake(t, s, "anna", practise(quiz.PracticeTopic, "BB1.1", 3), recordstest.All)

	queue, err := s.Reviews(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	if want := recordstest.Opening.Add(1 * days); queue.DueCount() != 0 || !queue.NextDueAt.Equal(want) {
		t.Fatalf("%d due, next at %s; want none before %s", queue.DueCount(), queue.NextDueAt, want)
	}
	s.Wait(1*days - time.Hour - time.Millisecond)
	if got := dueSlugs(t, s, "anna"); len(got) != 0 {
		t.Errorf("due a moment too early: %v", got)
	}
	s.Wait(time.Millisecond)
	if got := dueSlugs(t, s, "anna"); !slices.Equal(got, []string{"pillars"}) {
		t.Errorf("due when it is time: %v", got)
	}
	if got := dueSlugs(t, s, "ben"); len(got) != 0 {
		t.Errorf("due for somebody else: %v", got)
	}

	s.Wait(2 * days)
	if got := dueSlugs(t, s, "anna"); len(got) != 4 || got[0] != "pillars" {
		t.Errorf("the longest due first: %v", got)
	}
	queue, err = s.Reviews(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	if first := queue.Reviews[0]; first.Retrievability <= 0 || first.Retrievability >= .9 || !first.LastAnsweredAt.Equal(*wrong.Slots[0].AnsweredAt) || queue.NextDueAt != nil {
		t.Errorf("%+v, next at %v", first, queue.NextDueAt)
	}

	session := mustTake(t, s, "anna", practise(quiz.PracticeDue, "", 2), recordstest.All)
	if len(session.Slots) != 2 || session.Slots[0].QuestionSlug != "pillars" || session.Slots[0].Reason.Text != "You last answered this 3 days ago. It has been due for review for 2 days." {
		t.Errorf("the session has %+v", session.Slots)
	}
	if got := dueSlugs(t, s, "anna"); len(got) != 2 || slices.Contains(got, "pillars") {
		t.Errorf("due after two were reviewed: %v", got)
	}
	mustTake(t, s, "anna", practise(quiz.PracticeDue, "", 10), recordstest.All)
	_, err = s.Attempts.Start(t.Context(), "anna", practise(quiz.PracticeDue, "", 10))
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != fault.InvalidInput || f.Field != "practice.mode" {
		t.Errorf("with nothing due: %v", err)
	}
}

func TestWithdrawnQuestionsAreNotDue(t *testing.T) {
	s := newSchool(t)
	mustTake(t, s, "anna", practise(quiz.PracticeTopic, "AA1.1", 1), recordstest.None)
	mustTake(t, s, "anna", practise(quiz.PracticeTopic, "BB1.1", 3), recordstest.None)
	s.Shelf.Edit(t, func(c *catalog.Content) {
		for _, q := range c.Questions {
			if q.Slug == "pillars" {
				q.Status = catalog.Hidden
			}
		}
	})
	queue, err := s.Reviews(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	if queue.NextDueAt == nil {
		t.Error("nothing is due next")
	}
	s.Wait(2 * days)
	if got := dueSlugs(t, s, "anna"); len(got) != 3 || slices.Contains(got, "pillars") {
		t.Errorf("due: %v", got)
	}
}

func TestMasteryAddsUp(t *testing.T) {
	s := newSchool(t)
	practised := mustTake(t, s, "anna", practise(quiz.PracticeTopic, "BB1.1", 3), recordstest.All) // PROFICIENT
	s.Wait(time.Hour)
	mustTake(t, s, "anna", practise(quiz.PracticeTopic, "AA1.2", 1), recordstest.None) // ATTEMPTED

	m, err := s.Mastery(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{"": m.Percent}
	for _, o := range m.Objectives {
		got[o.Objective.Code] = float64(o.Points())
	}
	for _, topic := range m.Topics {
		got[topic.Topic.Code] = topic.Percent
	}
	for _, c := range m.Courses {
		got[c.Course.Slug] = c.Percent
	}
	want := map[string]float64{"": 26.66, "AA1.1": 0, "AA1.2": 0, "BB1.1": 80, "AA1": 0, "BB1": 80, "basics": 40}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	o := m.Objectives[2]
	if o.Level != mastery.Proficient || o.Answered != 3 || o.Right != 3 || len(o.Steps) != 1 || !o.LevelAt.Equal(recordstest.Opening) {
		t.Fatalf("%+v", o)
	}
	if got, want := o.Steps[0].AttemptID(), quiz.GlobalID("anna", practised.Ref()); got != want {
		t.Errorf("led to by %s, want %s", got, want)
	}
	if weakest := m.Weakest(); weakest == nil || weakest.Objective.Code != "AA1.2" {
		t.Errorf("weakest: %+v", weakest)
	}

	session := mustTake(t, s, "anna", practise(quiz.PracticeWeak, "", 3), recordstest.All)
	for _, slot := range session.Slots {
		if slot.ObjectiveCode != "AA1.2" {
			t.Errorf("drawn from %s, which is not the weakest", slot.ObjectiveCode)
		}
	}
	if other, err := s.Mastery(t.Context(), "ben"); err != nil || other.Percent != 0 || other.Weakest() != nil {
		t.Errorf("somebody else: %+v, %v", other, err)
	}
}

func TestActivityIsInTheLearnersDays(t *testing.T) {
	s := newSchool(t) // at 8:00 UTC, which is 22:00 in Kiritimati
	guide := guideOf(s, zoneOf(t, "Pacific/Kiritimati"))
	s.Wait(time.Minute)
	a, err := s.Attempts.Start(t.Context(), "anna", practise(quiz.PracticeTopic, "BB1.1", 3))
	if err != nil {
		t.Fatal(err)
	}
	for number, wait := range []time.Duration{90 * time.Second, 10 * time.Second, 2 * time.Hour} {
		s.Wait(wait)
		if err := s.Answer("anna", &a, number+1, number == 1); err != nil {
			t.Fatal(err)
		}
	}
	calendar, err := guide.Activity(t.Context(), "anna", new(catalog.Date("2026-11-23")), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []*activity.Day{
		{Date: "2026-11-23"},
		{Date: "2026-11-24", Learned: true, Minutes: 2, Answers: 2, Right: 1},
		{Date: "2026-11-25", Learned: true, Minutes: 5, Answers: 1},
	}
	if diff := cmp.Diff(want, calendar); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	streak, err := guide.Streak(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&activity.Streak{Current: 2, Longest: 2, LastDay: new(catalog.Date("2026-11-25")), TodayDone: true}, streak); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if other, err := guide.Streak(t.Context(), "ben"); err != nil || *other != (activity.Streak{}) {
		t.Errorf("somebody else: %+v, %v", other, err)
	}
}

func TestActivityBounds(t *testing.T) {
	s := newSchool(t)
	date := func(d catalog.Date) *catalog.Date { return &d }
	tests := map[string]struct {
		from, to    *catalog.Date
		first, last catalog.Date
		days        int
		refused     bool
	}{
		"AYearUntilToday": {nil, nil, "2025-11-25", "2026-11-24", 365, false},
		"AYearUntilADate": {nil, date("2024-02-29"), "2023-03-02", "2024-02-29", 365, false},
		"UntilToday":      {date("2026-11-20"), nil, "2026-11-20", "2026-11-24", 5, false},
		"OneDay":          {date("2026-11-20"), date("2026-11-20"), "2026-11-20", "2026-11-20", 1, false},
		"LeapYear":        {date("2024-01-01"), date("2024-12-31"), "2024-01-01", "2024-12-31", 366, false},
		"TooLong":         {date("2024-01-01"), date("2025-01-01"), "", "", 0, true},
		"FromAfterTo":     {date("2024-01-02"), date("2024-01-01"), "", "", 0, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			calendar, err := s.Activity(t.Context(), "anna", time.UTC, tt.from, tt.to)
			if tt.refused {
				if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != fault.InvalidInput || f.Field != "from" {
					t.Errorf("error = %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(calendar) != tt.days || calendar[0].Date != tt.first || calendar[len(calendar)-1].Date != tt.last {
				t.Errorf("%d days from %s to %s", len(calendar), calendar[0].Date, calendar[len(calendar)-1].Date)
			}
		})
	}
}

func TestGuideNextSteps(t *testing.T) {
	s := newSchool(t)
	g := guideOf(s, time.UTC, renewal("CSPO", "2026-12-20", 26, new(3.5)))
	kinds := func(n int) []guide.StepKind {
		t.Helper()
		steps, err := g.NextSteps(t.Context(), "anna", n)
		if err != nil {
			t.Fatal(err)
		}
		kinds := []guide.StepKind{}
		for _, step := range steps {
			kinds = append(kinds, step.Kind)
			checkLinks(t, step)
		}
		return kinds
	}
	if diff := cmp.Diff([]guide.StepKind{guide.RenewCertification, guide.StartCourse}, kinds(20)); diff != "" {
		t.Errorf("at first (-want +got):\n%s", diff)
	}

	if _, err := s.Enroll(t.Context(), "anna", "basics"); err != nil {
		t.Fatal(err)
	}
	mustTake(t, s, "anna", practise(quiz.PracticeTopic, "AA1.1", 1), recordstest.None)
	s.Wait(2 * days)
	for _, in := range []quiz.StartInput{practise(quiz.PracticeUnseen, "", 1), {QuizSlug: "mixed"}} {
		if _, err := s.Attempts.Start(t.Context(), "anna", in); err != nil {
			t.Fatal(err)
		}
	}
	want := []guide.StepKind{
		guide.ResumeAttempt, guide.RenewCertification, guide.ResumeAttempt, guide.ReviewDue, guide.ContinueCourse, guide.PractiseObjective,
	}
	if diff := cmp.Diff(want, kinds(20)); diff != "" {
		t.Errorf("later (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[:2], kinds(2)); diff != "" {
		t.Errorf("the first two (-want +got):\n%s", diff)
	}
	for _, n := range []int{0, 21} {
		if _, err := g.NextSteps(t.Context(), "anna", n); fault.CodeOf(err) != fault.InvalidInput {
			t.Errorf("first %d: %v", n, err)
		}
	}
}

var noonOfMonday = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
