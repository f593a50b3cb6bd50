package quiz

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/store"
)

// sequence is where a learner's attempts with the same key have got to.
type sequence struct {
	used     int      // the highest number
	decisive *Attempt // whether the next may begin depends on it: the open one, or else the one that ended last; nil without any
}

// sequence reads the latest attempt. Those that were a guest's come after the
// account's own attempts but may have ended earlier, so it reads on until it has
// seen one of its own.
func (s *Attempts) sequence(ctx context.Context, learner, key string) (sequence, error) {
	var past sequence
	query := store.Query{Where: store.Where{"learner_id": learner, "key": key}, Sort: "-number", Limit: 1}
	for {
		found, next, err := s.attempts.Find(ctx, query)
		if err != nil {
			return sequence{}, err
		}
		for i := range found {
			past.see(&found[i])
			if found[i].AdoptedFrom == "" {
				return past, nil
			}
		}
		if next == "" {
			return past, nil
		}
		query.After, query.Limit = next, 0
	}
}

// see takes in the attempt with the next lower number.
func (p *sequence) see(a *Attempt) {
	p.used = max(p.used, a.Number)
	switch {
	case p.decisive == nil:
		p.decisive = a
	case p.decisive.State.Open():
	case a.State.Open() || a.FinishedAt.After(*p.decisive.FinishedAt):
		p.decisive = a
	}
}
