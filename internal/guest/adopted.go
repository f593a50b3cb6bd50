package guest

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Adopt makes the account the one that adopts the guest, and returns the guest.
// From then on the guest's tokens are refused. It may be repeated. It fails as
// AdoptedBy does.
func (s *Guests) Adopt(ctx context.Context, subject, account string) (Guest, error) {
	now := s.now()
	return store.Amend(ctx, s.guests, subject, func(g *Guest) (bool, error) {
		adopted, err := g.adoptedBy(account)
		if adopted || err != nil {
			return false, err
		}
		g.LearnerID, g.AdoptedAt, g.Adopting = account, &now, true
		return true, nil
	}, store.OrNew(func() Guest { return fresh(subject, now) }))
}

// AdoptedBy returns the guest if the account has adopted or is adopting them, or
// nil if nobody has. It fails with fault.InvalidInput if another account has, or
// the guest has expired.
func (s *Guests) AdoptedBy(ctx context.Context, subject, account string) (*Guest, error) {
	g, err := s.guests.Get(ctx, subject)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if adopted, err := g.adoptedBy(account); !adopted || err != nil {
		return nil, err
	}
	return &g, nil
}

func (g *Guest) adoptedBy(account string) (bool, error) {
	switch {
	case g.Expiring:
		return false, fault.Invalid("guestToken", "the guest has expired, and what they did was deleted")
	case g.AdoptedAt != nil && g.LearnerID != account:
		return false, fault.Invalid("guestToken", "another account has taken over what this guest did")
	}
	return g.AdoptedAt != nil, nil
}

// Copied records that everything of the guest's is copied.
func (s *Guests) Copied(ctx context.Context, g Guest) (Guest, error) {
	return s.advance(ctx, g, func(g *Guest, now time.Time) bool {
		if g.CopiedAt != nil {
			return false
		}
		g.CopiedAt = &now
		return true
	})
}

// Adopted records that all of an adoption is done.
func (s *Guests) Adopted(ctx context.Context, g Guest) (Guest, error) {
	return s.advance(ctx, g, func(g *Guest, _ time.Time) bool {
		changed := g.Adopting
		g.Adopting = false
		return changed
	})
}

// advance changes a guest while the same account adopts them. Once that account
// has deleted its data it fails with fault.Conflict.
func (s *Guests) advance(ctx context.Context, known Guest, change func(*Guest, time.Time) bool) (Guest, error) {
	return store.Amend(ctx, s.guests, known.ID, func(g *Guest) (bool, error) {
		if g.LearnerID != known.LearnerID {
			return false, fault.Conflicting(fault.DeletionPending, "your data is being deleted; try again in a minute")
		}
		return change(g, s.now()), nil
	})
}

// Unfinished yields the guests whose adoption has begun and is not done.
func (s *Guests) Unfinished(ctx context.Context) iter.Seq2[Guest, error] {
	return s.guests.Each(ctx, store.Query{Where: store.Where{"adopting": true}})
}

// GiveUp deletes what is left of guests that the account is adopting, and keeps
// nothing of those that it has adopted but that their tokens are refused.
func (s *Guests) GiveUp(ctx context.Context, account string) error {
	for g, err := range s.guests.Each(ctx, store.Query{Where: store.Where{"learner_id": account}}) {
		if err != nil {
			return err
		}
		if g.AdoptedAt == nil {
			continue // a guest, who deletes their own data
		}
		unfinished := g.Adopting
		g.LearnerID, g.Adopting = "", false
		if unfinished {
			if err := s.config.Delete(ctx, g.ID); err != nil {
				return err
			}
		}
		if err := s.guests.Replace(ctx, &g); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}
