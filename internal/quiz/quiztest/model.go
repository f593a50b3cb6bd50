package quiztest

import (
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// model predicts one learner's attempts in a simple way: without documents or
// revisions, and with states derived from the clock.
type model struct {
	attempts []*modelAttempt
}

// modelAttempt is an attempt. Its lists have one element per slot.
type modelAttempt struct {
	id, quiz  string
	started   time.Duration
	submitted *time.Duration // when it was, in time
	abandoned *time.Duration // when the learner abandoned it
	answers   []string       // "", "right" or "wrong"
	flags     []bool
	hints     []int
	frozen    []quiz.Slot // as drawn
}

func newModelAttempt(a quiz.Attempt, slug string, started time.Duration) *modelAttempt {
	n := len(a.Slots)
	return &modelAttempt{
		id: a.ID, quiz: slug, started: started,
		answers: make([]string, n), flags: make([]bool, n), hints: make([]int, n), frozen: a.Slots,
	}
}

func (m *modelAttempt) timed() bool {
	return m.quiz == "auto" || m.quiz == "grace" || m.quiz == "abandon"
}

// stateAt follows the life-cycle table.
func (m *modelAttempt) stateAt(now time.Duration) (state quiz.AttemptState, ended time.Duration) {
	deadline := m.started + Limit
	switch {
	case m.abandoned != nil:
		return quiz.Abandoned, *m.abandoned
	case m.submitted != nil:
		return quiz.Finished, *m.submitted
	case !m.timed() || now < deadline:
		return quiz.InProgress, 0
	case m.quiz == "auto":
		return quiz.Finished, deadline
	case m.quiz == "grace" && now <= deadline+Grace:
		return quiz.Overdue, 0
	case m.quiz == "grace":
		return quiz.Abandoned, deadline + Grace
	case now <= deadline+quiz.NetworkAllowance:
		return quiz.InProgress, 0
	default:
		return quiz.Abandoned, deadline
	}
}

// answerable returns the code with which a change to a slot fails, or "".
func (m *modelAttempt) answerable(now time.Duration) fault.Code {
	switch state, _ := m.stateAt(now); {
	case m.timed() && now >= m.started+Limit:
		return fault.Expired
	case state != quiz.InProgress:
		return fault.Conflict
	default:
		return ""
	}
}

// graded reports whether the answer in a slot is graded yet.
func (m *modelAttempt) graded(slot int, state quiz.AttemptState) bool {
	return state == quiz.Finished || m.quiz == "instant" && m.answers[slot] != ""
}

// fraction is the mark of Wrong's answers: one pair of three, one place of
// three, otherwise nothing.
func (m *modelAttempt) fraction(slot int) float64 {
	switch m.answers[slot] {
	case "right":
		return 1
	case "wrong":
		return map[string]float64{"commitments": 1. / 3, "event-order": 1. / 3}[m.frozen[slot].QuestionSlug]
	default:
		return 0
	}
}

// hasHints is the number of hints of a slot's question.
func (m *modelAttempt) hasHints(slot int) int {
	return map[string]int{"event-order": 2}[m.frozen[slot].QuestionSlug]
}

// held reports whether an open attempt has questions that the quiz would draw:
// one with feedback at the end has all of its questions, and instant has those
// without an answer from all quizzes but itself.
func (m *machine) held(slug string) bool {
	for _, a := range m.model.attempts {
		state, _ := a.stateAt(m.d.Elapsed())
		if !state.Open() || slug == "instant" && a.quiz == "instant" {
			continue
		}
		for i, s := range a.frozen {
			if !a.graded(i, state) && !m.gone[s.QuestionSlug] {
				return true
			}
		}
	}
	return false
}

// withheld reports whether an answer may not be shown, because its question is in
// an open attempt with a time limit.
func (m *machine) withheld(a *modelAttempt, slot int) bool {
	state, _ := a.stateAt(m.d.Elapsed())
	return a.graded(slot, state) && slices.ContainsFunc(m.model.attempts, func(other *modelAttempt) bool {
		state, _ := other.stateAt(m.d.Elapsed())
		return other.timed() && state.Open() && slices.ContainsFunc(other.frozen, func(s quiz.Slot) bool {
			return s.QuestionSlug == a.frozen[slot].QuestionSlug
		})
	})
}
