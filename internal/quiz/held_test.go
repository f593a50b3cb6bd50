package quiz_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

// Quizzes of BB1, each of which draws all of its three questions.
func TestQuestionsOfOpenAttemptsAreNotDrawn(t *testing.T) {
	answer := func(t *testing.T, d *quiztest.Desk, a *quiz.Attempt) {
		for slot := 1; slot <= len(a.Slots); slot++ {
			if _, err := d.Answer(t.Context(), "ann", a.ID, quiz.AnswerInput{Slot: slot, Response: quiztest.Right(d.QuestionIn(t, a, slot))}); err != nil {
				t.Fatal(err)
			}
		}
	}
	end := func(do func(d *quiztest.Desk, id string) error) func(*testing.T, *quiztest.Desk, *quiz.Attempt) {
		return func(t *testing.T, d *quiztest.Desk, a *quiz.Attempt) {
			if err := do(d, a.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	submitted := end(func(d *quiztest.Desk, id string) error { _, err := d.Submit(t.Context(), "ann", id); return err })
	abandoned := end(func(d *quiztest.Desk, id string) error { _, err := d.Abandon(t.Context(), "ann", id); return err })
	after := func(passed time.Duration) func(*testing.T, *quiztest.Desk, *quiz.Attempt) {
		return func(_ *testing.T, d *quiztest.Desk, _ *quiz.Attempt) { d.At(passed) }
	}
	for name, tt := range map[string]struct {
		open, then string
		meanwhile  func(*testing.T, *quiztest.Desk, *quiz.Attempt)
		held       bool
	}{
		"DeferredBesideDeferred":          {open: "endless", then: "auto", held: true},
		"DeferredBesideAnsweredDeferred":  {open: "endless", then: "auto", meanwhile: answer, held: true},
		"ImmediateBesideDeferred":         {open: "auto", then: "instant", held: true},
		"ImmediateBesideAnsweredDeferred": {open: "auto", then: "instant", meanwhile: answer, held: true},
		"DeferredBesideImmediate":         {open: "instant", then: "auto", held: true},
		"DeferredBesideAnsweredImmediate": {open: "instant", then: "auto", meanwhile: answer},
		"BesideSubmitted":                 {open: "auto", then: "endless", meanwhile: submitted},
		"BesideAbandoned":                 {open: "auto", then: "endless", meanwhile: abandoned},
		"UntilTheDeadline":                {open: "auto", then: "endless", meanwhile: after(quiztest.Limit - ms), held: true},
		"AfterTheDeadline":                {open: "auto", then: "endless", meanwhile: after(quiztest.Limit)},
		"UntilTheGraceIsOver":             {open: "grace", then: "endless", meanwhile: after(quiztest.Limit + quiztest.Grace), held: true},
		"AfterTheGrace":                   {open: "grace", then: "endless", meanwhile: after(quiztest.Limit + quiztest.Grace + ms)},
		"UntilTheAllowanceIsOver":         {open: "abandon", then: "endless", meanwhile: after(quiztest.Limit + quiz.NetworkAllowance), held: true},
		"AfterTheAllowance":               {open: "abandon", then: "endless", meanwhile: after(quiztest.Limit + quiz.NetworkAllowance + ms)},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			open := d.Begin(t, "ann", tt.open)
			if tt.meanwhile != nil {
				tt.meanwhile(t, d, &open)
			}
			d.Begin(t, "ben", tt.then) // what others have open does not matter
			_, err := d.Start(t.Context(), "ann", quiz.StartInput{QuizSlug: tt.then})
			if !tt.held {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantHeld(t, err, quiz.HoldingAttempt{AttemptID: quiz.GlobalID("ann", open.Ref()), Questions: 3})
		})
	}
}

func wantHeld(t *testing.T, err error, want ...quiz.HoldingAttempt) {
	t.Helper()
	if fault.ReasonOf(err) != fault.TooFewQuestions {
		t.Fatalf("error = %v, want %s", err, fault.TooFewQuestions)
	}
	f := err.(*fault.Error) //nolint:errorlint,forcetypeassert // as Start returns it
	if diff := cmp.Diff(want, f.Details[fault.HeldBy]); diff != "" {
		t.Errorf("heldBy (-want +got):\n%s", diff)
	}
}

func TestPracticeDrawsWhatIsNotHeld(t *testing.T) {
	d := newDesk(t)
	exam, other := d.Begin(t, "ann", "auto"), d.Begin(t, "ann", "aside") // 3 of BB1, 2 of the 4 of AA1
	supply, err := d.SupplyOf(t.Context(), "ann", "", "")
	if err != nil || supply.All != 2 || supply.Unseen != 2 {
		t.Errorf("%+v, %v", supply, err)
	}
	asked := map[string]bool{}
	for _, s := range slices.Concat(exam.Slots, other.Slots) {
		asked[s.QuestionSlug] = true
	}
	for _, mode := range []quiz.PracticeMode{quiz.PracticeUnseen, quiz.PracticeWeak, quiz.PracticeExam} {
		got, err := d.Start(t.Context(), "ann", quiz.StartInput{Practice: &quiz.Practice{Mode: mode, Questions: 10}})
		if err != nil || got.Total() != 2 || asked[got.Slots[0].QuestionSlug] || asked[got.Slots[1].QuestionSlug] {
			t.Errorf("%s: %+v, %v", mode, got.Slots, err)
		}
		if _, err := d.Abandon(t.Context(), "ann", got.ID); err != nil {
			t.Fatal(err)
		}
	}
	_, err = d.Start(t.Context(), "ann", quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, TopicCode: "BB1", Questions: 10}})
	wantHeld(t, err, quiz.HoldingAttempt{AttemptID: quiz.GlobalID("ann", exam.Ref()), Questions: 3})
	// Nothing is due for review, which is not the fault of the open attempts.
	_, err = d.Start(t.Context(), "ann", quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeDue, Questions: 10}})
	if f, ok := err.(*fault.Error); !ok || f.Reason != fault.TooFewQuestions || f.Details[fault.HeldBy] != nil { //nolint:errorlint // as Start returns it
		t.Errorf("%v", err)
	}
}

// withReserve reserves event-order and usable-step, two of the questions of BB1.
func withReserve(c *catalog.Content) {
	for _, q := range c.Questions {
		if q.Slug == "event-order" || q.Slug == "usable-step" {
			q.Tags = append(q.Tags, "kept-back")
		}
	}
	for _, q := range c.Quizzes {
		if q.Slug == "auto" {
			q.Reserve = "kept-back"
		}
	}
}

func TestAReserveIsForQuizzesThatNameIt(t *testing.T) {
	d := newDesk(t)
	d.Shelf.Edit(t, withReserve)
	if a := d.Begin(t, "ann", "auto"); len(a.Slots) != 3 || a.Slots[0].Reserved || !a.Slots[1].Reserved || a.Slots[1].OfObjective != 1 {
		t.Errorf("the quiz that names it: %+v", a.Slots)
	}
	if a := d.Begin(t, "ben", "endless"); len(a.Slots) != 1 || a.Slots[0].QuestionSlug != "commitments" {
		t.Errorf("another quiz: %+v", a.Slots)
	}
	supply, err := d.SupplyOf(t.Context(), "cem", "BB1", "")
	if err != nil || supply.All != 1 {
		t.Errorf("%+v, %v", supply, err)
	}
	for mode, want := range map[quiz.PracticeMode]int{quiz.PracticeUnseen: 5, quiz.PracticeWeak: 5, quiz.PracticeExam: 5} {
		a, err := d.Start(t.Context(), "cem", quiz.StartInput{Practice: &quiz.Practice{Mode: mode, Questions: 10}})
		if err != nil || len(a.Slots) != want || slices.ContainsFunc(a.Slots, func(s quiz.Slot) bool { return s.Reserved }) {
			t.Errorf("%s: %d questions, %v", mode, len(a.Slots), err)
		}
		if _, err := d.Abandon(t.Context(), "cem", a.ID); err != nil {
			t.Fatal(err)
		}
	}
}
