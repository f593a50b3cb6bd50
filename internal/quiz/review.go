package quiz

import (
	"cmp"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// maxMarks is the maximum mark of every slot.
const maxMarks = 1

// Review is the result of a slot, for the learner.
type Review struct{ Result }

// Fraction returns the fraction of the marks that the answer earned, 0 to 1.
func (r *Review) Fraction() float64 { return r.Mark.Shown() }

// Marks returns the marks that the answer earned, 0 to MaxMarks.
func (r *Review) Marks() float64 { return maxMarks * r.Mark.Shown() }

// MaxMarks returns the marks of a right answer.
func (r *Review) MaxMarks() float64 { return maxMarks }

// Reviewable reports whether the learner may see how a slot was graded: with
// IMMEDIATE feedback once it is graded, with DEFERRED feedback once the
// attempt is FINISHED. An ABANDONED attempt shows nothing.
func (a *Attempt) Reviewable(s *Slot) bool {
	switch {
	case !s.graded() || a.State == Abandoned:
		return false
	case a.State == Finished:
		return true
	default:
		return a.Rules.FeedbackMode == catalog.Immediate
	}
}

// Review returns the review of a slot, whose pinned question is q, or nil if
// the learner may not see it. Its mark is the recorded one.
func (a *Attempt) Review(s *Slot, q *catalog.Question) *Review {
	if !a.Reviewable(s) {
		return nil
	}
	r := Grade(q, s.Response)
	r.Mark = *s.Mark()
	slices.SortStableFunc(r.Options, func(x, y OptionResult) int {
		return cmp.Compare(slices.Index(s.OptionOrder, x.Option.Key), slices.Index(s.OptionOrder, y.Option.Key))
	})
	return &Review{Result: r}
}

// Score is the result of a finished attempt. It counts only the drawn slots.
type Score struct {
	Share
	Passed      bool
	ByTopic     []PartScore // ordered by code
	ByObjective []PartScore // ordered by code
}

// PartScore is a topic's or an objective's part of a score.
type PartScore struct {
	Code string
	Share
}

// Score returns the score of a FINISHED attempt, and nil before.
func (a *Attempt) Score() *Score {
	if a.State != Finished {
		return nil
	}
	score := &Score{
		ByTopic:     a.scoreBy(func(s *Slot) string { return s.TopicCode }),
		ByObjective: a.scoreBy(func(s *Slot) string { return s.ObjectiveCode }),
	}
	for i := range a.Slots {
		score.add(a.Slots[i].Mark())
	}
	score.Passed = Passes(score.Exact(), a.Rules.PassPercent)
	return score
}

func (a *Attempt) scoreBy(code func(*Slot) string) []PartScore {
	parts := []PartScore{}
	for i := range a.Slots {
		s := &a.Slots[i]
		at, found := slices.BinarySearchFunc(parts, code(s), func(p PartScore, code string) int { return cmp.Compare(p.Code, code) })
		if !found {
			parts = slices.Insert(parts, at, PartScore{Code: code(s)})
		}
		parts[at].add(s.Mark())
	}
	return parts
}

// Explanation is the reasoning behind the key.
func (r *Review) Explanation() string { return r.Question.Explanation }

// Citations name the sources of the key.
func (r *Review) Citations() []*catalog.Citation { return r.Question.Citations }

// Tags are the author's keywords, which may give the key away.
func (r *Review) Tags() []string { return r.Question.Tags }

// freshAfter is how long after its key was shown a question can test the
// learner again: less than a day, so that learners who practise every morning
// may start a little earlier.
const freshAfter = 20 * time.Hour

// Counts reports whether a slot is evidence of what the learner knows: whether
// the key had not been shown to them in the 20 hours before they answered or,
// without an answer in an ended attempt, before its end. Keys shown after the
// attempt began are not considered.
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

// Counted returns the fraction of the marks of a finished attempt that the
// slots that count have earned.
func (a *Attempt) Counted() Share {
	var share Share
	for i := range a.Slots {
		if s := &a.Slots[i]; a.Counts(s) {
			share.add(s.Mark())
		}
	}
	return share
}
