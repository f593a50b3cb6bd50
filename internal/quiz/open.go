package quiz

import (
	"context"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// unsettled returns the learner's attempts that are open or not projected, as they
// are stored.
func (s *Attempts) unsettled(ctx context.Context, learner string) ([]Attempt, error) {
	found, _, err := s.attempts.Find(ctx, store.Query{Where: store.Where{"learner_id": learner, "settled": false}})
	return found, err
}

// openTimed returns the learner's attempts with a time limit that are open now, as
// they are stored.
func (s *Attempts) openTimed(ctx context.Context, now time.Time, learner string) ([]Attempt, error) {
	found, _, err := s.attempts.Find(ctx, store.Query{
		Where: store.Where{"learner_id": learner},
		Range: &store.Range{Field: "time_check_at", From: time.Unix(0, 0)},
		Sort:  "time_check_at",
	})
	return slices.DeleteFunc(found, func(a Attempt) bool { return !a.openAt(now) }), err
}

// openAt reports whether an attempt that is stored as open still is. It agrees
// with advance, and grades nothing.
func (a *Attempt) openAt(now time.Time) bool {
	if a.DeadlineAt == nil || !a.State.Open() {
		return a.State.Open()
	}
	switch a.Rules.OverdueHandling {
	case catalog.GracePeriod:
		return !now.After(a.graceEnd())
	case catalog.AutoAbandon:
		return !now.After(a.DeadlineAt.Add(NetworkAllowance))
	default:
		return now.Before(*a.DeadlineAt)
	}
}

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
