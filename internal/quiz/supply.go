package quiz

import (
	"context"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// Supply is the number of questions available for practice.
type Supply struct {
	All      int // what TOPIC draws from
	Unseen   int // which the learner has not seen
	Mistakes int // what MISTAKES draws from
	Due      int // what DUE_REVIEW draws from
	Weak     int // on objectives that the learner has not mastered
}

// masteredPoints is the points of a mastered objective.
const masteredPoints = 100

// SupplyOf returns how many questions the learner could practise, on the topic
// or the objective with the given code, or on everything if both are "". It
// fails with fault.InvalidInput naming the argument.
func (s *Attempts) SupplyOf(ctx context.Context, learner, topic, objective string) (*Supply, error) {
	snapshot, err := s.config.Library.Current()
	if err != nil {
		return nil, err
	}
	scope := Practice{TopicCode: topic, ObjectiveCode: objective}
	if err := scope.checkScope(snapshot, ""); err != nil {
		return nil, err
	}
	now := s.now()
	past := Past{Now: now}
	if past.History, err = s.history(ctx, now, learner); err != nil {
		return nil, err
	}
	if s.learning != nil {
		if past.Due, err = s.learning.Due(ctx, learner); err != nil {
			return nil, err
		}
		if past.Standing, err = s.learning.Standing(ctx, learner); err != nil {
			return nil, err
		}
	}
	unsettled, err := s.unsettled(ctx, learner)
	if err != nil {
		return nil, err
	}
	free, _ := heldFrom(catalog.Immediate, unsettled, now).split(scope.pool(snapshot))
	return past.supply(free), nil
}

func (p Past) supply(pool []*catalog.Question) *Supply {
	supply := &Supply{All: len(pool)}
	for _, q := range pool {
		if _, seen := p.History[q.Origin()]; !seen {
			supply.Unseen++
		}
		if p.mistaken(q) {
			supply.Mistakes++
		}
		if _, due := p.Due[q.Origin()]; due {
			supply.Due++
		}
		if p.Standing[q.ObjectiveCode].Points < masteredPoints {
			supply.Weak++
		}
	}
	return supply
}

// Mistake is a question to which the learner's last answer was not entirely
// right.
type Mistake struct {
	Question *catalog.Question // as currently published
	SeenAt   time.Time         // when the learner last saw it
}

// Mistakes returns a page of the published questions to which the learner's
// last answers were not entirely right, latest first. It covers the same
// attempts as History. It fails with fault.InvalidInput naming the argument.
func (s *Attempts) Mistakes(ctx context.Context, learner string, page catalog.PageRequest) (catalog.Page[*Mistake], error) {
	snapshot, err := s.config.Library.Current()
	if err != nil {
		return catalog.Page[*Mistake]{}, err
	}
	history, err := s.History(ctx, learner)
	if err != nil {
		return catalog.Page[*Mistake]{}, err
	}
	mistakes := []*Mistake{}
	for _, q := range (Practice{}).pool(snapshot) { // which are ordered by slug
		if seen := history[q.Origin()]; seen.mistaken() {
			mistakes = append(mistakes, &Mistake{Question: q, SeenAt: seen.At})
		}
	}
	slices.SortStableFunc(mistakes, func(a, b *Mistake) int { return b.SeenAt.Compare(a.SeenAt) })
	return catalog.Paginate("mistakes", mistakes, func(m *Mistake) string { return m.Question.Slug }, nil, page)
}
