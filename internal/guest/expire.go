package guest

import (
	"context"
	"errors"

	"github.com/scrumkb/scrumkb/internal/store"
)

// sweepBatch limits how many guests one sweep deletes.
const sweepBatch = 200

// Sweep deletes guests that have expired, with everything stored about them,
// and what is left of adopted ones when none of their tokens can be valid any
// more. A failed deletion is repeated by the next sweep and does not hold up the
// others. Several processes may sweep concurrently.
func (s *Guests) Sweep(ctx context.Context) error {
	query := store.Query{
		Range: &store.Range{Field: "renewed_at", To: s.now().Add(-s.config.Keep)},
		Sort:  "renewed_at", Limit: sweepBatch,
	}
	var failures []error
	for g, err := range s.guests.Each(ctx, query) {
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		failures = append(failures, s.expire(ctx, g))
	}
	return errors.Join(failures...)
}

// expire deletes a guest as they were read, unless they have renewed their token
// or were adopted since.
func (s *Guests) expire(ctx context.Context, g Guest) error {
	if g.Adopting {
		return nil // what they did is still being copied
	}
	if g.AdoptedAt != nil {
		return unlessOthersWere(s.guests.Delete(ctx, &g))
	}
	if !g.Expiring {
		g.Expiring = true
		err := s.guests.Replace(ctx, &g)
		if err != nil {
			return unlessOthersWere(err)
		}
	}
	// The guest's own document is among what is deleted.
	return s.config.Delete(ctx, g.ID)
}

// unlessOthersWere forgives that another process was faster.
func unlessOthersWere(err error) error {
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
