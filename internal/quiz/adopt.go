package quiz

import (
	"context"
	"errors"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// ErrUnprojected means that something in an attempt is not part of its
// learner's progress yet.
var ErrUnprojected = errors.New("the attempt is not projected yet")

// EndedAsGuests reports whether the attempt had ended when an account took it
// over. Then a second statement told of its end.
func (a *Attempt) EndedAsGuests() bool { return a.Told > 1 }

// originHead is what it takes to know which attempts an account has.
type originHead struct {
	store.Meta `bson:",inline"`

	Key         string       `bson:"key"`
	Number      int          `bson:"number"`
	State       AttemptState `bson:"state"`
	AdoptedFrom string       `bson:"adopted_from,omitempty"`
}

// holding is what an account has with one key.
type holding struct {
	used int    // the highest number
	open string // the _id of the open attempt, or ""
}

// holdings are all that an account has.
type holdings struct {
	keys  map[string]holding
	taken map[string]bool // the _ids under which a guest had what was taken over
}

func (h *holdings) add(a *originHead) {
	k := h.keys[a.Key]
	k.used = max(k.used, a.Number)
	if a.State.Open() {
		k.open = a.ID
	}
	h.keys[a.Key] = k
	if a.AdoptedFrom != "" {
		h.taken[a.AdoptedFrom] = true
	}
}

// MayAdopt fails with a CONFLICT, naming both, if account and guest each have an
// open attempt at the same quiz or practice session.
func (s *Attempts) MayAdopt(ctx context.Context, guest, account string) error {
	for _, learner := range []string{guest, account} {
		if err := s.settle(ctx, s.now(), learner); err != nil {
			return err
		}
	}
	mine, err := s.openByKey(ctx, account)
	if err != nil {
		return err
	}
	theirs, err := s.openByKey(ctx, guest)
	if err != nil {
		return err
	}
	for key, id := range theirs {
		if open := mine[key]; open != "" {
			return bothOpen(account, open, guest, id)
		}
	}
	return nil
}

// openByKey returns the _ids of the learner's open attempts.
func (s *Attempts) openByKey(ctx context.Context, learner string) (map[string]string, error) {
	open := map[string]string{}
	for _, state := range []AttemptState{InProgress, Overdue} {
		for h, err := range s.origins.Each(ctx, store.Query{Where: store.Where{"learner_id": learner, "state": string(state)}}) {
			if err != nil {
				return nil, err
			}
			open[h.Key] = h.ID
		}
	}
	return open, nil
}

func bothOpen(account, mine, guest, theirs string) error {
	conflict := fault.Conflicting(fault.AttemptOpen,
		"you and the guest both have an open attempt at the same quiz or practice session; submit or abandon one of them first")
	conflict.Details = map[string]any{fault.OpenAttempts: []string{
		GlobalID(account, refOf(account, mine)), GlobalID(guest, refOf(guest, theirs)),
	}}
	return conflict
}

// Adopt copies the guest's attempts to the account. Their numbers go on after
// the account's, in the order in which the attempts started. What was copied
// before is left alone, so that Adopt may be repeated.
//
// told returns how many statements about an attempt are stored. Adopt fails with
// ErrUnprojected if that is unsettled, and as MayAdopt does, after it has copied
// everything else.
func (s *Attempts) Adopt(ctx context.Context, guest, account string, told func(*Attempt) int) error {
	held, err := s.holdings(ctx, account)
	if err != nil {
		return err
	}
	var conflict error
	started := store.Query{Where: store.Where{"learner_id": guest}, Sort: "started_at"}
	for attempt, err := range s.attempts.Each(ctx, started) {
		if err != nil {
			return err
		}
		switch err := s.adopt(ctx, &held, attempt, account, told); {
		case fault.ReasonOf(err) == fault.Reason(fault.AttemptOpen):
			conflict = err
		case err != nil:
			return err
		}
	}
	return conflict
}

func (s *Attempts) holdings(ctx context.Context, account string) (holdings, error) {
	held := holdings{keys: map[string]holding{}, taken: map[string]bool{}}
	if err := s.settle(ctx, s.now(), account); err != nil {
		return held, err
	}
	for h, err := range s.origins.Each(ctx, store.Query{Where: store.Where{"learner_id": account}}) {
		if err != nil {
			return held, err
		}
		held.add(&h)
	}
	return held, nil
}

// adopt copies one attempt. Like a start, it takes the next number only when
// none is open, or else the attempt has ended, and only one can take a number.
func (s *Attempts) adopt(ctx context.Context, held *holdings, a Attempt, account string, told func(*Attempt) int) error {
	for range startRounds {
		have := held.keys[a.Key]
		switch {
		case held.taken[a.ID]:
			return nil
		case a.State.Open() && have.open != "":
			return bothOpen(account, have.open, a.LearnerID, a.ID)
		case !a.Projected:
			return ErrUnprojected
		}
		taken := a
		taken.Meta = store.Meta{ID: attemptID(account, a.Key, have.used+1)}
		taken.LearnerID, taken.Number, taken.Projected, taken.Settled = account, have.used+1, false, false
		taken.AdoptedFrom, taken.Told = a.ID, told(&a)
		err := s.attempts.Insert(ctx, &taken)
		if err == nil {
			held.add(&originHead{Meta: taken.Meta, Key: taken.Key, Number: taken.Number, State: taken.State, AdoptedFrom: a.ID})
			s.publish(&taken)
			return nil
		}
		if !errors.Is(err, store.ErrDuplicate) {
			return err
		}
		if *held, err = s.holdings(ctx, account); err != nil {
			return err
		}
	}
	return fault.Conflicting(fault.Stale, "attempts are being started elsewhere; try again")
}
