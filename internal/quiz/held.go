package quiz

import (
	"cmp"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
)

// Held says which questions a draw leaves out because an open attempt of the
// learner has them: by origin, the attempt's global id.
type Held map[string]string

// heldFrom returns what those of the learner's attempts that are open keep from an attempt with the
// feedback mode, so that no attempt shows a key that another one still asks for.
// An attempt with DEFERRED feedback keeps its questions from every other one; one
// with IMMEDIATE feedback keeps from an attempt with DEFERRED feedback those that
// are not answered yet.
func heldFrom(mode catalog.FeedbackMode, attempts []Attempt, now time.Time) Held {
	held := Held{}
	for i := range attempts {
		a := &attempts[i]
		if !a.openAt(now) || mode == catalog.Immediate && a.FeedbackMode() == catalog.Immediate {
			continue
		}
		for j := range a.Slots {
			if s := &a.Slots[j]; !s.graded() {
				held[s.Origin()] = GlobalID(a.LearnerID, a.Ref())
			}
		}
	}
	return held
}

// split returns which of the questions may be drawn, and which are held.
func (h Held) split(questions []*catalog.Question) (free, held []*catalog.Question) {
	for _, q := range questions {
		if _, is := h[q.Origin()]; is {
			held = append(held, q)
		} else {
			free = append(free, q)
		}
	}
	return free, held
}

// HoldingAttempt is an open attempt that keeps questions from being drawn.
type HoldingAttempt struct {
	AttemptID string `json:"attemptId"` // the global id
	Questions int    `json:"questions"` // how many of those that would fit
}

// tooFew says that there are only so many questions because open attempts have
// the others.
func (h Held) tooFew(field string, available int, held []*catalog.Question) error {
	var by []HoldingAttempt
	for _, q := range held {
		id := h[q.Origin()]
		at, found := slices.BinarySearchFunc(by, id, func(a HoldingAttempt, id string) int { return cmp.Compare(a.AttemptID, id) })
		if !found {
			by = slices.Insert(by, at, HoldingAttempt{AttemptID: id})
		}
		by[at].Questions++
	}
	f := fault.TooFew(field, available, "too few questions are left, because your open attempts have the others; finish or abandon those attempts first")
	f.Details[fault.HeldBy] = by
	return f
}
