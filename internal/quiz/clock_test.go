package quiz_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

const (
	ms       = time.Millisecond
	limit    = quiztest.Limit
	grace    = quiztest.Grace
	cooldown = quiztest.Cooldown
)

// moment is an action at a time, relative to the start of the attempt.
type moment struct {
	quiz   string
	after  time.Duration
	action string // answer, submit, get or start
	code   fault.Code
	state  quiz.AttemptState // afterwards
	ended  time.Duration     // when it finished, after the start; 0 while it is open
}

func moments() map[string]moment {
	return map[string]moment{
		"AnswerJustInTime":        {"auto", limit - ms, "answer", "", quiz.InProgress, 0},
		"AnswerAtDeadline":        {"auto", limit, "answer", fault.Expired, quiz.Finished, limit},
		"AnswerLate":              {"auto", limit + ms, "answer", fault.Expired, quiz.Finished, limit},
		"SubmitEarly":             {"auto", limit / 2, "submit", "", quiz.Finished, limit / 2},
		"SubmitJustInTime":        {"auto", limit - ms, "submit", "", quiz.Finished, limit - ms},
		"SubmitAtDeadline":        {"auto", limit, "submit", "", quiz.Finished, limit},
		"SubmitLate":              {"auto", limit + ms, "submit", "", quiz.Finished, limit},
		"SubmitVeryLate":          {"auto", 24 * time.Hour, "submit", "", quiz.Finished, limit},
		"ReadJustInTime":          {"auto", limit - ms, "get", "", quiz.InProgress, 0},
		"ReadAtDeadline":          {"auto", limit, "get", "", quiz.Finished, limit},
		"StartResumes":            {"auto", limit - ms, "start", "", quiz.InProgress, 0},
		"GraceAnswerJustInTime":   {"grace", limit - ms, "answer", "", quiz.InProgress, 0},
		"GraceAnswerAtDeadline":   {"grace", limit, "answer", fault.Expired, quiz.Overdue, 0},
		"GraceAnswerInGrace":      {"grace", limit + grace/2, "answer", fault.Expired, quiz.Overdue, 0},
		"GraceAnswerAfter":        {"grace", limit + grace + ms, "answer", fault.Expired, quiz.Abandoned, limit + grace},
		"GraceReadAtDeadline":     {"grace", limit, "get", "", quiz.Overdue, 0},
		"GraceReadAtEnd":          {"grace", limit + grace, "get", "", quiz.Overdue, 0},
		"GraceReadAfter":          {"grace", limit + grace + ms, "get", "", quiz.Abandoned, limit + grace},
		"GraceSubmitInTime":       {"grace", limit - ms, "submit", "", quiz.Finished, limit - ms},
		"GraceSubmitInGrace":      {"grace", limit + ms, "submit", "", quiz.Finished, limit + ms},
		"GraceSubmitAtEnd":        {"grace", limit + grace, "submit", "", quiz.Finished, limit + grace},
		"GraceSubmitAfter":        {"grace", limit + grace + ms, "submit", fault.Expired, quiz.Abandoned, limit + grace},
		"GraceStartInGrace":       {"grace", limit + grace/2, "start", "", quiz.Overdue, 0},
		"AbandonAnswerInTime":     {"abandon", limit - ms, "answer", "", quiz.InProgress, 0},
		"AbandonAnswerAtDeadline": {"abandon", limit, "answer", fault.Expired, quiz.InProgress, 0},
		"AbandonSubmitInTime":     {"abandon", limit, "submit", "", quiz.Finished, limit},
		"AbandonSubmitAllowed":    {"abandon", limit + quiz.NetworkAllowance, "submit", "", quiz.Finished, limit},
		"AbandonSubmitAfter":      {"abandon", limit + quiz.NetworkAllowance + ms, "submit", fault.Expired, quiz.Abandoned, limit},
		"AbandonReadAllowed":      {"abandon", limit + quiz.NetworkAllowance, "get", "", quiz.InProgress, 0},
		"AbandonReadAfter":        {"abandon", limit + quiz.NetworkAllowance + ms, "get", "", quiz.Abandoned, limit},
		"EndlessAnswer":           {"endless", 1000 * time.Hour, "answer", "", quiz.InProgress, 0},
		"EndlessSubmit":           {"endless", 1000 * time.Hour, "submit", "", quiz.Finished, 1000 * time.Hour},
	}
}

// TestLifeCycle performs one action at one moment: after a sweep at that
// moment, after an earlier sweep, and without any sweep. The results must be
// the same.
func TestLifeCycle(t *testing.T) {
	d := newDesk(t)
	for name, tt := range moments() {
		sweeps := map[string][]time.Duration{"NeverSwept": nil, "SweptBefore": {limit, limit + grace}, "SweptAtThatMoment": {tt.after}}
		for when, swept := range sweeps {
			t.Run(name+when, func(t *testing.T) {
				learner := name + when
				d.At(0)
				a := d.Begin(t, learner, tt.quiz)
				if _, err := d.Answer(t.Context(), learner, a.ID, quiz.AnswerInput{Slot: 1, Response: quiztest.Right(d.QuestionIn(t, &a, 1))}); err != nil {
					t.Fatal(err)
				}
				for _, at := range swept {
					if at <= tt.after {
						d.At(at)
						if _, err := d.Sweep(t.Context(), 1000); err != nil {
							t.Fatal(err)
						}
					}
				}
				d.At(tt.after)
				got, err := act(t, d, learner, a, tt.action)
				wantCode(t, err, tt.code)
				checkMoment(t, d, tt, got)
				read, err := d.Get(t.Context(), learner, a.ID)
				if err != nil {
					t.Fatal(err)
				}
				checkMoment(t, d, tt, read)
			})
		}
	}
}

func act(t *testing.T, d *quiztest.Desk, learner string, a quiz.Attempt, action string) (quiz.Attempt, error) {
	t.Helper()
	switch action {
	case "answer":
		return d.Answer(t.Context(), learner, a.ID, quiz.AnswerInput{Slot: 2, Response: quiztest.Right(d.QuestionIn(t, &a, 2))})
	case "submit":
		return d.Submit(t.Context(), learner, a.ID)
	case "start":
		return d.Start(t.Context(), learner, quiz.StartInput{QuizSlug: a.QuizSlug})
	default:
		return d.Get(t.Context(), learner, a.ID)
	}
}

func checkMoment(t *testing.T, d *quiztest.Desk, want moment, got quiz.Attempt) {
	t.Helper()
	if got.State != want.state || got.Number != 1 {
		t.Fatalf("attempt %d is %s, want the first to be %s", got.Number, got.State, want.state)
	}
	var ended *time.Time
	if want.ended != 0 {
		ended = ptr(quiztest.Opening.Add(want.ended))
	}
	if diff := cmp.Diff(ended, got.FinishedAt); diff != "" {
		t.Errorf("finished at (-want +got):\n%s", diff)
	}
	if (got.Score() != nil) != (want.state == quiz.Finished) {
		t.Errorf("score = %+v of an attempt that is %s", got.Score(), want.state)
	}
	if got.TimeCheckAt != nil && !got.TimeCheckAt.After(d.Now()) {
		t.Errorf("the next time check, %v, is not in the future of %v", got.TimeCheckAt, d.Now())
	}
	if !got.State.Open() && got.TimeCheckAt != nil {
		t.Errorf("time is checked at %v of an attempt that is %s", got.TimeCheckAt, got.State)
	}
	answered := 1
	if want.action == "answer" && want.code == "" {
		answered = 2
	}
	if got.Answered() != answered {
		t.Errorf("%d answers, want %d", got.Answered(), answered)
	}
}

func TestSecondsLeft(t *testing.T) {
	d := newDesk(t)
	tests := map[string]struct {
		quiz  string
		after time.Duration
		want  *int
	}{
		"AtStart":              {"auto", 0, ptr(60)},
		"RoundedDown":          {"auto", ms, ptr(59)},
		"LastMillisecond":      {"auto", limit - ms, ptr(0)},
		"Finished":             {"auto", limit, nil},
		"InGrace":              {"grace", limit, ptr(30)},
		"EndOfGrace":           {"grace", limit + grace, ptr(0)},
		"AllowanceAddsNothing": {"abandon", limit + ms, ptr(0)},
		"NoLimit":              {"endless", time.Hour, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d.At(0)
			a := d.Begin(t, name, tt.quiz)
			d.At(tt.after)
			a, err := d.Get(t.Context(), name, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, d.SecondsLeft(&a)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMaxAttemptsAndCooldown(t *testing.T) {
	d := newDesk(t)
	first := d.Begin(t, "ann", "twice")
	if _, err := d.Submit(t.Context(), "ann", first.ID); err != nil {
		t.Fatal(err)
	}
	d.At(cooldown - ms)
	_, err := d.Start(t.Context(), "ann", quiz.StartInput{QuizSlug: "twice"})
	wantCode(t, err, fault.Conflict)

	d.At(cooldown)
	second := d.Begin(t, "ann", "twice")
	if second.Number != 2 {
		t.Fatalf("number = %d, want 2", second.Number)
	}
	if _, err := d.Submit(t.Context(), "ann", second.ID); err != nil {
		t.Fatal(err)
	}
	d.At(100 * cooldown)
	_, err = d.Start(t.Context(), "ann", quiz.StartInput{QuizSlug: "twice"})
	wantCode(t, err, fault.Conflict)
	if other := d.Begin(t, "bob", "twice"); other.Number != 1 {
		t.Errorf("another learner's first attempt has number %d", other.Number)
	}
}

// The next attempt starts although nothing has read or swept the overdue one.
func TestStartEndsOverdueAttempts(t *testing.T) {
	d := newDesk(t)
	first := d.Begin(t, "ann", "auto")
	d.At(limit)
	if second := d.Begin(t, "ann", "auto"); second.Number != 2 {
		t.Errorf("number = %d, want 2", second.Number)
	}
	page, err := d.Of(t.Context(), "ann", quiz.Filter{State: quiz.Finished}, 10, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Attempts) != 1 || page.Attempts[0].ID != first.ID {
		t.Errorf("finished attempts: %+v", page.Attempts)
	}
}

func TestSweep(t *testing.T) {
	d := newDesk(t)
	for _, learner := range []string{"ann", "bob", "cem"} {
		d.Begin(t, learner, "grace")
		d.Begin(t, learner, "aside")
	}
	steps := []struct {
		after time.Duration
		limit int
		want  int
	}{
		{limit - ms, 100, 0}, {limit, 2, 2}, {limit, 2, 1}, {limit, 2, 0},
		{limit + grace, 100, 0}, {limit + grace + ms, 100, 3}, {1000 * time.Hour, 100, 0},
	}
	for i, step := range steps {
		d.At(step.after)
		if got, err := d.Sweep(t.Context(), step.limit); err != nil || got != step.want {
			t.Errorf("step %d: swept %d, %v, want %d", i, got, err, step.want)
		}
	}
}

// The clock is set back to before the attempt began: no time is added, and
// neither answers nor the end precede what was recorded.
func TestClockSetBack(t *testing.T) {
	d := newDesk(t)
	d.At(time.Hour)
	a := d.Begin(t, "ann", "auto")
	d.At(0)
	if left := d.SecondsLeft(&a); left == nil || *left != int(limit/time.Second) {
		t.Errorf("%v seconds are left of %s", left, limit)
	}
	d.At(time.Hour + limit/2)
	a, err := d.Answer(t.Context(), "ann", a.ID, quiz.AnswerInput{Slot: 1, Response: quiztest.Right(d.QuestionIn(t, &a, 1))})
	if err != nil {
		t.Fatal(err)
	}
	d.At(0)
	if left := d.SecondsLeft(&a); left == nil || *left != int(limit/2/time.Second) {
		t.Errorf("%v seconds are left of %s", left, limit/2)
	}
	a, err = d.Submit(t.Context(), "ann", a.ID)
	if err != nil || a.FinishedAt == nil || !a.FinishedAt.Equal(quiztest.Opening.Add(time.Hour+limit/2)) {
		t.Errorf("finished at %v, %v", a.FinishedAt, err)
	}
}
