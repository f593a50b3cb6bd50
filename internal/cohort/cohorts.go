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

// Config is what Cohorts needs from outside.
type Config struct {
	Now        func() time.Time
	NewID      func() string // UUIDs, each after those before it: version 7
	Random     io.Reader     // of which invitation codes are drawn; safe for use by several goroutines
	Current    func() (*catalog.Snapshot, error)
	Statements *statement.Statements
	Tracker    *progress.Tracker
}

// Cohorts keeps groups of learners and their trainers. Each change is one
// compare-and-swap of one document, or the insertion or deletion of one.
// Methods may be called at the same time from several goroutines and processes.
//
// What a trainer asks for answers fault.NotFound, no matter whether there is no
// such cohort or the caller is none of its trainers: a role gives no access to
// a cohort, not even an admin's.
type Cohorts struct {
	config      Config
	cohorts     *store.Collection[Cohort]
	trainers    *store.Collection[Trainer]
	memberships *store.Collection[Membership]
}

// Open makes the engine ready to keep cohorts.
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

// Create makes a cohort with the caller as its trainer. The same idempotency
// key again answers the cohort that it made. It fails with fault.InvalidInput
// naming the field, and with fault.Conflict when the key was used for another
// name, or when the trainer has MaxCohorts that are not archived.
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

// maxKey lets a client use a UUID, or a hash in hex.
const maxKey = 64

// made returns the cohort that an earlier request with the same key has made,
// or nil.
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

// Of returns the trainer's cohorts, the one that they came to last first:
// either those that are open, or the latest MaxCohorts that are archived. It
// takes one read, and one more for each cohort.
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
			continue // was never finished, or is somebody else's by now
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

// Renew gives the cohort another invitation code; the old one lets nobody in
// any more. It fails with fault.Conflict when the cohort is archived.
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

// AddTrainer lets another trainer see and change the cohort; whether they have
// the role is asked when they do. It fails with fault.InvalidInput naming
// trainerId, and with fault.Conflict when the cohort is archived or has
// MaxTrainers.
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

// RemoveTrainer takes the cohort away from a trainer; a caller who removes
// themself gets nil. It fails with fault.Conflict for the last one.
func (s *Cohorts) RemoveTrainer(ctx context.Context, trainer, id, other string) (*View, error) {
	v, err := s.change(ctx, trainer, id, func(c *Cohort) (bool, error) { return c.removeTrainer(other) })
	if err != nil || !v.cohort.hasTrainer(trainer) {
		return nil, err
	}
	return v, nil
}

// Archive closes the cohort for good: nobody joins any more. Its trainers still
// see those members who do not leave.
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

// markArchived records that the cohort is archived. Others may be faster.
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

// change applies a transition to a cohort of the trainer. It returns the cohort
// as stored.
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
