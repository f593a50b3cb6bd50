package progress

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Mastery returns the learner's mastery of the published content, in the order
// of the content.
func (t *Tracker) Mastery(ctx context.Context, learner string) (*mastery.Standing, error) {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return nil, err
	}
	sums, err := t.masterySums(ctx, learner)
	if err != nil {
		return nil, err
	}
	return mastery.Of(snapshot, sums, quiz.GlobalID), nil
}

// objectiveSums returns the learner's totals by objective code.
func (t *Tracker) objectiveSums(ctx context.Context, learner string) (map[string]*mastery.Sum, error) {
	if err := t.CatchUp(ctx, learner); err != nil {
		return nil, err
	}
	sums := map[string]*mastery.Sum{}
	for sum, err := range t.standings.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return nil, err
		}
		sums[sum.ObjectiveCode] = &sum
	}
	return sums, nil
}

// Standing implements [quiz.Learning].
func (t *Tracker) Standing(ctx context.Context, learner string) (map[string]quiz.Standing, error) {
	sums, err := t.objectiveSums(ctx, learner)
	if err != nil {
		return nil, err
	}
	standing := make(map[string]quiz.Standing, len(sums))
	for code, o := range sums {
		standing[code] = quiz.Standing{Points: o.Level.Points(), Answered: o.Answered, Right: o.Right}
	}
	return standing, nil
}

// Reviews returns the learner's review queue.
func (t *Tracker) Reviews(ctx context.Context, learner string) (*mastery.Queue, error) {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return nil, err
	}
	if err := t.CatchUp(ctx, learner); err != nil {
		return nil, err
	}
	now := t.now()
	queue := &mastery.Queue{Reviews: []*mastery.DueReview{}}
	next := now.Add(time.Millisecond)
	for card, err := range t.cardSums.Each(ctx, dueCards(learner, nil, next)) {
		if err != nil {
			return nil, err
		}
		if q := snapshot.Question(card.QuestionSlug); q != nil && !q.Reserved() {
			queue.Reviews = append(queue.Reviews, card.Due(q, now))
		}
	}
	for card, err := range t.cardSums.Each(ctx, dueCards(learner, next, nil)) {
		if err != nil {
			return nil, err
		}
		if q := snapshot.Question(card.QuestionSlug); q != nil && !q.Reserved() {
			queue.NextDueAt = card.DueAt
			break
		}
	}
	return queue, nil
}

// dueCards selects the learner's cards that become due between two times, the
// first inclusive, in that order.
func dueCards(learner string, from, to any) store.Query {
	return store.Query{
		Where: store.Where{"learner_id": learner},
		Range: &store.Range{Field: "due_at", From: from, To: to},
		Sort:  "due_at",
	}
}

// Due implements [quiz.Learning].
func (t *Tracker) Due(ctx context.Context, learner string) (map[string]quiz.Due, error) {
	queue, err := t.Reviews(ctx, learner)
	if err != nil {
		return nil, err
	}
	due := make(map[string]quiz.Due, len(queue.Reviews))
	for _, d := range queue.Reviews {
		due[d.Question.Origin()] = quiz.Due{LastAt: d.LastAnsweredAt, DueAt: d.DueAt}
	}
	return due, nil
}
