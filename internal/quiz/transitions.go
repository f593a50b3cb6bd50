package quiz

import (
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
)

// keyOf returns the pinned version of a slot's question.
type keyOf func(*Slot) (*catalog.Question, error)

// The transitions below change an attempt that has been advanced to now. Each
// reports whether it had an effect; a transition that fails has none.

// answer records the answer to a slot, and grades it if feedback is immediate.
// Repeating an answer never has an effect.
func (a *Attempt) answer(now time.Time, in AnswerInput, key keyOf) (bool, error) {
	slot, err := a.Slot(in.Slot)
	if err != nil {
		return false, err
	}
	q, err := key(slot)
	if err != nil {
		return false, err
	}
	response, err := NewResponse(q, in.Response)
	if err != nil {
		return false, err
	}
	if slot.repeats(response, in.Confidence) {
		return false, nil
	}
	if err := a.answerable(now); err != nil {
		return false, err
	}
	switch {
	case slot.graded():
		return false, fault.Conflicting(fault.AlreadyGraded, "question %d has already been graded, with another answer", slot.Number)
	case in.ExpectedRev != nil && *in.ExpectedRev != slot.Rev:
		return false, fault.Conflicting(fault.RevisionChanged, "question %d has been answered elsewhere in the meantime", slot.Number)
	case response.Empty() && a.Rules.FeedbackMode == catalog.Immediate:
		return false, fault.Invalid("response", "the answer is empty")
	}
	slot.record(now, response, in.Confidence)
	if a.Rules.FeedbackMode == catalog.Immediate {
		slot.grade(q)
		a.Projected = false
	}
	return true, nil
}

// repeats reports whether an answer equals the one in the slot. Confidence
// matters only with an answer, and only until it is graded.
func (s *Slot) repeats(r Response, c *Confidence) bool {
	var recorded Response
	if s.Response != nil {
		recorded = *s.Response
	}
	return recorded.Equal(r) && (c == nil || *c == s.Confidence || r.Empty() || s.graded())
}

func (s *Slot) record(now time.Time, r Response, c *Confidence) {
	s.Rev++
	s.State, s.Response, s.AnsweredAt, s.Confidence = Todo, nil, nil, ""
	if r.Empty() {
		return
	}
	s.State, s.Response, s.AnsweredAt = Complete, &r, &now
	if c != nil {
		s.Confidence = *c
	}
}

func (s *Slot) grade(q *catalog.Question) {
	mark := Grade(q, s.Response).Mark
	s.Graded = &mark
	s.State = GaveUp
	if s.Response != nil {
		s.State = stateOf(mark)
	}
}

// answerable fails if answers no longer count.
func (a *Attempt) answerable(now time.Time) error {
	switch {
	case a.timeIsUp(now):
		return fault.New(fault.Expired, "the time for this attempt is over")
	case a.State != InProgress:
		return fault.Conflicting(fault.AttemptEnded, "this attempt has ended")
	default:
		return nil
	}
}

// flag marks a slot for the learner to come back to.
func (a *Attempt) flag(now time.Time, in FlagInput) (bool, error) {
	slot, err := a.Slot(in.Slot)
	if err != nil {
		return false, err
	}
	if slot.Flagged == in.Flagged {
		return false, nil
	}
	if err := a.answerable(now); err != nil {
		return false, err
	}
	slot.Flagged = in.Flagged
	if in.Flagged {
		a.FlaggedAt = &now
	} else if !slices.ContainsFunc(a.Slots, func(s Slot) bool { return s.Flagged }) {
		a.FlaggedAt = nil
	}
	return true, nil
}

// hint takes the requested hint, which must be the next one or one taken
// before.
func (a *Attempt) hint(now time.Time, in HintInput, key keyOf) (bool, error) {
	slot, err := a.Slot(in.Slot)
	if err != nil {
		return false, err
	}
	if in.Number >= 1 && in.Number <= slot.HintsUsed {
		return false, nil
	}
	if err := a.answerable(now); err != nil {
		return false, err
	}
	q, err := key(slot)
	switch {
	case err != nil:
		return false, err
	case slot.graded():
		return false, fault.Conflicting(fault.AlreadyGraded, "question %d has already been graded", slot.Number)
	case in.Number > len(q.Hints):
		return false, fault.New(fault.NotFound, "question %d has no hint %d", slot.Number, in.Number)
	case in.Number != slot.HintsUsed+1:
		return false, fault.Invalid("number", "hints are given in order: the next one is number %d", slot.HintsUsed+1)
	}
	slot.HintsUsed = in.Number
	return true, nil
}

// submit ends the attempt; a FINISHED one stays unchanged.
func (a *Attempt) submit(now time.Time, key keyOf) (bool, error) {
	switch a.State {
	case Finished:
		return false, nil
	case Abandoned:
		return false, fault.New(fault.Expired, "the time to submit this attempt is over")
	case InProgress:
		// What arrives within the allowance was sent before the deadline.
		if a.timeIsUp(now) {
			now = *a.DeadlineAt
		}
	}
	return true, a.finish(now, key)
}

// abandon ends an open attempt. One whose time was already up, and which would
// be abandoned anyway, ended at its deadline.
func (a *Attempt) abandon(now time.Time) (bool, error) {
	switch a.State {
	case Abandoned:
		return false, nil
	case Finished:
		return false, fault.Conflicting(fault.AttemptEnded, "this attempt is finished")
	case InProgress:
		if a.timeIsUp(now) {
			now = *a.DeadlineAt
		}
	case Overdue:
	}
	a.end(Abandoned, now)
	return true, nil
}

// finish grades all slots. It fails if key fails, and then changes nothing.
func (a *Attempt) finish(at time.Time, key keyOf) error {
	questions := make([]*catalog.Question, 0, len(a.Slots))
	for i := range a.Slots {
		q, err := key(&a.Slots[i])
		if err != nil {
			return err
		}
		questions = append(questions, q)
	}
	for i := range a.Slots {
		if !a.Slots[i].graded() {
			a.Slots[i].grade(questions[i])
		}
	}
	a.end(Finished, at)
	return nil
}
