package journey

import (
	"context"
	"errors"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Config holds the dependencies of Journeys.
type Config struct {
	// Current returns the published snapshot with its certifications.
	Current  func() (*catalog.Snapshot, error)
	Profiles *profile.Profiles // the source of learners' time zones
	// TickUnits ticks the units of a learner's courses that name the step.
	TickUnits func(ctx context.Context, learner, certification, step string) error
	Now       func() time.Time
}

// Journeys stores the journeys of all learners. Every change is one
// compare-and-swap of a single document, and harmless to repeat. Methods are
// safe for concurrent use by several goroutines and processes.
//
// A change fails with fault.NotFound when there is no such certification, with
// fault.InvalidInput naming the field to correct, and with fault.Conflict when
// another record prevents it.
type Journeys struct {
	config   Config
	journeys *store.Collection[Journey]
}

// Open prepares the engine for journeys.
func Open(ctx context.Context, engine store.Engine, config Config) (*Journeys, error) {
	journeys, err := store.Open[Journey](ctx, engine, store.Spec{
		Name:    "certification_journeys",
		Fields:  []string{"learner_id"},
		Indexes: []store.Index{{Name: "learner", Keys: []string{"learner_id"}}},
		Shard:   &store.Shard{Field: "learner_id", Of: store.OwnerIn},
	})
	if err != nil {
		return nil, err
	}
	return &Journeys{config: config, journeys: journeys}, nil
}

// Of returns the learner's journey to a certification, which may be empty, or
// nil when there is no such certification.
func (s *Journeys) Of(ctx context.Context, learner, certificationSlug string) (*View, error) {
	certification, err := s.certification(certificationSlug)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	journey, err := s.journeys.Get(ctx, recordID(learner, certificationSlug))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	journey.ID = recordID(learner, certificationSlug)
	if journey, err = s.share(ctx, journey); err != nil {
		return nil, err
	}
	today, err := s.today(ctx, learner)
	if err != nil {
		return nil, err
	}
	return journey.view(certification, today), nil
}

// CompleteStep marks a step towards a certification as done or not done.
func (s *Journeys) CompleteStep(ctx context.Context, learner string, in CompleteStepInput) (*View, error) {
	return s.change(ctx, learner, in.CertificationSlug, func(j *Journey, c *catalog.Certification, today catalog.Date) (bool, error) {
		return j.completeStep(c, in, today)
	})
}

// Earn records the day on which the learner earned the certification.
func (s *Journeys) Earn(ctx context.Context, learner, certificationSlug string, on catalog.Date) (*View, error) {
	return s.change(ctx, learner, certificationSlug, func(j *Journey, c *catalog.Certification, today catalog.Date) (bool, error) {
		return j.earn(c, on, today)
	})
}

// UndoEarn removes the record that the learner earned the certification.
func (s *Journeys) UndoEarn(ctx context.Context, learner, certificationSlug string) (*View, error) {
	return s.change(ctx, learner, certificationSlug, func(j *Journey, _ *catalog.Certification, _ catalog.Date) (bool, error) {
		return j.undoEarn()
	})
}

// Renew records the day on which the learner renewed the certification. Its
// next period starts when the old one ends, or on that day if it ended before.
func (s *Journeys) Renew(ctx context.Context, learner, certificationSlug string, on catalog.Date) (*View, error) {
	return s.change(ctx, learner, certificationSlug, func(j *Journey, c *catalog.Certification, today catalog.Date) (bool, error) {
		return j.renew(c, on, today)
	})
}

// UndoRenewal removes the latest renewal.
func (s *Journeys) UndoRenewal(ctx context.Context, learner, certificationSlug string) (*View, error) {
	return s.change(ctx, learner, certificationSlug, func(j *Journey, _ *catalog.Certification, _ catalog.Date) (bool, error) {
		return j.undoRenewal()
	})
}

// LogSEU records an activity for the next renewal and returns it. Repeating the
// idempotency key returns the same entry.
func (s *Journeys) LogSEU(ctx context.Context, learner string, in LogSEUInput) (*View, *SEU, error) {
	id := ""
	view, err := s.change(ctx, learner, in.CertificationSlug, func(j *Journey, _ *catalog.Certification, today catalog.Date) (bool, error) {
		number, added, err := j.logSEU(in, today)
		id = j.seuID(number)
		return added, err
	})
	if err != nil {
		return nil, nil, err
	}
	return view, view.SEU(id), nil
}

// RemoveSEU removes an activity of the current period. It fails with
// fault.NotFound also when the learner never had such an entry.
func (s *Journeys) RemoveSEU(ctx context.Context, learner, id string) (*View, error) {
	stored, number, ok := parseSEUID(id)
	if !ok || learner == "" || store.OwnerIn(stored) != learner {
		return nil, noSEU()
	}
	journey, err := s.journeys.Get(ctx, stored)
	if errors.Is(err, store.ErrNotFound) {
		return nil, noSEU()
	}
	if err != nil {
		return nil, err
	}
	return s.change(ctx, learner, journey.CertificationSlug, func(j *Journey, _ *catalog.Certification, _ catalog.Date) (bool, error) {
		return j.removeSEU(number)
	})
}

// ToDo is what a learner's certifications ask of them.
type ToDo struct {
	Renewals   []Reminder               // see [Reminders]
	Unrecorded []*catalog.Certification // see [Unrecorded]
}

// ToDo returns what the learner's certifications ask of them today.
func (s *Journeys) ToDo(ctx context.Context, learner string) (ToDo, error) {
	snapshot, err := s.config.Current()
	if err != nil {
		return ToDo{}, err
	}
	journeys, _, err := s.journeys.Find(ctx, store.Query{Where: store.Where{"learner_id": learner}})
	if err != nil || len(journeys) == 0 {
		return ToDo{}, err
	}
	today, err := s.today(ctx, learner)
	if err != nil {
		return ToDo{}, err
	}
	return ToDo{
		Renewals:   Reminders(journeys, snapshot.Certification, today),
		Unrecorded: Unrecorded(journeys, snapshot.Certification),
	}, nil
}

type transition func(j *Journey, c *catalog.Certification, today catalog.Date) (changed bool, err error)

func (s *Journeys) change(ctx context.Context, learner, certificationSlug string, change transition) (*View, error) {
	certification, err := s.certification(certificationSlug)
	if err != nil {
		return nil, err
	}
	today, err := s.today(ctx, learner)
	if err != nil {
		return nil, err
	}
	id := recordID(learner, certificationSlug)
	journey, err := store.Amend(ctx, s.journeys, id, func(j *Journey) (bool, error) {
		return change(j, certification, today)
	}, store.OrNew(func() Journey { return fresh(learner, certificationSlug) }))
	if err != nil {
		return nil, err
	}
	if journey, err = s.share(ctx, journey); err != nil {
		return nil, err
	}
	return journey.view(certification, today), nil
}

func (s *Journeys) certification(slug string) (*catalog.Certification, error) {
	snapshot, err := s.config.Current()
	if err != nil {
		return nil, err
	}
	if c := snapshot.Certification(slug); c != nil {
		return c, nil
	}
	missing := fault.New(fault.NotFound, "there is no such certification")
	missing.Field = "certification"
	return nil, missing
}

// today returns the date on the learner's calendar.
func (s *Journeys) today(ctx context.Context, learner string) (catalog.Date, error) {
	profile, err := s.config.Profiles.Get(ctx, learner)
	if err != nil {
		return "", err
	}
	return profile.Date(s.config.Now()), nil
}
