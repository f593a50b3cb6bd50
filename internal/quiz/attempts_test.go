package quiz_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

func TestOthersAttemptsLookMissing(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	a := d.Begin(t, "issuer/ann", "endless")
	calls := map[string]func(learner, id string) error{
		"Get": func(learner, id string) error { _, err := d.Get(ctx, learner, id); return err },
		"Answer": func(learner, id string) error {
			_, err := d.Answer(ctx, learner, id, quiz.AnswerInput{Slot: 1})
			return err
		},
		"Flag": func(learner, id string) error {
			_, err := d.Flag(ctx, learner, id, quiz.FlagInput{Slot: 1})
			return err
		},
		"Hint": func(learner, id string) error {
			_, err := d.Hint(ctx, learner, id, quiz.HintInput{Slot: 1})
			return err
		},
		"Submit": func(learner, id string) error { _, err := d.Submit(ctx, learner, id); return err },
	}
	for name, call := range calls {
		missing := call("issuer/ann", "issuer/ann/endless/99")
		wantCode(t, missing, fault.NotFound)
		for _, learner := range []string{"bob", "issuer", "", "issuer/ann/endless"} {
			if err := call(learner, a.ID); err == nil || err.Error() != missing.Error() {
				t.Errorf("%s of another learner, %q: %v, want %v", name, learner, err, missing)
			}
		}
		for _, id := range []string{"", "/", "//", "1", "endless/1", strings.Repeat("x", 1000)} {
			if err := call("issuer/ann", id); err == nil || err.Error() != missing.Error() {
				t.Errorf("%s of %q: %v, want %v", name, id, err, missing)
			}
		}
	}
	if _, err := d.Get(ctx, "issuer/ann", a.ID); err != nil {
		t.Errorf("the owner: %v", err)
	}
}

func TestStartRefuses(t *testing.T) {
	d := newDesk(t)
	tests := map[string]struct {
		learner string
		in      quiz.StartInput
		code    fault.Code
	}{
		"NoLearner":   {"", quiz.StartInput{QuizSlug: "auto"}, fault.Unauthenticated},
		"Nothing":     {"ann", quiz.StartInput{}, fault.InvalidInput},
		"Both":        {"ann", quiz.StartInput{QuizSlug: "auto", Practice: &quiz.Practice{}}, fault.InvalidInput},
		"UnknownQuiz": {"ann", quiz.StartInput{QuizSlug: "nexus"}, fault.NotFound},
		"BadPractice": {"ann", quiz.StartInput{Practice: &quiz.Practice{Mode: "GUESSING", Questions: 1}}, fault.InvalidInput},
		"TooFew":      {"ann", quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeMistake, Questions: 1}}, fault.InvalidInput},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := d.Start(t.Context(), tt.learner, tt.in)
			wantCode(t, err, tt.code)
		})
	}
}

func TestAnswersChangeUntilGraded(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	a := d.Begin(t, "ann", "endless")
	q := d.QuestionIn(t, &a, 3)
	text := func(s string) quiz.ResponseInput { return quiz.ResponseInput{Text: &s} }
	steps := []struct {
		in    quiz.ResponseInput
		state quiz.ResponseState
		rev   int
	}{
		{quiztest.Wrong(q), quiz.Complete, 1}, {quiztest.Wrong(q), quiz.Complete, 1}, {text(" "), quiz.Todo, 2}, {text(""), quiz.Todo, 2}, {quiztest.Right(q), quiz.Complete, 3},
	}
	for i, step := range steps {
		got, err := d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: 3, Response: step.in, Confidence: ptr(quiz.HighConfidence)})
		if err != nil {
			t.Fatal(err)
		}
		if s := got.Slots[2]; s.State != step.state || s.Rev != step.rev || s.Mark() != nil || (s.State == quiz.Complete) != (s.Confidence == quiz.HighConfidence) {
			// Clearing an answer clears its confidence too.
			t.Errorf("step %d: slot %+v, want %s at rev %d", i, s, step.state, step.rev)
		}
	}
	done, err := d.Submit(ctx, "ann", a.ID)
	if err != nil {
		t.Fatal(err)
	}
	var states []quiz.ResponseState
	for _, s := range done.Slots {
		states = append(states, s.State)
	}
	if diff := cmp.Diff([]quiz.ResponseState{quiz.GaveUp, quiz.GaveUp, quiz.GradedRight}, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	_, err = d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: 3, Response: quiztest.Wrong(q)})
	wantCode(t, err, fault.Conflict)
	if _, err := d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: 3, Response: quiztest.Right(q)}); err != nil {
		t.Errorf("the same answer after the end: %v", err)
	}
}

func TestImmediateFeedbackLocks(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	a := d.Begin(t, "ann", "instant")
	q := d.QuestionIn(t, &a, 2)
	_, err := d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: 2, Response: quiz.ResponseInput{Order: []string{}}})
	if err != nil {
		t.Fatalf("clearing an empty slot: %v", err)
	}
	got, err := d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: 2, Response: quiztest.Wrong(q), Confidence: ptr(quiz.LowConfidence)})
	if err != nil {
		t.Fatal(err)
	}
	if s := got.Slots[1]; s.State != quiz.GradedPartial || *s.Mark() != (quiz.Mark{Numerator: 1, Denominator: 3}) {
		t.Fatalf("slot = %+v", s)
	}
	current, err := d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: 2, Response: quiztest.Right(q)})
	wantCode(t, err, fault.Conflict)
	if diff := cmp.Diff(got.Slots, current.Slots); diff != "" {
		t.Errorf("the conflict has a different state:\n%s", diff)
	}
	_, err = d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: 2, Response: quiz.ResponseInput{Order: []string{}}})
	wantCode(t, err, fault.Conflict)
	again, err := d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: 2, Response: quiztest.Wrong(q), Confidence: ptr(quiz.HighConfidence)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got.Slots, again.Slots); diff != "" {
		t.Errorf("the same answer again (-first +second):\n%s", diff)
	}
	_, err = d.Hint(ctx, "ann", a.ID, quiz.HintInput{Slot: 2, Number: 1})
	wantCode(t, err, fault.Conflict)
}

func TestExpectedRev(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	a := d.Begin(t, "ann", "endless")
	q := d.QuestionIn(t, &a, 1)
	for i, step := range []struct {
		in   quiz.ResponseInput
		rev  int
		code fault.Code
	}{{quiztest.Right(q), 1, fault.Conflict}, {quiztest.Right(q), 0, ""}, {quiztest.Right(q), 0, ""}, {quiztest.Wrong(q), 0, fault.Conflict}, {quiztest.Wrong(q), 1, ""}, {quiztest.Right(q), 0, fault.Conflict}} {
		got, err := d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: 1, Response: step.in, ExpectedRev: &step.rev})
		if fault.CodeOf(err) != step.code {
			t.Errorf("step %d: %v, want %q", i, err, step.code)
		}
		if len(got.Slots) != 3 {
			t.Errorf("step %d: the conflict lacks the state", i)
		}
	}
}

func TestIdempotencyKeys(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	a := d.Begin(t, "ann", "endless")
	q := d.QuestionIn(t, &a, 1)
	answer := func(in quiz.ResponseInput, key string) (quiz.Attempt, error) {
		return d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: 1, Response: in, IdempotencyKey: key})
	}
	for i, step := range []struct {
		in   quiz.ResponseInput
		key  string
		code fault.Code
		rev  int
	}{
		{quiztest.Right(q), "k1", "", 1}, {quiztest.Wrong(q), "k2", "", 2},
		{quiztest.Right(q), "k1", "", 2}, // already done, so it has no effect
		{quiztest.Wrong(q), "k1", fault.Conflict, 2},
		{quiztest.Wrong(q), "k3", "", 2}, {quiztest.Right(q), "k3", fault.Conflict, 2},
		{quiztest.Right(q), strings.Repeat("k", 65), fault.InvalidInput, 0},
	} {
		got, err := answer(step.in, step.key)
		rev := 0
		if len(got.Slots) > 0 {
			rev = got.Slots[0].Rev
		}
		if fault.CodeOf(err) != step.code || rev != step.rev || step.code == fault.Conflict && fault.ReasonOf(err) != fault.Reason(fault.KeyReused) {
			t.Errorf("step %d: rev %d, %v, want %d, %q", i, rev, err, step.rev, step.code)
		}
	}
	for i := range 70 {
		in := quiztest.Right(q)
		if i%2 == 0 {
			in = quiztest.Wrong(q)
		}
		if _, err := answer(in, fmt.Sprint("more", i)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := d.Get(ctx, "ann", a.ID); err != nil || len(got.Requests) != 64 || got.Requests[63].Key != "more69" {
		t.Errorf("%d requests are remembered, %v, want the latest 64", len(got.Requests), err)
	}
	if _, err := d.Submit(ctx, "ann", a.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := answer(quiztest.Right(q), "more69"); err != nil || got.State != quiz.Finished {
		t.Errorf("repeated after the end: %s, %v", got.State, err)
	}
}

func TestHints(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	a, err := d.Start(ctx, "ann", quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, ObjectiveCode: "AA1.1", Questions: 1}})
	if err != nil {
		t.Fatal(err)
	}
	q := d.QuestionIn(t, &a, 1)
	if got := a.Slots[0].Hints(q); len(got) != 0 {
		t.Errorf("hints before asking: %q", got)
	}
	_, err = d.Hint(ctx, "ann", a.ID, quiz.HintInput{Slot: 1, Number: 2})
	wantCode(t, err, fault.NotFound)
	_, err = d.Hint(ctx, "ann", a.ID, quiz.HintInput{Slot: 1})
	wantCode(t, err, fault.InvalidInput)
	_, err = d.Hint(ctx, "ann", a.ID, quiz.HintInput{Slot: 2})
	wantCode(t, err, fault.InvalidInput)
	for range 2 {
		got, err := d.Hint(ctx, "ann", a.ID, quiz.HintInput{Slot: 1, Number: 1})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"Think of what follows from seeing."}, got.Slots[0].Hints(q)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	_, err = d.Hint(ctx, "ann", a.ID, quiz.HintInput{Slot: 1, Number: 2})
	wantCode(t, err, fault.NotFound)
}

func TestContentEditsDoNotAffectAttempts(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	a := d.Begin(t, "ann", "endless")
	d.Shelf.Edit(t, func(c *catalog.Content) {
		for _, q := range c.Questions {
			if q.Slug == "event-order" {
				slices.Reverse(q.Order)
			}
			if q.Slug == "usable-step" {
				q.Status = catalog.Deprecated
			}
		}
		c.Quizzes = slices.DeleteFunc(c.Quizzes, func(q *catalog.Quiz) bool { return q.Slug == "endless" })
	})
	resumed := d.Begin(t, "ann", "endless")
	if !resumed.Resumed {
		t.Error("the attempt is not marked as resumed")
	}
	resumed.Resumed = false
	if diff := cmp.Diff(a, resumed); diff != "" {
		t.Fatalf("resumed (-want +got):\n%s", diff)
	}
	for slot := 1; slot <= 3; slot++ {
		if _, err := d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: slot, Response: quiztest.Right(d.QuestionIn(t, &a, slot))}); err != nil {
			t.Fatal(err)
		}
	}
	done, err := d.Submit(ctx, "ann", a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := done.Score().Percent(); got != 100 {
		t.Errorf("percent = %v by the pinned versions, want 100", got)
	}
	_, err = d.Start(ctx, "ann", quiz.StartInput{QuizSlug: "endless"})
	wantCode(t, err, fault.NotFound)
}

func TestOf(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	for i, slug := range []string{"auto", "aside", "auto", "grace"} {
		d.At(time.Duration(i) * 2 * time.Hour)
		d.Begin(t, "ann", slug)
		d.Begin(t, "bob", slug)
	}
	if _, err := d.Start(ctx, "ann", quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeExam, Questions: 2}}); err != nil {
		t.Fatal(err)
	}
	d.At(6*time.Hour + limit)
	tests := map[string]struct {
		filter quiz.Filter
		want   []string
	}{
		"All":      {quiz.Filter{}, []string{"ann/practice:EXAM_SIMULATION/1 IN_PROGRESS", "ann/grace/1 OVERDUE", "ann/auto/2 FINISHED", "ann/aside/1 IN_PROGRESS", "ann/auto/1 FINISHED"}},
		"Finished": {quiz.Filter{State: quiz.Finished}, []string{"ann/auto/2 FINISHED", "ann/auto/1 FINISHED"}},
		"Overdue":  {quiz.Filter{State: quiz.Overdue}, []string{"ann/grace/1 OVERDUE"}},
		"OfQuiz":   {quiz.Filter{QuizSlug: "auto"}, []string{"ann/auto/2 FINISHED", "ann/auto/1 FINISHED"}},
		"Neither":  {quiz.Filter{QuizSlug: "auto", State: quiz.Abandoned}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for after, more := "", true; more; more = after != "" {
				page, err := d.Of(ctx, "ann", tt.filter, 2, after)
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range page.Attempts {
					got = append(got, fmt.Sprintf("%s %s", a.ID, a.State))
				}
				after = page.Next
			}
			// The practice session and grace/1 started at the same time, so the store orders them
			// by id.
			if name == "All" {
				slices.Sort(got[:2])
				slices.Sort(tt.want[:2])
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if n, err := d.CountOf(ctx, "ann", tt.filter); err != nil || n != len(tt.want) {
				t.Errorf("count = %d, %v, want %d", n, err, len(tt.want))
			}
		})
	}
	for _, first := range []int{0, -1, 101} {
		_, err := d.Of(ctx, "ann", quiz.Filter{}, first, "")
		wantCode(t, err, fault.InvalidInput)
	}
	_, err := d.Of(ctx, "ann", quiz.Filter{State: "LOST"}, 1, "")
	wantCode(t, err, fault.InvalidInput)
	_, err = d.Of(ctx, "ann", quiz.Filter{}, 1, "nonsense")
	wantCode(t, err, fault.InvalidInput)
}

func TestHistory(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	a := d.Begin(t, "ann", "instant")
	d.At(time.Minute)
	for slot, in := range map[int]quiz.ResponseInput{1: quiztest.Wrong(d.QuestionIn(t, &a, 1)), 2: quiztest.Right(d.QuestionIn(t, &a, 2))} {
		if _, err := d.Answer(ctx, "ann", a.ID, quiz.AnswerInput{Slot: slot, Response: in}); err != nil {
			t.Fatal(err)
		}
	}
	abandon := func(a quiz.Attempt) {
		t.Helper()
		if _, err := d.Abandon(ctx, "ann", a.ID); err != nil {
			t.Fatal(err)
		}
	}
	abandon(a)
	d.At(time.Hour)
	abandon(d.Begin(t, "ann", "endless")) // seen again, not answered
	got, err := d.History(ctx, "ann")
	if err != nil {
		t.Fatal(err)
	}
	later := quiztest.Opening.Add(time.Hour)
	want := quiz.History{
		"commitments": {At: later, Mark: &quiz.Mark{Numerator: 1, Denominator: 3}},
		"event-order": {At: later, Mark: &quiz.Mark{Numerator: 1, Denominator: 1}},
		"usable-step": {At: later},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	practice, err := d.Start(ctx, "ann", quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeMistake, Questions: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if got := practice.Slots[0]; got.QuestionSlug != "commitments" || got.Reason.Code != quiz.Mistaken {
		t.Errorf("drawn %s: %+v", got.QuestionSlug, got.Reason)
	}
}

// atOnce runs n calls concurrently.
func atOnce(n int, do func(i int)) {
	var all sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-gate
			do(i)
		})
	}
	close(gate)
	all.Wait()
}

func TestFiftyStartsMakeOneAttempt(t *testing.T) {
	d := newDesk(t)
	attempts, errs := make([]quiz.Attempt, 50), make([]error, 50)
	atOnce(50, func(i int) {
		attempts[i], errs[i] = d.Start(context.Background(), "ann", quiz.StartInput{QuizSlug: "auto"})
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	begun := 0
	for i := range attempts {
		if !attempts[i].Resumed {
			begun++
		}
		attempts[i].Resumed = false
		if diff := cmp.Diff(attempts[0], attempts[i]); diff != "" {
			t.Fatalf("two starts differ:\n%s", diff)
		}
	}
	if begun != 1 {
		t.Errorf("%d starts claim to have begun the attempt", begun)
	}
	if n, err := d.CountOf(t.Context(), "ann", quiz.Filter{}); err != nil || n != 1 {
		t.Errorf("%d attempts, %v", n, err)
	}
	if got := d.Published.Load(); got != 1 {
		t.Errorf("published %d times", got)
	}
}

func TestTwentyIdenticalAnswersAreOne(t *testing.T) {
	for _, slug := range []string{"instant", "endless"} {
		t.Run(slug, func(t *testing.T) {
			d := newDesk(t)
			a := d.Begin(t, "ann", slug)
			in := quiz.AnswerInput{Slot: 1, Response: quiztest.Right(d.QuestionIn(t, &a, 1)), IdempotencyKey: "once"}
			attempts, errs := make([]quiz.Attempt, 20), make([]error, 20)
			atOnce(20, func(i int) { attempts[i], errs[i] = d.Answer(context.Background(), "ann", a.ID, in) })
			if err := errors.Join(errs...); err != nil {
				t.Fatal(err)
			}
			for _, got := range attempts {
				if diff := cmp.Diff(attempts[0], got); diff != "" {
					t.Fatalf("two results differ:\n%s", diff)
				}
			}
			if got := attempts[0]; got.Slots[0].Rev != 1 || got.Rev != 2 || d.Published.Load() != 2 {
				t.Errorf("slot rev %d, rev %d, published %d times: more than one effect", got.Slots[0].Rev, got.Rev, d.Published.Load())
			}
		})
	}
}

func TestTwoTabs(t *testing.T) {
	tests := map[string]struct {
		quiz string
		rev  *int
	}{"Graded": {"instant", nil}, "Expected": {"endless", ptr(0)}}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			a := d.Begin(t, "ann", tt.quiz)
			q := d.QuestionIn(t, &a, 1)
			inputs := []quiz.ResponseInput{quiztest.Right(q), quiztest.Wrong(q)}
			var attempts [2]quiz.Attempt
			var errs [2]error
			atOnce(2, func(i int) {
				attempts[i], errs[i] = d.Answer(context.Background(), "ann", a.ID, quiz.AnswerInput{Slot: 1, Response: inputs[i], ExpectedRev: tt.rev})
			})
			winner := 0
			if errs[0] != nil {
				winner = 1
			}
			if errs[winner] != nil {
				t.Fatalf("nobody won: %v, %v", errs[0], errs[1])
			}
			wantCode(t, errs[1-winner], fault.Conflict)
			stored, err := d.Get(t.Context(), "ann", a.ID)
			if err != nil {
				t.Fatal(err)
			}
			want, err := quiz.NewResponse(q, inputs[winner])
			if err != nil {
				t.Fatal(err)
			}
			for who, got := range map[string]quiz.Attempt{"winner": attempts[winner], "loser": attempts[1-winner], "store": stored} {
				if got.Slots[0].Response == nil || !got.Slots[0].Response.Equal(want) {
					t.Errorf("%s sees %+v, want %+v", who, got.Slots[0].Response, want)
				}
			}
		})
	}
}
