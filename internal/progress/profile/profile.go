package profile

import (
	"context"
	"errors"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/typed"
)

// Profile is what learners enter about themselves. The zero Profile is empty.
type Profile struct {
	store.Meta `bson:",inline"` // _id is the learner

	LearnerID string `bson:"learner_id"`
	Name      string `bson:"name,omitempty"`      // as the learner gave it, 1 to 100 characters; "" if they have not
	TimeZone  string `bson:"time_zone,omitempty"` // IANA name; "" if not set, see Zone
}

// Zone returns the IANA name of the learner's time zone, UTC unless set.
func (p Profile) Zone() string {
	if p.TimeZone == "" {
		return time.UTC.String()
	}
	return p.TimeZone
}

// Location returns the learner's time zone, or UTC for a zone that is no longer
// known.
func (p Profile) Location() *time.Location {
	location, err := time.LoadLocation(p.Zone())
	if err != nil {
		return time.UTC
	}
	return location
}

// Date returns the date on the learner's calendar at an instant.
func (p Profile) Date(at time.Time) catalog.Date {
	return catalog.Date(at.In(p.Location()).Format(time.DateOnly))
}

// Change is what a learner changes in their profile.
type Change struct {
	Name     Value[string]
	TimeZone Value[string]
}

// Change is a new value for an optional field.
type Value[T any] struct {
	Given bool // false leaves it unchanged
	To    *T   // nil removes the value
}

// MaxName limits the name of a person or a cohort, in characters: more than the
// longest names on passports, and short enough for a certificate.
const MaxName = 100

// apply changes the profile, and reports whether that made a difference. It
// fails with fault.InvalidInput naming the field.
func (p *Profile) apply(change Change) (bool, error) {
	before := *p
	if change.Name.Given {
		p.Name = ""
		if change.Name.To != nil {
			name, err := typed.Line("name", *change.Name.To, MaxName)
			if err != nil {
				return false, err
			}
			p.Name = name
		}
	}
	if change.TimeZone.Given {
		p.TimeZone = ""
		if zone := change.TimeZone.To; zone != nil {
			name, ok := readZone(*zone)
			if !ok {
				return false, fault.Invalid("timeZone", "there is no such time zone; give an IANA name such as Europe/Berlin")
			}
			p.TimeZone = name
		}
	}
	return *p != before, nil
}

// Profiles stores the profiles of all learners. Its methods are safe for
// concurrent use by several goroutines and processes.
type Profiles struct {
	profiles *store.Collection[Profile]
}

// Open prepares the engine for profiles.
func Open(ctx context.Context, engine store.Engine) (*Profiles, error) {
	profiles, err := store.Open[Profile](ctx, engine, store.Spec{
		Name:    "profiles",
		Fields:  []string{"learner_id"},
		Indexes: []store.Index{{Name: "learner", Keys: []string{"learner_id"}}},
		Shard:   &store.Shard{Field: "learner_id", Of: func(id string) string { return id }},
	})
	if err != nil {
		return nil, err
	}
	return &Profiles{profiles: profiles}, nil
}

// Get returns the learner's profile.
func (s *Profiles) Get(ctx context.Context, learner string) (Profile, error) {
	profile, err := s.profiles.Get(ctx, learner)
	if errors.Is(err, store.ErrNotFound) {
		return Profile{}, nil
	}
	return profile, err
}

// Location returns the learner's time zone; see [Profile.Location].
func (s *Profiles) Location(ctx context.Context, learner string) (*time.Location, error) {
	profile, err := s.Get(ctx, learner)
	if err != nil {
		return nil, err
	}
	return profile.Location(), nil
}

// Update changes the learner's profile and returns it. It fails with
// fault.InvalidInput naming the field to correct.
func (s *Profiles) Update(ctx context.Context, learner string, change Change) (Profile, error) {
	fresh := func() Profile { return Profile{Meta: store.Meta{ID: learner}, LearnerID: learner} }
	return store.Amend(ctx, s.profiles, learner, func(p *Profile) (bool, error) { return p.apply(change) }, store.OrNew(fresh))
}
