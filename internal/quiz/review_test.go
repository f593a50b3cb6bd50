package quiz_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

func TestReviewable(t *testing.T) {
	graded, ungraded := &quiz.Slot{Graded: &quiz.Mark{Numerator: 1, Denominator: 1}}, &quiz.Slot{}
	tests := map[string]struct {
		mode  catalog.FeedbackMode
		state quiz.AttemptState
		slot  *quiz.Slot
		want  bool
	}{
		"ImmediateGraded":    {catalog.Immediate, quiz.InProgress, graded, true},
		"ImmediateUngraded":  {catalog.Immediate, quiz.InProgress, ungraded, false},
		"ImmediateOverdue":   {catalog.Immediate, quiz.Overdue, graded, true},
		"ImmediateFinished":  {catalog.Immediate, quiz.Finished, graded, true},
		"ImmediateAbandoned": {catalog.Immediate, quiz.Abandoned, graded, false},
		"DeferredOpen":       {catalog.Deferred, quiz.InProgress, graded, false},
		"DeferredOverdue":    {catalog.Deferred, quiz.Overdue, graded, false},
		"DeferredFinished":   {catalog.Deferred, quiz.Finished, graded, true},
		"DeferredAbandoned":  {catalog.Deferred, quiz.Abandoned, graded, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := &quiz.Attempt{State: tt.state, Rules: quiz.Rules{FeedbackMode: tt.mode}}
			if got := a.Reviewable(tt.slot); got != tt.want {
				t.Errorf("reviewable = %t", got)
			}
			q := &catalog.Question{Type: catalog.ShortText}
			if got := a.Review(tt.slot, q); (got != nil) != tt.want {
				t.Errorf("review = %+v", got)
			}
		})
	}
}

func TestReviewKeepsOrderAndMark(t *testing.T) {
	q := current(t).Question("pillars")
	s := &quiz.Slot{OptionOrder: []string{"d", "b", "a", "c"}, Graded: &quiz.Mark{Numerator: 1, Denominator: 4}, Response: &quiz.Response{Options: []string{"a"}}}
	a := &quiz.Attempt{State: quiz.Finished}
	r := a.Review(s, q)
	var keys []string
	for _, o := range r.Options {
		keys = append(keys, o.Option.Key)
	}
	if diff := cmp.Diff(s.OptionOrder, keys); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if r.Fraction() != 0.25 || r.Marks() != 0.25 || r.MaxMarks() != 1 {
		t.Errorf("review = %+v, want the mark that was recorded", r)
	}
}
