package quiz

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// freshAfter is how long after a key was shown an answer tells again what the
// learner knows: less than a day, so that whoever practises every morning may
// begin a little earlier.
const freshAfter = 20 * time.Hour

// Counts reports whether a slot tells what the learner knows: whether the key
// had not been shown to them in the 20 hours before they answered, or, in an
// ended attempt, before the end where they did not. What they were shown after
// the attempt began is not known.
func (a *Attempt) Counts(s *Slot) bool {
	at := s.AnsweredAt
	if at == nil {
		at = a.FinishedAt
	}
	return s.KeyShownAt == nil || at.Sub(*s.KeyShownAt) >= freshAfter
}

// KeyShown returns when the attempt showed the learner the key of a slot's
// question, or nil. Hints show no key.
func (a *Attempt) KeyShown(s *Slot) *time.Time {
	switch {
	case a.Rules.FeedbackMode == catalog.Immediate && s.graded() && s.AnsweredAt != nil:
		return s.AnsweredAt
	case a.State == Finished:
		return a.FinishedAt
	default:
		return nil
	}
}

// freezeShown records in the slots when the learner was shown their keys.
func (s *Attempts) freezeShown(ctx context.Context, learner string, slots []Slot) error {
	if s.learning == nil {
		return nil
	}
	questions := make([]string, 0, len(slots))
	for i := range slots {
		questions = append(questions, slots[i].QuestionSlug)
	}
	shown, err := s.learning.KeysShown(ctx, learner, questions)
	if err != nil {
		return err
	}
	for i := range slots {
		if at, ok := shown[slots[i].QuestionSlug]; ok {
			slots[i].KeyShownAt = &at
		}
	}
	return nil
}

// Counted returns which part of the marks of a finished attempt the slots that
// count have earned.
func (a *Attempt) Counted() Share {
	var share Share
	for i := range a.Slots {
		if s := &a.Slots[i]; a.Counts(s) {
			share.add(s.Mark())
		}
	}
	return share
}
