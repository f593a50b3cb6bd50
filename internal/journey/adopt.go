package journey

import (
	"context"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Adopt copies a guest's journeys to the account, where the account has
// recorded nothing itself. It may be repeated.
func (s *Journeys) Adopt(ctx context.Context, guest, account string) error {
	for from, err := range s.journeys.Each(ctx, store.Query{Where: store.Where{"learner_id": guest}}) {
		if err != nil {
			return err
		}
		id := recordID(account, from.CertificationSlug)
		fresh := func() Journey {
			return Journey{Meta: store.Meta{ID: id}, LearnerID: account, CertificationSlug: from.CertificationSlug}
		}
		_, err := store.Amend(ctx, s.journeys, id, func(j *Journey) (bool, error) { return j.adopt(&from), nil }, store.OrNew(fresh))
		if err != nil {
			return err
		}
	}
	return nil
}

// adopt takes in another journey to the same certification: ticks of steps that
// have none, and all periods, if there are none. It reports whether that changed
// anything.
func (j *Journey) adopt(from *Journey) bool {
	changed := false
	if len(j.Periods) == 0 && len(from.Periods) > 0 && !j.tickedAfter(from.earnedOn()) {
		for _, p := range from.Periods {
			p.SEUs = slices.Clone(p.SEUs)
			for i := range p.SEUs {
				p.SEUs[i].Number += j.LastSEU // numbers are never used again
			}
			j.Periods = append(j.Periods, p)
		}
		j.LastSEU += from.LastSEU
		changed = true
	}
	for _, tick := range from.Ticks {
		if earned := j.earnedOn(); j.tick(tick.StepSlug) == nil && (earned == "" || tick.DoneOn <= earned) {
			j.Ticks, changed = append(j.Ticks, tick), true
		}
	}
	return changed
}

// tickedAfter reports whether a step is recorded as done later than a day.
func (j *Journey) tickedAfter(day catalog.Date) bool {
	return slices.ContainsFunc(j.Ticks, func(t Tick) bool { return t.DoneOn > day })
}
