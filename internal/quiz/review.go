package quiz

import (
	"cmp"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// maxMarks is what each slot is worth.
const maxMarks = 1

// Review is the result of a slot, for the learner.
type Review struct {
	Result
	Marks    float64 // 0 to MaxMarks
	MaxMarks float64
}

// Reviewable reports whether the learner may see how a slot was graded:
// with IMMEDIATE feedback once it is, with DEFERRED feedback when the attempt
// is FINISHED. An ABANDONED attempt shows nothing.
func (a *Attempt) Reviewable(s *Slot) bool {
	switch {
	case s.Fraction == nil || a.State == Abandoned:
		return false
	case a.State == Finished:
		return true
	default:
		return a.Rules.FeedbackMode == catalog.Immediate
	}
}

// Review returns the review of a slot, whose pinned question is q, or nil when
// the learner may not see it. Its fraction is the recorded one.
func (a *Attempt) Review(s *Slot, q *catalog.Question) *Review {
	if !a.Reviewable(s) {
		return nil
	}
	r := Grade(q, s.Response)
	r.Fraction = *s.Fraction
	slices.SortStableFunc(r.Options, func(x, y OptionResult) int {
		return cmp.Compare(slices.Index(s.OptionOrder, x.Option.Key), slices.Index(s.OptionOrder, y.Option.Key))
	})
	return &Review{Result: r, Marks: r.Fraction * maxMarks, MaxMarks: maxMarks}
}

// Score is what a finished attempt is worth. It counts the drawn slots and
// nothing else.
type Score struct {
	Marks       float64
	MaxMarks    float64
	Percent     float64 // 0 to 100, not rounded
	Passed      bool
	ByTopic     []PartScore // ordered by code
	ByObjective []PartScore // ordered by code
}

// PartScore is the part of a score that a topic or an objective has.
type PartScore struct {
	Code     string
	Marks    float64
	MaxMarks float64
	Percent  float64 // 0 to 100, not rounded
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
		score.Marks += a.Slots[i].marks()
		score.MaxMarks += maxMarks
	}
	score.Percent = percent(score.Marks, score.MaxMarks)
	// Thirds do not add up to whole numbers exactly.
	const rounding = 1e-9
	score.Passed = score.Percent+rounding >= float64(a.Rules.PassPercent)
	return score
}

func (s *Slot) marks() float64 {
	if s.Fraction == nil {
		return 0
	}
	return *s.Fraction * maxMarks
}

func (a *Attempt) scoreBy(code func(*Slot) string) []PartScore {
	parts := []PartScore{}
	for i := range a.Slots {
		s := &a.Slots[i]
		at, found := slices.BinarySearchFunc(parts, code(s), func(p PartScore, code string) int { return cmp.Compare(p.Code, code) })
		if !found {
			parts = slices.Insert(parts, at, PartScore{Code: code(s)})
		}
		parts[at].Marks += s.marks()
		parts[at].MaxMarks += maxMarks
	}
	for i := range parts {
		parts[i].Percent = percent(parts[i].Marks, parts[i].MaxMarks)
	}
	return parts
}

func percent(marks, maximum float64) float64 {
	if maximum == 0 {
		return 0
	}
	return min(100, max(0, 100*marks/maximum))
}
