package quiz_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

// ago is a time before the opening.
func ago(days, hours int) time.Time {
	return quiztest.Opening.Add(-time.Duration(24*days+hours) * time.Hour)
}

func reasonsOf(drawn []quiz.Drawn) map[string]string {
	reasons := map[string]string{}
	for _, d := range drawn {
		reasons[d.Question.Slug] = d.Reason.Text
	}
	return reasons
}

func TestDueReviewDrawsTheLongestDueFirst(t *testing.T) {
	snapshot := current(t)
	due := map[string]quiz.Due{
		"pillars":     {LastAt: ago(11, 5), DueAt: ago(3, 5)},
		"event-order": {LastAt: ago(3, 0), DueAt: ago(1, 0)},
		"usable-step": {LastAt: ago(9, 0), DueAt: ago(4, 0)},
		"commitments": {LastAt: ago(1, 1), DueAt: ago(0, 1)},
		"withdrawn":   {LastAt: ago(9, 0), DueAt: ago(8, 0)},
	}
	tests := map[string]struct {
		practice quiz.Practice
		due      map[string]quiz.Due
		want     []string // in order
		field    string   // of the refusal
	}{
		"All":                    {quiz.Practice{Questions: 4}, due, []string{"usable-step", "pillars", "event-order", "commitments"}, ""},
		"TheMostUrgent":          {quiz.Practice{Questions: 2}, due, []string{"usable-step", "pillars"}, ""},
		"FewerThanAskedFor":      {quiz.Practice{Questions: 10}, due, []string{"usable-step", "pillars", "event-order", "commitments"}, ""},
		"OfATopic":               {quiz.Practice{TopicCode: "BB1", Questions: 2}, due, []string{"usable-step", "event-order"}, ""},
		"OfAnObjective":          {quiz.Practice{ObjectiveCode: "AA1.1", Questions: 2}, due, []string{"pillars"}, ""},
		"NothingDue":             {quiz.Practice{Questions: 1}, nil, nil, "practice.mode"},
		"NothingDueInTopic":      {quiz.Practice{ObjectiveCode: "AA1.2", Questions: 1}, due, nil, "practice.mode"},
		"OnlyWithdrawnQuestions": {quiz.Practice{Questions: 1}, map[string]quiz.Due{"withdrawn": due["withdrawn"]}, nil, "practice.mode"},
		"None":                   {quiz.Practice{}, due, nil, "practice.questions"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.practice.Mode = quiz.PracticeDue
			for seed := range uint64(5) {
				drawn, err := quiz.DrawPractice(snapshot, tt.practice, quiz.Past{Now: quiztest.Opening, Due: tt.due}, nil, seed)
				if tt.field != "" {
					wantField(t, err, tt.field)
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, slugsOf(drawn)); diff != "" {
					t.Errorf("seed %d (-want +got):\n%s", seed, diff)
				}
			}
		})
	}

	drawn, err := quiz.DrawPractice(snapshot, quiz.Practice{Mode: quiz.PracticeDue, Questions: 4}, quiz.Past{Now: quiztest.Opening, Due: due}, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"usable-step": "You last answered this 9 days ago. It has been due for review for 4 days.",
		"pillars":     "You last answered this 11 days ago. It has been due for review for 3 days.",
		"event-order": "You last answered this 3 days ago. It has been due for review for a day.",
		"commitments": "You last answered this a day ago. It is due for review.",
	}
	if diff := cmp.Diff(want, reasonsOf(drawn)); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func wantField(t testing.TB, err error, want string) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Code != fault.InvalidInput || f.Field != want {
		t.Fatalf("error = %#v, want INVALID_INPUT of %s", err, want)
	}
}

func TestWeakObjectivesComeFirst(t *testing.T) {
	snapshot := current(t)
	seen := quiz.History{"broken-plan": {At: ago(1, 0)}, "planning-length": {At: ago(2, 0)}}
	tests := map[string]struct {
		standing map[string]quiz.Standing
		practice quiz.Practice
		want     []string // sorted
		field    string   // of the refusal
	}{
		"FewestPoints": {
			map[string]quiz.Standing{"AA1.1": {Points: 100, Answered: 9, Right: 9}, "AA1.2": {Points: 50, Answered: 2, Right: 2}, "BB1.1": {Points: 80, Answered: 3, Right: 2}},
			quiz.Practice{Questions: 3}, []string{"broken-plan", "daily-fifteen", "planning-length"}, "",
		},
		"ThenTheNextObjective": {
			map[string]quiz.Standing{"AA1.1": {Points: 50, Answered: 9}, "AA1.2": {Points: 100, Answered: 2}, "BB1.1": {Points: 80, Answered: 3}},
			quiz.Practice{Questions: 4}, []string{"commitments", "event-order", "pillars", "usable-step"}, "",
		},
		"AttemptedBeforeUnattempted": {
			map[string]quiz.Standing{"BB1.1": {Answered: 3}},
			quiz.Practice{Questions: 3}, []string{"commitments", "event-order", "usable-step"}, "",
		},
		"TiesFollowTheBlueprint": {nil, quiz.Practice{Questions: 1}, []string{"pillars"}, ""},
		"UnseenThenLeastRecentlySeen": {
			map[string]quiz.Standing{"AA1.2": {Answered: 2}},
			quiz.Practice{Questions: 2}, []string{"daily-fifteen", "planning-length"}, "",
		},
		"OfATopic": {
			map[string]quiz.Standing{"AA1.1": {Points: 50, Answered: 1}, "AA1.2": {Points: 100, Answered: 1}},
			quiz.Practice{TopicCode: "AA1", Questions: 1}, []string{"pillars"}, "",
		},
		"AllAvailable": {nil, quiz.Practice{Questions: 8}, []string{"broken-plan", "commitments", "daily-fifteen", "event-order", "pillars", "planning-length", "usable-step"}, ""},
		"OfObjective":  {nil, quiz.Practice{ObjectiveCode: "AA1.1", Questions: 1}, nil, "practice.objective"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.practice.Mode = quiz.PracticeWeak
			for seed := range uint64(5) {
				drawn, err := quiz.DrawPractice(snapshot, tt.practice, quiz.Past{History: seen, Standing: tt.standing}, nil, seed)
				if tt.field != "" {
					wantField(t, err, tt.field)
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, slices.Sorted(slices.Values(slugsOf(drawn)))); diff != "" {
					t.Errorf("seed %d (-want +got):\n%s", seed, diff)
				}
			}
		})
	}

	standing := map[string]quiz.Standing{"BB1.1": {Answered: 5, Right: 2}}
	drawn, err := quiz.DrawPractice(snapshot, quiz.Practice{Mode: quiz.PracticeWeak, Questions: 4}, quiz.Past{Standing: standing}, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	tried := "“Name the artifacts” is one of your weakest objectives: you got 2 of 5 questions right."
	want := map[string]string{
		"commitments": tried, "event-order": tried, "usable-step": tried,
		"pillars": "You have not answered a question on “Explain empiricism” yet.",
	}
	if diff := cmp.Diff(want, reasonsOf(drawn)); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestDrawnQuestionsAreTheMostUrgent(t *testing.T) {
	snapshot := current(t)
	rapid.Check(t, func(t *rapid.T) {
		due, standing := map[string]quiz.Due{}, map[string]quiz.Standing{}
		for _, q := range snapshot.Questions() {
			if days := rapid.IntRange(0, 5).Draw(t, "due"); days > 0 {
				due[q.Slug] = quiz.Due{LastAt: ago(days+3, 0), DueAt: ago(days, 0)}
			}
			standing[q.ObjectiveCode] = quiz.Standing{Points: rapid.SampledFrom([]int{0, 50, 80, 100}).Draw(t, "points"), Answered: 1}
		}
		n, seed := rapid.IntRange(1, 7).Draw(t, "n"), rapid.Uint64().Draw(t, "seed")
		past := quiz.Past{Now: quiztest.Opening, Due: due, Standing: standing}
		urgency := map[quiz.PracticeMode]func(q *catalog.Question) int64{
			quiz.PracticeDue: func(q *catalog.Question) int64 {
				if d, ok := due[q.Slug]; ok {
					return d.DueAt.UnixMilli()
				}
				return quiztest.Opening.UnixMilli() * 2
			},
			quiz.PracticeWeak: func(q *catalog.Question) int64 { return int64(standing[q.ObjectiveCode].Points) },
		}
		for mode, of := range urgency {
			drawn, err := quiz.DrawPractice(snapshot, quiz.Practice{Mode: mode, Questions: n}, past, nil, seed)
			if len(due) == 0 && mode == quiz.PracticeDue {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			taken, last := map[string]bool{}, int64(0)
			for _, d := range drawn {
				taken[d.Question.Slug] = true
				last = max(last, of(d.Question))
			}
			for _, q := range snapshot.Questions() {
				if !taken[q.Slug] && of(q) < last {
					t.Fatalf("%s: %s is left out of %v", mode, q.Slug, slugsOf(drawn))
				}
			}
		}
	})
}

// known is a Learning with fixed answers.
type known struct {
	due      map[string]quiz.Due
	standing map[string]quiz.Standing
	shown    map[string]time.Time
	err      error
}

func (k known) KeysShown(context.Context, string, []string, []quiz.Attempt) (map[string]time.Time, error) {
	return k.shown, k.err
}

func (k known) Due(_ context.Context, learner string) (map[string]quiz.Due, error) {
	if learner != "anna" {
		return nil, nil
	}
	return k.due, k.err
}

func (k known) Standing(_ context.Context, learner string) (map[string]quiz.Standing, error) {
	if learner != "anna" {
		return nil, nil
	}
	return k.standing, k.err
}

func TestStartUsesTheLearnersProgress(t *testing.T) {
	learning := known{
		due:      map[string]quiz.Due{"pillars": {LastAt: ago(3, 0), DueAt: ago(1, 0)}},
		standing: map[string]quiz.Standing{"AA1.1": {Points: 100, Answered: 1}, "AA1.2": {Points: 100, Answered: 1}, "BB1.1": {Points: 50, Answered: 1}},
	}
	start := func(t *testing.T, l quiz.Learning, learner string, mode quiz.PracticeMode) (quiz.Attempt, error) {
		attempts, err := quiz.OpenAttempts(t.Context(), newEngine(t), quiz.Config{
			Library: quiztest.NewShelf(t), Now: func() time.Time { return quiztest.Opening },
			NewSeed: func() uint64 { return 1 },
		})
		if err != nil {
			t.Fatal(err)
		}
		attempts.DrawBy(l)
		return attempts.Start(t.Context(), learner, quiz.StartInput{Practice: &quiz.Practice{Mode: mode, Questions: 2}})
	}
	due, err := start(t, learning, "anna", quiz.PracticeDue)
	if err != nil || len(due.Slots) != 1 || due.Slots[0].QuestionSlug != "pillars" || due.Slots[0].Reason.Code != quiz.DueForReview {
		t.Errorf("due: %+v, %v", due.Slots, err)
	}
	weak, err := start(t, learning, "anna", quiz.PracticeWeak)
	if err != nil || len(weak.Slots) != 2 || weak.Slots[0].ObjectiveCode != "BB1.1" || weak.Slots[1].Reason.Code != quiz.OfWeakness {
		t.Errorf("weak: %+v, %v", weak.Slots, err)
	}
	_, err = start(t, learning, "ben", quiz.PracticeDue)
	wantField(t, err, "practice.mode")
	_, err = start(t, nil, "anna", quiz.PracticeDue)
	wantField(t, err, "practice.mode")
	if _, err = start(t, nil, "anna", quiz.PracticeWeak); err != nil {
		t.Error(err)
	}
	away := fault.Unreachable(errors.New("away"))
	for _, mode := range []quiz.PracticeMode{quiz.PracticeDue, quiz.PracticeWeak} {
		_, err = start(t, known{err: away}, "anna", mode)
		wantCode(t, err, fault.Unavailable)
	}
}
