package profile

import (
	"context"
	"errors"

	"github.com/scrumkb/scrumkb/internal/store"
)

// Adopt copies what a guest has said about themselves into the account's
// profile, where that says nothing, and returns it. It may be repeated.
func (s *Profiles) Adopt(ctx context.Context, guest, account string) (Profile, error) {
	from, err := s.profiles.Get(ctx, guest)
	if errors.Is(err, store.ErrNotFound) {
		return s.Get(ctx, account)
	}
	if err != nil {
		return Profile{}, err
	}
	fresh := func() Profile { return Profile{Meta: store.Meta{ID: account}, LearnerID: account} }
	return store.Amend(ctx, s.profiles, account, func(p *Profile) (bool, error) {
		before := *p
		if p.Name == "" {
			p.Name = from.Name
		}
		if p.TimeZone == "" {
			p.TimeZone = from.TimeZone
		}
		return *p != before, nil
	}, store.OrNew(fresh))
}
