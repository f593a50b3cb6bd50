package cohort

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/typed"
)

// Config holds the dependencies of Cohorts.
type Config struct {
	Now        func() time.Time
	NewID      func() string // ascending UUIDs: version 7
	Random     io.Reader     // for invitation codes; safe for concurrent use
	Current    func() (*catalog.Snapshot, error)
	Statements *statement.Statements
	Tracker    *progress.Tracker
}

// Cohorts stores groups of learners and their trainers. Each change is one
// compare-and-swap, insertion or deletion of one document. Its methods are
// safe for concurrent use by several goroutines and processes.
//
// Trainers' calls fail with fault.NotFound both if there is no such cohort and
// if the caller is not one of its trainers: no role gives access to a cohort,
// not even an admin's.
type Cohorts struct {
	config      Config
	cohorts     *store.Collection[Cohort]
	trainers    *store.Collection[Trainer]
	memberships *store.Collection[Membership]
}

// Open prepares the engine for cohorts.
func Open(ctx context.Context, engine store.Engine, config Config) (*Cohorts, error) {
	s := &Cohorts{config: config}
	var err error
	s.cohorts, err = store.Open[Cohort](ctx, engine, store.Spec{
		Name:    "cohorts",
		Fields:  []string{"invitation"},
		Indexes: []store.Index{{Name: "invitation", Keys: []string{"invitation"}, Unique: true}},
	})
	if err != nil {
		return nil, err
	}
	s.trainers, err = store.Open[Trainer](ctx, engine, store.Spec{
		Name:    "cohort_trainers",
		Fields:  []string{"learner_id", "archived", "added_at"},
		Indexes: []store.Index{{Name: "learner_newest", Keys: []string{"learner_id", "archived", "-added_at"}}},
		Shard:   &store.Shard{Field: "learner_id", Of: ownerIn},
	})
	if err != nil {
		return nil, err
	}
	s.memberships, err = store.Open[Membership](ctx, engine, store.Spec{
		Name:   "memberships",
		Fields: []string{"learner_id", "cohort_id", "member_id", "joined_at"},
		Indexes: []store.Index{
			{Name: "learner_newest", Keys: []string{"learner_id", "-joined_at"}},
			{Name: "cohort_members", Keys: []string{"cohort_id", "member_id"}},
			{Name: "member", Keys: []string{"member_id"}},
		},
		Shard: &store.Shard{Field: "learner_id", Of: ownerIn},
	})
	return s, err
}

func (s *Cohorts) now() time.Time { return s.config.Now().UTC().Truncate(time.Millisecond) }

// Draft describes a cohort to create.
type Draft struct {
	Name           string // 1 to 100 characters
	IdempotencyKey string // optional, at most 64 bytes
}

// Create creates a cohort with the caller as its trainer. Repeating the
// idempotency key returns the cohort created before. It fails with
// fault.InvalidInput naming the field, and with fault.Conflict if the key was
// used for another name, or if the trainer has MaxCohorts open cohorts.
func (s *Cohorts) Create(ctx context.Context, trainer string, in Draft) (*View, error) {
	name, err := typed.Line("name", in.Name, profile.MaxName)
	if err != nil {
		return nil, err
	}
	id := s.config.NewID()
	if in.IdempotencyKey != "" {
		if len(in.IdempotencyKey) > maxKey {
			return nil, fault.Invalid("idempotencyKey", "the idempotency key must have at most %d bytes", maxKey)
		}
		id = uuid.NewSHA1(uuid.NameSpaceOID, []byte("cohort/"+trainer+"/"+in.IdempotencyKey)).String()
		if made, err := s.made(ctx, trainer, id, name); made != nil || err != nil {
			return made, err
		}
	}
	open, err := s.trainers.Count(ctx, store.Query{Where: store.Where{"learner_id": trainer, "archived": false}})
	if err != nil {
		return nil, err
	}
	if open >= MaxCohorts {
		return nil, fault.Conflicting(fault.LimitReached, "a trainer can have at most %d open cohorts; archive one first", MaxCohorts)
	}
	if err := s.register(ctx, trainer, id); err != nil {
		return nil, err
	}
	fresh := func() Cohort {
		return Cohort{Meta: store.Meta{ID: id}, Name: name, Trainers: []string{trainer}, CreatedAt: s.now()}
	}
	c, err := store.Amend(ctx, s.cohorts, id, func(c *Cohort) (bool, error) {
		if c.Rev > 0 { // the same request was faster
			return false, c.madeFor(trainer, name)
		}
		var err error
		c.Invitation, err = newInvitation(s.config.Random)
		return true, err
	}, store.OrNew(fresh))
	if err != nil {
		return nil, err
	}
	return s.view(c), nil
}

// maxKey is enough for a UUID or a hash in hex.
const maxKey = 64

// made returns the cohort created by an earlier request with the same key, or
// nil.
func (s *Cohorts) made(ctx context.Context, trainer, id, name string) (*View, error) {
	c, err := s.cohorts.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		err = c.madeFor(trainer, name)
	}
	if err != nil {
		return nil, err
	}
	return s.view(c), nil
}

// register lets a trainer find a cohort.
func (s *Cohorts) register(ctx context.Context, trainer, cohort string) error {
	err := s.trainers.Insert(ctx, &Trainer{
		Meta: store.Meta{ID: trainerEntryID(trainer, cohort)}, LearnerID: trainer, CohortID: cohort, AddedAt: s.now(),
	})
	if errors.Is(err, store.ErrDuplicate) {
		return nil
	}
	return err
}

// Get returns a cohort of the trainer.
func (s *Cohorts) Get(ctx context.Context, trainer, id string) (*View, error) {
	c, err := s.load(ctx, trainer, id)
	if err != nil {
		return nil, err
	}
	return s.view(c), nil
}

func (s *Cohorts) load(ctx context.Context, trainer, id string) (Cohort, error) {
	if trainer == "" || id == "" {
		return Cohort{}, notFound()
	}
	c, err := s.cohorts.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && !c.hasTrainer(trainer) {
		return Cohort{}, notFound()
	}
	return c, err
}

// Of returns the trainer's cohorts, latest first: either the open ones, or the
// latest MaxCohorts archived ones. It takes one read, plus one for each
// cohort.
func (s *Cohorts) Of(ctx context.Context, trainer string, archived bool) ([]*View, error) {
	entries, _, err := s.trainers.Find(ctx, store.Query{
		Where: store.Where{"learner_id": trainer, "archived": archived},
		Sort:  "-added_at", Limit: store.MaxLimit,
	})
	if err != nil {
		return nil, err
	}
	views := []*View{}
	for i := range entries {
		c, err := s.load(ctx, trainer, entries[i].CohortID)
		switch {
		case fault.CodeOf(err) == fault.NotFound:
			continue // never completed, or no longer the trainer's
		case err != nil:
			return nil, err
		case c.ArchivedAt != nil && !archived:
			if err := s.markArchived(ctx, &entries[i]); err != nil {
				return nil, err
			}
			continue
		}
		if views = append(views, s.view(c)); archived && len(views) == MaxCohorts {
			break
		}
	}
	return views, nil
}

// Renew gives the cohort a new invitation code; the old one no longer works.
// It fails with fault.Conflict if the cohort is archived.
func (s *Cohorts) Renew(ctx context.Context, trainer, id string) (*View, error) {
	return s.change(ctx, trainer, id, func(c *Cohort) (bool, error) {
		if c.ArchivedAt != nil {
			return false, alreadyArchived()
		}
		var err error
		c.Invitation, err = newInvitation(s.config.Random)
		return true, err
	})
}

// AddTrainer gives another trainer access to the cohort; their role is checked
// when they use it. It fails with fault.InvalidInput naming trainerId, and
// with fault.Conflict if the cohort is archived or has MaxTrainers.
func (s *Cohorts) AddTrainer(ctx context.Context, trainer, id, other string) (*View, error) {
	if err := checkTrainer(other); err != nil {
		return nil, err
	}
	if _, err := s.load(ctx, trainer, id); err != nil {
		return nil, err
	}
	if err := s.register(ctx, other, id); err != nil {
		return nil, err
	}
	return s.change(ctx, trainer, id, func(c *Cohort) (bool, error) { return c.addTrainer(other) })
}

// RemoveTrainer removes a trainer from the cohort; callers who remove
// themselves get nil. It fails with fault.Conflict for the last trainer.
func (s *Cohorts) RemoveTrainer(ctx context.Context, trainer, id, other string) (*View, error) {
	v, err := s.change(ctx, trainer, id, func(c *Cohort) (bool, error) { return c.removeTrainer(other) })
	if err != nil || !v.cohort.hasTrainer(trainer) {
		return nil, err
	}
	return v, nil
}

// Archive closes the cohort for good: nobody can join any more. Its trainers
// still see the remaining members.
func (s *Cohorts) Archive(ctx context.Context, trainer, id string) (*View, error) {
	v, err := s.change(ctx, trainer, id, func(c *Cohort) (bool, error) { return c.archive(s.now()), nil })
	if err != nil {
		return nil, err
	}
	for _, t := range v.cohort.Trainers {
		entry, err := s.trainers.Get(ctx, trainerEntryID(t, id))
		if err == nil {
			err = s.markArchived(ctx, &entry)
		}
		if err != nil {
			return nil, err
		}
	}
	return v, nil
}

// markArchived records that the cohort is archived, unless another call was
// faster.
func (s *Cohorts) markArchived(ctx context.Context, entry *Trainer) error {
	if entry.Archived {
		return nil
	}
	entry.Archived = true
	err := s.trainers.Replace(ctx, entry)
	if errors.Is(err, store.ErrStale) {
		return nil
	}
	return err
}

// change applies a change to one of the trainer's cohorts and returns it as
// stored.
func (s *Cohorts) change(ctx context.Context, trainer, id string, transition func(*Cohort) (bool, error)) (*View, error) {
	if trainer == "" || id == "" {
		return nil, notFound()
	}
	c, err := store.Amend(ctx, s.cohorts, id, func(c *Cohort) (bool, error) {
		if !c.hasTrainer(trainer) {
			return false, notFound()
		}
		return transition(c)
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, notFound()
	case err != nil:
		return nil, err
	}
	return s.view(c), nil
}
