package quiz_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

func TestReviewable(t *testing.T) {
	graded, ungraded := &quiz.Slot{Fraction: ptr(1.0)}, &quiz.Slot{}
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
	s := &quiz.Slot{OptionOrder: []string{"d", "b", "a", "c"}, Fraction: ptr(0.25), Response: &quiz.Response{Options: []string{"a"}}}
	a := &quiz.Attempt{State: quiz.Finished}
	r := a.Review(s, q)
	var keys []string
	for _, o := range r.Options {
		keys = append(keys, o.Option.Key)
	}
	if diff := cmp.Diff(s.OptionOrder, keys); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if r.Fraction != 0.25 || r.Marks != 0.25 || r.MaxMarks != 1 {
		t.Errorf("review = %+v, want the mark that was recorded", r)
	}
}

func TestScore(t *testing.T) {
	slot := func(topic, objective string, fraction float64) quiz.Slot {
		return quiz.Slot{TopicCode: topic, ObjectiveCode: objective, Fraction: &fraction}
	}
	a := &quiz.Attempt{
		State: quiz.Finished, Rules: quiz.Rules{PassPercent: 75},
		Slots: []quiz.Slot{slot("B", "B.1", 1), slot("A", "A.2", 0.5), slot("A", "A.1", 1), slot("A", "A.2", 0.5)},
	}
	want := &quiz.Score{
		Marks: 3, MaxMarks: 4, Percent: 75, Passed: true,
		ByTopic:     []quiz.PartScore{{Code: "A", Marks: 2, MaxMarks: 3, Percent: 200. / 3}, {Code: "B", Marks: 1, MaxMarks: 1, Percent: 100}},
		ByObjective: []quiz.PartScore{{Code: "A.1", Marks: 1, MaxMarks: 1, Percent: 100}, {Code: "A.2", Marks: 1, MaxMarks: 2, Percent: 50}, {Code: "B.1", Marks: 1, MaxMarks: 1, Percent: 100}},
	}
	if diff := cmp.Diff(want, a.Score()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	a.Rules.PassPercent = 76
	if a.Score().Passed {
		t.Error("75 % passes at 76 %")
	}
	for _, state := range []quiz.AttemptState{quiz.InProgress, quiz.Overdue, quiz.Abandoned} {
		a.State = state
		if a.Score() != nil {
			t.Errorf("a score while %s", state)
		}
	}
}

// Six answers of which each is worth a third add up to less than two marks in
// floating point.
func TestThirdsPass(t *testing.T) {
	a := &quiz.Attempt{State: quiz.Finished, Rules: quiz.Rules{PassPercent: 70}}
	for range 10 {
		a.Slots = append(a.Slots, quiz.Slot{Fraction: ptr(0.7)})
	}
	if s := a.Score(); !s.Passed {
		t.Errorf("score = %+v, want it to pass at 70 %%", s)
	}
}
