package quiz_test

import (
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

func TestWhenAKeyIsShown(t *testing.T) {
	answered, ended := quiztest.Opening, quiztest.Opening.Add(time.Hour)
	tests := map[string]struct {
		mode             catalog.FeedbackMode
		state            quiz.AttemptState
		answered, graded bool
		want             *time.Time
	}{
		"ImmediateWhenGraded":         {catalog.Immediate, quiz.InProgress, true, true, &answered},
		"ImmediateStaysShown":         {catalog.Immediate, quiz.Finished, true, true, &answered},
		"ImmediateGivenUp":            {catalog.Immediate, quiz.Abandoned, true, true, &answered},
		"ImmediateLeftOut":            {catalog.Immediate, quiz.Finished, false, true, &ended},
		"ImmediateNotYet":             {catalog.Immediate, quiz.InProgress, false, false, nil},
		"DeferredNotYet":              {catalog.Deferred, quiz.InProgress, true, false, nil},
		"DeferredAtTheEnd":            {catalog.Deferred, quiz.Finished, true, true, &ended},
		"DeferredAtTheEndForLeftOut":  {catalog.Deferred, quiz.Finished, false, true, &ended},
		"DeferredNeverWhenAbandoned":  {catalog.Deferred, quiz.Abandoned, true, false, nil},
		"DeferredNotWhileItIsOverdue": {catalog.Deferred, quiz.Overdue, true, false, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := quiz.Attempt{State: tt.state, Rules: quiz.Rules{FeedbackMode: tt.mode}, FinishedAt: &ended}
			s := quiz.Slot{HintsUsed: 1}
			if tt.answered {
				s.AnsweredAt = &answered
			}
			if tt.graded {
				s.Graded = &quiz.Mark{Numerator: 1, Denominator: 1}
			}
			if got := a.KeyShown(&s); got != tt.want && (got == nil || tt.want == nil || !got.Equal(*tt.want)) {
				t.Errorf("shown at %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAnswersCountTwentyHoursAfterAKey(t *testing.T) {
	ended := quiztest.Opening
	ago := func(d time.Duration) *time.Time { at := ended.Add(-d); return &at }
	tests := map[string]struct {
		shown, answered *time.Time
		want            bool
	}{
		"NeverShown":            {nil, ago(0), true},
		"TwentyHoursBefore":     {ago(21 * time.Hour), ago(time.Hour), true},
		"JustBefore":            {ago(21 * time.Hour), ago(time.Hour + time.Millisecond), false},
		"LeftOutAfterTwenty":    {ago(20 * time.Hour), nil, true},
		"LeftOutALittleEarlier": {ago(20*time.Hour - time.Millisecond), nil, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := quiz.Attempt{FinishedAt: &ended}
			if got := a.Counts(&quiz.Slot{KeyShownAt: tt.shown, AnsweredAt: tt.answered}); got != tt.want {
				t.Errorf("counts = %v, want %v", got, tt.want)
			}
		})
	}
}

// TestStartFreezesTheBasisOfMastery: later events do not change it.
func TestStartFreezesTheBasisOfMastery(t *testing.T) {
	attempts, err := quiz.OpenAttempts(t.Context(), newEngine(t), quiz.Config{
		Library: quiztest.NewShelf(t), Now: func() time.Time { return quiztest.Opening },
		NewSeed: func() uint64 { return 1 },
	})
	if err != nil {
		t.Fatal(err)
	}
	shown := quiztest.Opening.Add(-time.Hour)
	attempts.DrawBy(known{shown: map[string]time.Time{"pillars": shown}})
	in := quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, TopicCode: "AA1", Questions: 4}}
	a, err := attempts.Start(t.Context(), "anna", in)
	if err != nil {
		t.Fatal(err)
	}
	a, err = attempts.Get(t.Context(), "anna", a.ID)
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]int{"AA1.1": 1, "AA1.2": 3}
	for _, s := range a.Slots {
		if isShown := s.KeyShownAt != nil; isShown != (s.QuestionSlug == "pillars") || isShown && !s.KeyShownAt.Equal(shown) {
			t.Errorf("%s was shown at %v", s.QuestionSlug, s.KeyShownAt)
		}
		if s.OfObjective != of[s.ObjectiveCode] {
			t.Errorf("%s: one of %d questions on %s, want %d", s.QuestionSlug, s.OfObjective, s.ObjectiveCode, of[s.ObjectiveCode])
		}
	}
}
