package quiz

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
)

// WithheldCode says why an answer is withheld.
type WithheldCode string

// InOpenExam is the one reason so far: the question is in an open attempt with a
// time limit and DEFERRED feedback.
const InOpenExam WithheldCode = "IN_OPEN_EXAM"

// Withheld says why the answer that a learner gave to a question in an earlier
// attempt is not shown, nor how it was graded: together with its mark, an answer
// tells as much as the key.
type Withheld struct {
	Code      WithheldCode `json:"code"`
	Text      string       `json:"text"`      // a sentence for the learner
	AttemptID string       `json:"attemptId"` // the global id of the attempt that is open
}

// withheldOf returns what is withheld in the learner's other attempts, by the
// origins of questions.
func (s *Attempts) withheldOf(ctx context.Context, now time.Time, learner string) (map[string]*Withheld, error) {
	open, err := s.openTimed(ctx, now, learner)
	if err != nil {
		return nil, err
	}
	withheld := map[string]*Withheld{}
	for i := range open {
		a := &open[i]
		if a.FeedbackMode() != catalog.Deferred {
			continue
		}
		why := &Withheld{
			Code: InOpenExam, Text: "This question is part of an exam that you have not finished yet.",
			AttemptID: GlobalID(learner, a.Ref()),
		}
		for j := range a.Slots {
			withheld[a.Slots[j].Origin()] = why
		}
	}
	return withheld, nil
}

// tells reports whether there is anything in the attempt that might have to be
// withheld.
func (a *Attempt) tells() bool {
	for i := range a.Slots {
		if a.Slots[i].graded() {
			return true
		}
	}
	return false
}

// admitAnswer fails with fault.Conflict for an answer to what is graded and
// withheld: elsewhere a repetition of the answer is accepted and another one is
// not, which would tell what the answer was.
func (s *Attempts) admitAnswer(ctx context.Context, now time.Time, a *Attempt, number int) error {
	slot, err := a.Slot(number)
	if err != nil || !slot.graded() {
		return nil //nolint:nilerr // the transition says what is wrong with the number
	}
	withheld, err := s.withheldOf(ctx, now, a.LearnerID)
	if err != nil {
		*a = Attempt{}
		return err
	}
	if withheld[slot.Origin()] != nil {
		return fault.Conflicting(fault.AlreadyGraded, "question %d has already been graded, and is part of an exam that you have not finished yet", number)
	}
	return nil
}

// Redactor returns a function that takes out of an attempt, as it is stored and
// exported, what is withheld from the learner now; nil where there is nothing.
func (s *Attempts) Redactor(ctx context.Context, learner string) (func(document map[string]any), error) {
	withheld, err := s.withheldOf(ctx, s.now(), learner)
	if err != nil || len(withheld) == 0 {
		return nil, err
	}
	return func(document map[string]any) { redact(document, withheld) }, nil
}

func redact(document map[string]any, withheld map[string]*Withheld) {
	slots, _ := document["slots"].([]any)
	for _, s := range slots {
		slot, _ := s.(map[string]any)
		question, _ := slot["question_slug"].(string)
		if origin, renamed := slot["origin"].(string); renamed {
			question = origin
		}
		why := withheld[question]
		if why == nil || slot["mark"] == nil && slot["fraction"] == nil {
			continue
		}
		delete(slot, "response")
		delete(document, "requests") // digests, by which an answer can be guessed
		slot["withheld"] = why
	}
}
