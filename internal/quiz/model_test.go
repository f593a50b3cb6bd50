package quiz_test

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
)

// model is what one learner's attempts have to be, in plain words: it knows
// neither documents nor revisions, and works out the state from the clock.
type model struct {
	attempts []*modelAttempt
}

type modelAttempt struct {
	id, quiz  string
	started   time.Duration
	submitted *time.Duration // when it was, in time
	answers   [3]string      // "", "right" or "wrong"
	flags     [3]bool
	hints     [3]int
	frozen    []quiz.Slot // as drawn
}

// stateAt follows the life-cycle table.
func (m *modelAttempt) stateAt(now time.Duration) (state quiz.AttemptState, ended time.Duration) {
	deadline := m.started + limit
	timed := m.quiz == "auto" || m.quiz == "grace" || m.quiz == "abandon"
	switch {
	case m.submitted != nil:
		return quiz.Finished, *m.submitted
	case !timed || now < deadline:
		return quiz.InProgress, 0
	case m.quiz == "auto":
		return quiz.Finished, deadline
	case m.quiz == "grace" && now <= deadline+grace:
		return quiz.Overdue, 0
	case m.quiz == "grace":
		return quiz.Abandoned, deadline + grace
	case now <= deadline+quiz.NetworkAllowance:
		return quiz.InProgress, 0
	default:
		return quiz.Abandoned, deadline
	}
}

func (m *modelAttempt) answerable(now time.Duration) fault.Code {
	timed := m.quiz == "auto" || m.quiz == "grace" || m.quiz == "abandon"
	switch state, _ := m.stateAt(now); {
	case timed && now >= m.started+limit:
		return fault.Expired
	case state != quiz.InProgress:
		return fault.Conflict
	default:
		return ""
	}
}

// fractions of the wrong answers that wrong gives: one pair of three, one
// place of three, nothing.
func (m *modelAttempt) fraction(slot int) float64 {
	switch m.answers[slot] {
	case "right":
		return 1
	case "wrong":
		return [3]float64{1. / 3, 1. / 3, 0}[slot]
	default:
		return 0
	}
}

// modelHints is how many hints the questions have.
func modelHints() [3]int { return [3]int{0, 2, 0} }

// machine drives the service and the model side by side.
type machine struct {
	d       *desk
	t       *testing.T
	learner string
	model   model
	repeat  func(*rapid.T) // the last mutation again, which must change nothing
}

func (m *machine) now() time.Duration { return time.Duration(m.d.clock.Load()) * time.Millisecond }

func (m *machine) any(t *rapid.T) *modelAttempt {
	if len(m.model.attempts) == 0 {
		t.Skip("no attempt yet")
	}
	return rapid.SampledFrom(m.model.attempts).Draw(t, "attempt")
}

func (m *machine) open(slug string) *modelAttempt {
	for _, a := range m.model.attempts {
		if state, _ := a.stateAt(m.now()); a.quiz == slug && state.Open() {
			return a
		}
	}
	return nil
}

func (m *machine) start(t *rapid.T) {
	slug := rapid.SampledFrom([]string{"auto", "grace", "abandon", "endless", "instant"}).Draw(t, "quiz")
	want := m.open(slug)
	got, err := m.d.Start(context.Background(), m.learner, quiz.StartInput{QuizSlug: slug})
	if err != nil {
		t.Fatal(err)
	}
	if want != nil {
		if got.ID != want.id {
			t.Fatalf("started %s, want %s resumed", got.ID, want.id)
		}
		return
	}
	if slices.ContainsFunc(m.model.attempts, func(a *modelAttempt) bool { return a.id == got.ID }) {
		t.Fatalf("started %s, which has ended", got.ID)
	}
	m.model.attempts = append(m.model.attempts, &modelAttempt{id: got.ID, quiz: slug, started: m.now(), frozen: got.Slots})
}

func (m *machine) answer(t *rapid.T) {
	a := m.any(t)
	slot := rapid.IntRange(0, 2).Draw(t, "slot")
	choice := rapid.SampledFrom([]string{"right", "wrong"}).Draw(t, "choice")
	q, err := m.d.Question(context.Background(), &a.frozen[slot])
	if err != nil {
		t.Fatal(err)
	}
	in := quiz.AnswerInput{Slot: slot + 1, Response: right(q)}
	if choice == "wrong" {
		in.Response = wrong(q)
	}
	want := a.answerable(m.now())
	switch {
	case a.answers[slot] == choice:
		want = ""
	case want == "" && a.quiz == "instant" && a.answers[slot] != "":
		want = fault.Conflict
	case want == "":
		a.answers[slot] = choice
	}
	m.do(t, want, func() (quiz.Attempt, error) { return m.d.Answer(context.Background(), m.learner, a.id, in) })
}

func (m *machine) flag(t *rapid.T) {
	a := m.any(t)
	in := quiz.FlagInput{Slot: rapid.IntRange(1, 3).Draw(t, "slot"), Flagged: rapid.Bool().Draw(t, "flagged")}
	want := a.answerable(m.now())
	if a.flags[in.Slot-1] == in.Flagged {
		want = ""
	} else if want == "" {
		a.flags[in.Slot-1] = in.Flagged
	}
	m.do(t, want, func() (quiz.Attempt, error) { return m.d.Flag(context.Background(), m.learner, a.id, in) })
}

func (m *machine) hint(t *rapid.T) {
	a := m.any(t)
	slot := rapid.IntRange(0, 2).Draw(t, "slot")
	number := rapid.IntRange(1, 3).Draw(t, "number")
	want := a.answerable(m.now())
	switch {
	case number <= a.hints[slot]:
		want = ""
	case want != "":
	case a.quiz == "instant" && a.answers[slot] != "":
		want = fault.Conflict
	case number != a.hints[slot]+1 || number > modelHints()[slot]:
		want = fault.InvalidInput
	default:
		a.hints[slot] = number
	}
	m.do(t, want, func() (quiz.Attempt, error) {
		return m.d.Hint(context.Background(), m.learner, a.id, quiz.HintInput{Slot: slot + 1, Number: &number})
	})
}

func (m *machine) submit(t *rapid.T) {
	a := m.any(t)
	var want fault.Code
	switch state, _ := a.stateAt(m.now()); state {
	case quiz.Abandoned:
		want = fault.Expired
	case quiz.InProgress:
		at := m.now()
		if a.quiz == "abandon" {
			at = min(at, a.started+limit)
		}
		a.submitted = &at
	case quiz.Overdue:
		at := m.now()
		a.submitted = &at
	}
	m.do(t, want, func() (quiz.Attempt, error) {
		return m.d.Submit(context.Background(), m.learner, a.id, quiz.SubmitInput{})
	})
}

// do calls the service, now and, as long as nothing else happens, on a replay.
func (m *machine) do(t *rapid.T, want fault.Code, call func() (quiz.Attempt, error)) {
	first, err := call()
	if got := fault.CodeOf(err); got != want {
		t.Fatalf("error = %v, want %q", err, want)
	}
	m.repeat = func(t *rapid.T) {
		again, err := call()
		if got := fault.CodeOf(err); got != want {
			t.Fatalf("replayed: error = %v, want %q", err, want)
		}
		// Refused calls return what they did not store.
		again.Rev = first.Rev
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatalf("replayed (-first +second):\n%s", diff)
		}
	}
}

func (m *machine) check(t *rapid.T) {
	open := map[string]int{}
	for _, want := range m.model.attempts {
		got, err := m.d.Get(context.Background(), m.learner, want.id)
		if err != nil {
			t.Fatal(err)
		}
		checkAttempt(t, m.now(), want, &got)
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

func checkAttempt(t *rapid.T, now time.Duration, want *modelAttempt, got *quiz.Attempt) {
	state, ended := want.stateAt(now)
	if got.State != state {
		t.Fatalf("%s is %s, want %s", want.id, got.State, state)
	}
	if !state.Open() && (got.FinishedAt == nil || !got.FinishedAt.Equal(start.Add(ended))) {
		t.Fatalf("%s finished at %v, want %v", want.id, got.FinishedAt, start.Add(ended))
	}
	total := 0.0
	for i, s := range got.Slots {
		drawn := want.frozen[i]
		if s.QuestionSlug != drawn.QuestionSlug || s.QuestionVersion != drawn.QuestionVersion || !slices.Equal(s.OptionOrder, drawn.OptionOrder) {
			t.Fatalf("%s: slot %d is no longer what was drawn: %+v", want.id, s.Number, s)
		}
		if (s.Response != nil) != (want.answers[i] != "") || s.Flagged != want.flags[i] || s.HintsUsed != want.hints[i] {
			t.Fatalf("%s: slot %d = %+v, want %q, flag %t, %d hints", want.id, s.Number, s, want.answers[i], want.flags[i], want.hints[i])
		}
		graded := state == quiz.Finished || want.quiz == "instant" && want.answers[i] != ""
		if (s.Fraction != nil) != graded || graded && math.Abs(*s.Fraction-want.fraction(i)) > 1e-12 {
			t.Fatalf("%s: slot %d has the fraction %v, want %v, graded %t", want.id, s.Number, s.Fraction, want.fraction(i), graded)
		}
		if got.Reviewable(&s) != (graded && state != quiz.Abandoned) {
			t.Fatalf("%s: slot %d reviewable = %t while %s", want.id, s.Number, got.Reviewable(&s), state)
		}
		total += want.fraction(i)
	}
	score := got.Score()
	if (score != nil) != (state == quiz.Finished) {
		t.Fatalf("%s: score = %+v while %s", want.id, score, state)
	}
	if score != nil && (score.MaxMarks != 3 || math.Abs(score.Percent-100*total/3) > 1e-9 || score.Percent < 0 || score.Percent > 100) {
		t.Fatalf("%s: score = %+v, want %v of 3", want.id, score, total)
	}
}

func TestAgainstModel(t *testing.T) {
	d := newDesk(t)
	learners := 0
	rapid.Check(t, func(rt *rapid.T) {
		learners++
		m := &machine{d: d, t: t, learner: fmt.Sprintf("learner-%d", learners)}
		d.at(0)
		forgetting := func(do func(*rapid.T)) func(*rapid.T) {
			return func(t *rapid.T) {
				m.repeat = nil
				do(t)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"start":   forgetting(m.start),
			"answer":  m.answer,
			"answer2": m.answer,
			"flag":    m.flag,
			"hint":    m.hint,
			"submit":  m.submit,
			"replay": func(t *rapid.T) {
				if m.repeat == nil {
					t.Skip("nothing to replay")
				}
				m.repeat(t)
			},
			"clock": forgetting(func(t *rapid.T) {
				steps := []time.Duration{ms, 5 * time.Second, quiz.NetworkAllowance, grace, limit - ms, limit, limit + grace}
				d.clock.Add(int64(rapid.SampledFrom(steps).Draw(t, "step") / ms))
			}),
			"sweep": func(t *rapid.T) {
				if _, err := d.Sweep(context.Background(), 100); err != nil {
					t.Fatal(err)
				}
			},
			"edit": func(*rapid.T) {
				d.shelf.edit(m.t, func(c *catalog.Content) {
					for _, q := range c.Questions {
						if q.Slug == "event-order" && d.shelf.edition%2 == 0 {
							slices.Reverse(q.Order)
						}
					}
				})
			},
			"crash": func(*rapid.T) { d.reopen(m.t) },
			"":      m.check,
		})
	})
}
