package cohort

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// GiveUp removes a trainer from all of their cohorts. A cohort without another
// trainer is dissolved, since nobody could see it. After a partial failure,
// calling it again completes the work.
func (s *Cohorts) GiveUp(ctx context.Context, trainer string) error {
	for _, archived := range []bool{false, true} {
		where := store.Where{"learner_id": trainer, "archived": archived}
		for entry, err := range s.trainers.Each(ctx, store.Query{Where: where, Sort: "-added_at"}) {
			if err != nil {
				return err
			}
			if err := s.giveUp(ctx, trainer, entry.CohortID); err != nil {
				return err
			}
			if _, err := s.trainers.DeleteWhere(ctx, store.Where{"_id": entry.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}

// giveUp removes a trainer from a cohort, and dissolves it if that was the last
// one. It archives the cohort first, so that nobody joins meanwhile.
func (s *Cohorts) giveUp(ctx context.Context, trainer, id string) error {
	v, err := s.change(ctx, trainer, id, func(c *Cohort) (bool, error) {
		if len(c.Trainers) == 1 {
			return c.archive(s.now()), nil
		}
		return c.removeTrainer(trainer)
	})
	if fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	if err != nil || len(v.cohort.Trainers) > 1 || !v.cohort.hasTrainer(trainer) {
		return err
	}
	for m, err := range s.memberships.Each(ctx, store.Query{Where: store.Where{"cohort_id": id}, Sort: "member_id"}) {
		if err != nil {
			return err
		}
		if err := s.Leave(ctx, m.LearnerID, id); err != nil {
			return err
		}
	}
	_, err = s.cohorts.DeleteWhere(ctx, store.Where{"_id": id})
	return err
}
