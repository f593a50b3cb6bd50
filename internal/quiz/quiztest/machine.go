package quiztest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
)

// AgainstModel performs random actions on attempts in the engine and compares
// them with a model after each. rapid's flags control the amount.
func AgainstModel(t *testing.T, engine store.Engine) {
	d := Open(t, engine)
	learners, ran := 0, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		learners++
		d.At(0)
		m := &machine{d: d, t: t, learner: fmt.Sprintf("learner-%d", learners), ran: ran}
		m.publish(nil, nil)
		rt.Repeat(m.actions())
	})
	for name := range (&machine{}).actions() {
		if ran[name] == 0 && name != "" {
			t.Errorf("%s has never happened", name)
		}
	}
}

// machine drives the service and the model in parallel.
type machine struct {
	d         *Desk
	t         *testing.T
	learner   string
	model     model
	withdrawn []string        // quizzes that are not published
	drawable  int             // how many questions of BB1 are
	gone      map[string]bool // questions of BB1 that are not
	repeat    func(*rapid.T)  // the last mutation again, which must change nothing
	keyed     []keyed         // answers with an idempotency key that succeeded
	ran       map[string]int  // how often each action happened
}

// keyed is an answer with an idempotency key.
type keyed struct {
	attempt *modelAttempt
	slot    int
	key     string
	again   func() (quiz.Attempt, error)
}

// actions returns the possible actions. Each ends with a check of everything.
func (m *machine) actions() map[string]func(*rapid.T) {
	actions := map[string]func(*rapid.T){
		"start": m.start, "answer": m.answer, "answer more": m.answer, "flag": m.flag, "hint": m.hint, "submit": m.submit, "abandon": m.abandon,
		"replay": m.replay, "replay by key": m.replayByKey, "key of another": m.keyOfAnother,
		"clock": m.clock, "sweep": m.sweep, "edit": m.edit, "crash": m.crash,
	}
	for name, do := range actions {
		actions[name] = func(t *rapid.T) {
			do(t)
			m.ran[name]++ // not reached by actions that skip themselves
		}
	}
	actions[""] = m.check
	return actions
}

func (m *machine) any(t *rapid.T) *modelAttempt {
	if len(m.model.attempts) == 0 {
		t.Skip("no attempt yet")
	}
	return rapid.SampledFrom(m.model.attempts).Draw(t, "attempt")
}

func (m *machine) slotOf(t *rapid.T, a *modelAttempt) int {
	return rapid.IntRange(0, len(a.frozen)-1).Draw(t, "slot")
}

func (m *machine) open(slug string) *modelAttempt {
	for _, a := range m.model.attempts {
		if state, _ := a.stateAt(m.d.Elapsed()); a.quiz == slug && state.Open() {
			return a
		}
	}
	return nil
}

func (m *machine) start(t *rapid.T) {
	m.repeat = nil
	slug := rapid.SampledFrom([]string{"auto", "grace", "abandon", "endless", "instant"}).Draw(t, "quiz")
	resumed := m.open(slug)
	got, err := m.d.Start(context.Background(), m.learner, quiz.StartInput{QuizSlug: slug})
	if resumed == nil && slices.Contains(m.withdrawn, slug) {
		if fault.CodeOf(err) != fault.NotFound {
			t.Fatalf("error = %v, want %s: %s is not published", err, fault.NotFound, slug)
		}
		return
	}
	if resumed == nil && m.held(slug) {
		if fault.ReasonOf(err) != fault.TooFewQuestions {
			t.Fatalf("error = %v, want %s: another attempt has the questions of %s", err, fault.TooFewQuestions, slug)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if resumed != nil {
		if got.ID != resumed.id {
			t.Fatalf("started %s, want %s resumed", got.ID, resumed.id)
		}
		return
	}
	if slices.ContainsFunc(m.model.attempts, func(a *modelAttempt) bool { return a.id == got.ID }) {
		t.Fatalf("started %s, which has ended", got.ID)
	}
	if len(got.Slots) != m.drawable {
		t.Fatalf("drew %d questions, want %d", len(got.Slots), m.drawable)
	}
	m.model.attempts = append(m.model.attempts, newModelAttempt(got, slug, m.d.Elapsed()))
}

func (m *machine) answer(t *rapid.T) {
	a := m.any(t)
	slot := m.slotOf(t, a)
	choice := rapid.SampledFrom([]string{"right", "wrong"}).Draw(t, "choice")
	q, err := m.d.Question(context.Background(), &a.frozen[slot])
	if err != nil {
		t.Fatal(err)
	}
	in := quiz.AnswerInput{Slot: slot + 1, Response: Right(q)}
	if choice == "wrong" {
		in.Response = Wrong(q)
	}
	want := a.answerable(m.d.Elapsed())
	switch {
	case m.withheld(a, slot):
		want = fault.Conflict
	case a.answers[slot] == choice:
		want = ""
	case want == "" && a.quiz == "instant" && a.answers[slot] != "":
		want = fault.Conflict
	case want == "":
		a.answers[slot] = choice
	}
	key := ""
	if rapid.Bool().Draw(t, "with a key") {
		key = fmt.Sprintf("key-%d", len(m.keyed))
	}
	in.IdempotencyKey = key
	again := func() (quiz.Attempt, error) { return m.d.Answer(context.Background(), m.learner, a.id, in) }
	m.do(t, want, again)
	if key != "" && want == "" {
		m.keyed = append(m.keyed, keyed{attempt: a, slot: slot, key: key, again: again})
	}
}

func (m *machine) flag(t *rapid.T) {
	a := m.any(t)
	slot := m.slotOf(t, a)
	in := quiz.FlagInput{Slot: slot + 1, Flagged: rapid.Bool().Draw(t, "flagged")}
	want := a.answerable(m.d.Elapsed())
	if a.flags[slot] == in.Flagged {
		want = ""
	} else if want == "" {
		a.flags[slot] = in.Flagged
	}
	m.do(t, want, func() (quiz.Attempt, error) {
		return m.d.Flag(context.Background(), m.learner, a.id, in)
	})
}

func (m *machine) hint(t *rapid.T) {
	a := m.any(t)
	slot := m.slotOf(t, a)
	number := rapid.IntRange(1, 3).Draw(t, "number")
	want := a.answerable(m.d.Elapsed())
	switch {
	case number <= a.hints[slot]:
		want = ""
	case want != "":
	case a.quiz == "instant" && a.answers[slot] != "":
		want = fault.Conflict
	case number > a.hasHints(slot):
		want = fault.NotFound
	case number != a.hints[slot]+1:
		want = fault.InvalidInput
	default:
		a.hints[slot] = number
	}
	m.do(t, want, func() (quiz.Attempt, error) {
		return m.d.Hint(context.Background(), m.learner, a.id, quiz.HintInput{Slot: slot + 1, Number: number})
	})
}

func (m *machine) submit(t *rapid.T) {
	a := m.any(t)
	var want fault.Code
	switch state, _ := a.stateAt(m.d.Elapsed()); state {
	case quiz.Abandoned:
		want = fault.Expired
	case quiz.InProgress:
		at := m.d.Elapsed()
		if a.quiz == "abandon" {
			at = min(at, a.started+Limit)
		}
		a.submitted = &at
	case quiz.Overdue:
		at := m.d.Elapsed()
		a.submitted = &at
	}
	m.do(t, want, func() (quiz.Attempt, error) {
		return m.d.Submit(context.Background(), m.learner, a.id)
	})
}

func (m *machine) abandon(t *rapid.T) {
	a := m.any(t)
	var want fault.Code
	switch state, _ := a.stateAt(m.d.Elapsed()); state {
	case quiz.Finished:
		want = fault.Conflict
	case quiz.InProgress, quiz.Overdue:
		at := m.d.Elapsed()
		if state == quiz.InProgress && a.timed() {
			at = min(at, a.started+Limit)
		}
		a.abandoned = &at
	case quiz.Abandoned:
	}
	m.do(t, want, func() (quiz.Attempt, error) {
		return m.d.Abandon(context.Background(), m.learner, a.id)
	})
}

// do calls the service now and, as long as nothing else happens, on a replay.
func (m *machine) do(t *rapid.T, want fault.Code, call func() (quiz.Attempt, error)) {
	first, err := call()
	if got := fault.CodeOf(err); got != want {
		t.Fatalf("error = %v, want %q", err, want)
	}
	m.repeat = func(t *rapid.T) {
		second, err := call()
		if got := fault.CodeOf(err); got != want {
			t.Fatalf("replayed: error = %v, want %q", err, want)
		}
		// Refused calls return changes that were not stored.
		second.Rev = first.Rev
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatalf("replayed (-first +second):\n%s", diff)
		}
	}
}

func (m *machine) replay(t *rapid.T) {
	if m.repeat == nil {
		t.Skip("nothing to replay")
	}
	m.repeat(t)
}

func (m *machine) replayByKey(t *rapid.T) {
	k := m.anyKeyed(t)
	got, err := k.again()
	if m.withheld(k.attempt, k.slot) {
		if fault.ReasonOf(err) != fault.Reason(fault.AlreadyGraded) {
			t.Fatalf("%s again: error = %v, want %s", k.key, err, fault.AlreadyGraded)
		}
		return
	}
	if err != nil {
		t.Fatalf("%s again: %v", k.key, err)
	}
	now, err := m.d.Get(context.Background(), m.learner, k.attempt.id)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(now, got); diff != "" {
		t.Fatalf("%s again does not return the current attempt (-current +got):\n%s", k.key, diff)
	}
}

func (m *machine) keyOfAnother(t *rapid.T) {
	k := m.anyKeyed(t)
	empty := quiz.AnswerInput{Slot: 1, Response: quiz.ResponseInput{Options: []string{}}, IdempotencyKey: k.key}
	_, err := m.d.Answer(context.Background(), m.learner, k.attempt.id, empty)
	want := fault.KeyReused
	if m.withheld(k.attempt, 0) {
		want = fault.AlreadyGraded
	}
	if fault.ReasonOf(err) != fault.Reason(want) {
		t.Fatalf("error = %v with the reason %q, want %s", err, fault.ReasonOf(err), want)
	}
}

// anyKeyed picks one of those that an attempt still remembers.
func (m *machine) anyKeyed(t *rapid.T) keyed {
	if len(m.keyed) == 0 {
		t.Skip("no answer had a key")
	}
	const remembered = 32
	return rapid.SampledFrom(m.keyed[max(0, len(m.keyed)-remembered):]).Draw(t, "keyed")
}

func (m *machine) clock(t *rapid.T) {
	m.repeat = nil
	steps := []time.Duration{time.Millisecond, 5 * time.Second, quiz.NetworkAllowance, Grace, Limit - time.Millisecond, Limit, Limit + Grace}
	m.d.At(m.d.Elapsed() + rapid.SampledFrom(steps).Draw(t, "step"))
}

func (m *machine) sweep(t *rapid.T) {
	if _, err := m.d.Sweep(context.Background(), 100); err != nil {
		t.Fatal(err)
	}
}

// edit changes a key, deprecates or removes questions, or withdraws quizzes,
// none of which affects earlier draws.
func (m *machine) edit(t *rapid.T) {
	fates := map[string]string{}
	for _, slug := range []string{"event-order", "usable-step"} {
		fates[slug] = rapid.SampledFrom([]string{"kept", "changed", "deprecated", "removed"}).Draw(t, slug)
	}
	m.publish(fates, rapid.SliceOfDistinct(rapid.SampledFrom([]string{"auto", "instant", "grace"}), rapid.ID).Draw(t, "withdrawn"))
}

func (m *machine) publish(fates map[string]string, withdrawn []string) {
	m.withdrawn, m.drawable, m.gone = withdrawn, 3, map[string]bool{}
	for slug, fate := range fates {
		if fate == "deprecated" || fate == "removed" {
			m.drawable--
			m.gone[slug] = true
		}
	}
	m.d.Shelf.Edit(m.t, func(c *catalog.Content) {
		for _, q := range c.Questions {
			switch fates[q.Slug] {
			case "changed":
				slices.Reverse(q.Order)
				slices.Reverse(q.Accepted)
			case "deprecated":
				q.Status = catalog.Deprecated
			}
		}
		c.Questions = slices.DeleteFunc(c.Questions, func(q *catalog.Question) bool { return fates[q.Slug] == "removed" })
		c.Quizzes = slices.DeleteFunc(c.Quizzes, func(q *catalog.Quiz) bool { return slices.Contains(withdrawn, q.Slug) })
	})
}

func (m *machine) crash(*rapid.T) { m.d.Reopen(m.t) }

func (m *machine) check(t *rapid.T) {
	open := map[string]int{}
	for _, want := range m.model.attempts {
		got, err := m.d.Get(context.Background(), m.learner, want.id)
		if err != nil {
			t.Fatal(err)
		}
		checkAttempt(t, m.d.Elapsed(), want, &got)
		m.checkView(t, want, got)
		if got.State.Open() {
			open[got.Key]++
		}
	}
	for key, n := range open {
		if n > 1 {
			t.Fatalf("%d open attempts at %s", n, key)
		}
	}
}

func (m *machine) checkView(t *rapid.T, want *modelAttempt, got quiz.Attempt) {
	view, err := m.d.View(context.Background(), got)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range view.Slots() {
		withheld := m.withheld(want, i)
		if (s.Withheld() != nil) != withheld || withheld && (s.Response() != nil || s.Review() != nil) {
			t.Fatalf("%s: slot %d is withheld: %t, want %t", want.id, s.Number(), s.Withheld() != nil, withheld)
		}
	}
}

func checkAttempt(t *rapid.T, now time.Duration, want *modelAttempt, got *quiz.Attempt) {
	state, ended := want.stateAt(now)
	if got.State != state {
		t.Fatalf("%s is %s, want %s", want.id, got.State, state)
	}
	if !state.Open() && (got.FinishedAt == nil || !got.FinishedAt.Equal(Opening.Add(ended))) {
		t.Fatalf("%s finished at %v, want %v", want.id, got.FinishedAt, Opening.Add(ended))
	}
	if len(got.Slots) != len(want.frozen) {
		t.Fatalf("%s has %d slots, %d were drawn", want.id, len(got.Slots), len(want.frozen))
	}
	total := 0.0
	for i := range got.Slots {
		checkSlot(t, want, got, i)
		total += want.fraction(i)
	}
	score := got.Score()
	if (score != nil) != (state == quiz.Finished) {
		t.Fatalf("%s: score = %+v while %s", want.id, score, state)
	}
	marks := float64(len(want.frozen))
	if score != nil && (score.MaxMarks() != marks || math.Abs(score.Exact().Float()-100*total/marks) > 1e-9 || score.Percent() < 0 || score.Percent() > 100) {
		t.Fatalf("%s: score = %+v, want %v of %v", want.id, score, total, marks)
	}
}

func checkSlot(t *rapid.T, want *modelAttempt, got *quiz.Attempt, i int) {
	s, drawn := &got.Slots[i], want.frozen[i]
	if s.QuestionSlug != drawn.QuestionSlug || s.QuestionVersion != drawn.QuestionVersion || !slices.Equal(s.OptionOrder, drawn.OptionOrder) {
		t.Fatalf("%s: slot %d is no longer what was drawn: %+v", want.id, s.Number, s)
	}
	if (s.Response != nil) != (want.answers[i] != "") || s.Flagged != want.flags[i] || s.HintsUsed != want.hints[i] {
		t.Fatalf("%s: slot %d = %+v, want %q, flag %t, %d hints", want.id, s.Number, s, want.answers[i], want.flags[i], want.hints[i])
	}
	graded := want.graded(i, got.State)
	if (s.Mark() != nil) != graded || graded && math.Abs(s.Mark().Float()-want.fraction(i)) > 1e-12 {
		t.Fatalf("%s: slot %d has the mark %v, want %v, graded %t", want.id, s.Number, s.Mark(), want.fraction(i), graded)
	}
	if got.Reviewable(s) != (graded && got.State != quiz.Abandoned) {
		t.Fatalf("%s: slot %d reviewable = %t while %s", want.id, s.Number, got.Reviewable(s), got.State)
	}
}
