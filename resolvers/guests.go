package resolvers

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/identity"
)

// Admit fails with fault.Unauthenticated if the caller is a guest whose tokens
// are refused by now. acts says whether they may be about to record something.
func (r *Root) Admit(ctx context.Context, acts bool) error {
	caller, ok := identity.From(ctx)
	if !ok || !caller.Guest {
		return nil
	}
	return r.KnownGuests.Admit(ctx, caller.Subject, acts)
}

func (r viewer) ExpiresAt(ctx context.Context, caller *identity.Caller) (*time.Time, error) {
	if !caller.Guest {
		return nil, nil
	}
	return r.KnownGuests.ExpiresAt(ctx, caller.Subject)
}

func (r mutation) AdoptGuest(ctx context.Context, input graph.AdoptGuestInput) (*graph.AdoptGuestPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	guest, err := r.Guests.Guest(caller, input.GuestToken)
	if err != nil {
		return nil, err
	}
	at, err := r.Adoptions.Adopt(ctx, caller.Subject, guest)
	if err != nil {
		return nil, err
	}
	return &graph.AdoptGuestPayload{AdoptedAt: at, Viewer: &caller}, nil
}

func (r mutation) StartGuestSession(ctx context.Context) (*graph.StartGuestSessionPayload, error) {
	session, err := r.Guests.Start(ctx, identity.Address(ctx))
	if err != nil {
		return nil, err
	}
	return &graph.StartGuestSessionPayload{
		Token:     session.Token,
		ExpiresAt: session.ExpiresAt,
		Viewer:    &session.Caller,
	}, nil
}

func (r mutation) RenewGuestSession(ctx context.Context) (*graph.RenewGuestSessionPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	session, err := r.Guests.Renew(ctx, caller)
	if err != nil {
		return nil, err
	}
	return &graph.RenewGuestSessionPayload{
		Token:     session.Token,
		ExpiresAt: session.ExpiresAt,
		Viewer:    &session.Caller,
	}, nil
}
