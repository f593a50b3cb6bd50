package demo

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/respond"
)

// take starts or resumes an attempt, answers its questions and submits it.
// Sometimes a learner is interrupted and returns to it later.
func (l *learner) take(ctx context.Context, in quiz.StartInput) error {
	a, err := l.attempts.Start(ctx, l.subject, in)
	if err != nil {
		return err
	}
	leaves := a.DeadlineAt == nil && l.happens(0.04)
	for i := range a.Slots {
		if a.Slots[i].State != quiz.Todo {
			continue // from an earlier sitting
		}
		if leaves && i > len(a.Slots)/2 {
			return nil
		}
		l.think(&a)
		if err := l.answer(ctx, &a, i+1); err != nil {
			return err
		}
	}
	l.pass(2, 20)
	_, err = l.attempts.Submit(ctx, l.subject, a.ID)
	return err
}

// think lets the time for a question pass, or less if little is left.
func (l *learner) think(a *quiz.Attempt) {
	least, most := 12, 55
	if a.DeadlineAt != nil {
		share := int(a.DeadlineAt.Sub(a.StartedAt)/time.Second) / len(a.Slots)
		most = max(1, min(most, share*8/10))
		least = min(least, most)
	}
	l.pass(least, most)
}

// answer answers a slot's question as well as the learner can.
func (l *learner) answer(ctx context.Context, a *quiz.Attempt, number int) error {
	slot, err := a.Slot(number)
	if err != nil {
		return err
	}
	q, err := l.attempts.Question(ctx, slot)
	if err != nil {
		return err
	}
	if len(q.Hints) > 0 && l.happens(0.05) {
		if _, err := l.attempts.Hint(ctx, l.subject, a.ID, quiz.HintInput{Slot: number, Number: 1}); err != nil {
			return err
		}
		l.pass(5, 20)
	}
	if a.FeedbackMode() == catalog.Deferred && l.happens(0.08) {
		if _, err := l.attempts.Flag(ctx, l.subject, a.ID, quiz.FlagInput{Slot: number, Flagged: true}); err != nil {
			return err
		}
	}
	in := quiz.AnswerInput{Slot: number, Response: respond.Right(q)}
	right := l.happens(l.knows(q))
	if !right {
		in.Response = l.mistake(q)
	}
	in.Confidence = l.confidence(right)
	_, err = l.attempts.Answer(ctx, l.subject, a.ID, in)
	return err
}

// knows is the probability that the learner answers the question right.
func (l *learner) knows(q *catalog.Question) float64 {
	passed := l.now.Sub(l.begin).Hours() / l.end.Sub(l.begin).Hours()
	p := l.habit.skill + l.habit.grows*passed + l.talents[q.Objective().Topic().Code]
	switch q.Difficulty {
	case catalog.Easy:
		p += 0.08
	case catalog.Hard:
		p -= 0.14
	default:
	}
	return min(max(p, 0.04), 0.97)
}

// mistake answers the question wrongly, with one of its wrong options.
func (l *learner) mistake(q *catalog.Question) quiz.ResponseInput {
	switch q.Type {
	case catalog.SingleChoice, catalog.MultipleResponse, catalog.TrueFalse:
		var wrong []string
		for _, o := range q.Options {
			if !o.Correct {
				wrong = append(wrong, o.ID())
			}
		}
		return quiz.ResponseInput{Options: []string{wrong[l.chance.IntN(len(wrong))]}}
	default:
		return respond.Wrong(q)
	}
}

// confidence is how sure the learner is; nil if they do not say.
func (l *learner) confidence(right bool) *quiz.Confidence {
	sure := quiz.MediumConfidence
	switch {
	case l.happens(0.5):
		return nil
	case right && l.happens(0.6):
		sure = quiz.HighConfidence
	case !right && l.happens(0.5):
		sure = quiz.LowConfidence
	}
	return &sure
}
