package guest

import (
	"context"
	"errors"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Guest is a learner without an account.
type Guest struct {
	store.Meta `bson:",inline"` // _id is the guest's subject

	LearnerID string    `bson:"learner_id"` // whose records the guest's are: their own, the account's that adopted them, or "" once that was deleted
	RenewedAt time.Time `bson:"renewed_at"` // when their latest token was issued
	Expiring  bool      `bson:"expiring,omitempty"`

	AdoptedAt *time.Time `bson:"adopted_at,omitempty"` // nil unless an account adopts or has adopted them
	CopiedAt  *time.Time `bson:"copied_at,omitempty"`  // when everything was copied; nil until then
	Adopting  bool       `bson:"adopting"`             // until all of an adoption is done
}

// Config holds the dependencies of Guests.
type Config struct {
	Now    func() time.Time
	Keep   time.Duration                                   // after the latest token, until the guest expires
	Delete func(ctx context.Context, subject string) error // everything stored about a subject; may be repeated
}

// Guests stores all guests. Its methods are safe for concurrent use by several
// goroutines and processes.
type Guests struct {
	config Config
	guests *store.Collection[Guest]
}

// Open prepares the engine for guests.
func Open(ctx context.Context, engine store.Engine, config Config) (*Guests, error) {
	guests, err := store.Open[Guest](ctx, engine, store.Spec{
		Name:   "guests",
		Fields: []string{"learner_id", "renewed_at", "adopting"},
		Indexes: []store.Index{
			{Name: "learner", Keys: []string{"learner_id"}},
			{Name: "renewed", Keys: []string{"renewed_at"}},
			{Name: "adopting", Keys: []string{"adopting"}},
		},
	})
	if err != nil {
		return nil, err
	}
	return &Guests{config: config, guests: guests}, nil
}

func (s *Guests) now() time.Time { return s.config.Now().UTC().Truncate(time.Millisecond) }

// AdoptedMessage is what a guest learns whose practice is an account's now.
const AdoptedMessage = "what this guest did belongs to an account now; sign in to it"

// mayAct fails with fault.Unauthenticated if the guest's tokens are refused.
func (g *Guest) mayAct() error {
	switch {
	case g.AdoptedAt != nil:
		return fault.Unauthorized(fault.Adopted, AdoptedMessage)
	case g.Expiring:
		return fault.Unauthorized(fault.TokenExpired, "the guest has expired")
	}
	return nil
}

// Renew records that a token is issued for the guest. It fails with
// fault.Unauthenticated if their tokens are refused.
func (s *Guests) Renew(ctx context.Context, subject string) error {
	now := s.now()
	_, err := store.Amend(ctx, s.guests, subject, func(g *Guest) (bool, error) {
		if err := g.mayAct(); err != nil {
			return false, err
		}
		changed := g.Rev == 0 || now.After(g.RenewedAt)
		if changed {
			g.RenewedAt = now
		}
		return changed, nil
	}, store.OrNew(func() Guest { return fresh(subject, now) }))
	return err
}

func fresh(subject string, now time.Time) Guest {
	return Guest{Meta: store.Meta{ID: subject}, LearnerID: subject, RenewedAt: now}
}

// Admit fails with fault.Unauthenticated if the guest's tokens are refused. A
// guest that is not known, such as one who has deleted their data, is known from
// when they act again.
func (s *Guests) Admit(ctx context.Context, subject string, acts bool) error {
	g, err := s.guests.Get(ctx, subject)
	if errors.Is(err, store.ErrNotFound) {
		if !acts {
			return nil
		}
		g = fresh(subject, s.now())
		err = s.guests.Insert(ctx, &g)
		switch {
		case errors.Is(err, store.ErrDuplicate):
			g, err = s.guests.Get(ctx, subject)
		case fault.ReasonOf(err) == fault.Reason(fault.DeletionPending):
			return nil // nothing else is stored about them meanwhile
		}
	}
	if err != nil {
		return err
	}
	return g.mayAct()
}

// ExpiresAt returns when the guest expires unless they renew their token, nil
// if they are not known.
func (s *Guests) ExpiresAt(ctx context.Context, subject string) (*time.Time, error) {
	g, err := s.guests.Get(ctx, subject)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return new(g.RenewedAt.Add(s.config.Keep)), nil
}
