package adoption_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/bookmark"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

const (
	account = "anna"
	visitor = "guest:0123456789abcdef0123456789abcdef"
)

var (
	mixed     = quiz.StartInput{QuizSlug: "mixed"}
	artifacts = quiz.StartInput{QuizSlug: "artifacts"}
	practice  = quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, TopicCode: "AA1", Questions: 2}}
)

// school is a school in which a guest may become somebody.
type school struct {
	*recordstest.School
}

func newSchool(t testing.TB) *school {
	t.Helper()
	return &school{recordstest.NewSchool(t)}
}

// must fails the test if something that has to succeed does not.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// take takes a quiz to its end.
func (s *school) take(t testing.TB, learner string, in quiz.StartInput, right func(int) bool) quiz.Attempt {
	t.Helper()
	a, err := s.Take(learner, in, right)
	must(t, err)
	return a
}

// open begins an attempt and answers its first question.
func (s *school) open(t testing.TB, learner string, in quiz.StartInput) quiz.Attempt {
	t.Helper()
	a, err := s.Attempts.Start(context.Background(), learner, in)
	must(t, err)
	must(t, s.Answer(learner, &a, 1, true))
	return a
}

// practise does one of everything.
func (s *school) practise(t testing.TB, learner string) {
	t.Helper()
	ctx := context.Background()
	_, err := s.Tracker.Enroll(ctx, learner, "basics")
	must(t, err)
	_, err = s.Tracker.CompleteReading(ctx, learner, "empiricism")
	must(t, err)
	s.take(t, learner, artifacts, recordstest.All)
	s.take(t, learner, mixed, recordstest.None)
	_, err = s.Tracker.CompleteUnit(ctx, learner, "basics", "outside")
	must(t, err)
	name := "Name of " + learner
	_, err = s.UpdateProfile(ctx, learner, profile.Change{Name: profile.Value[string]{Given: true, To: &name}})
	must(t, err)
	_, err = s.Bookmarks.Set(ctx, learner, "lesson/empiricism", bookmark.Note{Given: true, Text: "Note of " + learner})
	must(t, err)
	_, err = s.Journeys.CompleteStep(ctx, learner, journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: "attend", Done: true})
	must(t, err)
}

// count returns how many records of each kind somebody has.
func (s *school) count(t testing.TB, learner string) map[string]int {
	t.Helper()
	n := map[string]int{}
	for _, c := range s.OwnData.Engine().Collections() {
		for _, err := range c.Of(context.Background(), learner) {
			must(t, err)
			n[c.Name()]++
		}
	}
	return n
}

// codes returns the codes of somebody's certificates.
func (s *school) codes(t testing.TB, learner string) []string {
	t.Helper()
	views, err := s.Certificates.Views(context.Background(), learner)
	must(t, err)
	codes := []string{}
	for _, v := range views {
		codes = append(codes, v.Code())
	}
	return codes
}

// wantSound fails the test unless all sums follow from their causes.
func (s *school) wantSound(t testing.TB, learner string) {
	t.Helper()
	differences, err := s.Tracker.Rebuild(context.Background(), learner)
	if err != nil || len(differences) > 0 {
		t.Errorf("rebuilding finds %v, %v", differences, err)
	}
}

func wantSame(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
