package quiz

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/store"
)

// Open returns the learner's attempts that are stored as open, in their current
// state. The number of database calls does not depend on how many there are.
func (s *Attempts) Open(ctx context.Context, learner string) ([]Attempt, error) {
	var ids []string
	for _, state := range []AttemptState{InProgress, Overdue} {
		query := store.Query{Where: store.Where{"learner_id": learner, "state": string(state)}}
		for h, err := range s.heads.Each(ctx, query) {
			if err != nil {
				return nil, err
			}
			ids = append(ids, h.ID)
		}
	}
	found, err := s.attempts.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	now := s.now()
	for i := range found {
		if _, err := found[i].advance(now, s.keys(ctx)); err != nil {
			return nil, err
		}
	}
	return found, nil
}
