package owndata

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/limit"
	"github.com/scrumkb/scrumkb/internal/store"
)

// ownerField is the field in which documents name their learner.
const ownerField = "learner_id"

const (
	// DeletionSettles is how long after the request a deletion is completed. No
	// request takes as long: anything written concurrently with the deletion is
	// stored by then, and is deleted as well.
	DeletionSettles = time.Minute

	// deletionClaim is how long one process has exclusive use of a deletion; it
	// allows itself half of that.
	deletionClaim = 2 * time.Minute
)

// Config holds the dependencies of OwnData.
type Config struct {
	Now func() time.Time
}

// OwnData exports and deletes everything that is stored about a learner. It
// covers every collection that is opened on its Engine and has a field
// learner_id.
//
// Writing the marker starts a deletion. While the marker exists, nothing new is
// recorded about the learner. The records are deleted at once, and again after
// DeletionSettles; then the marker is removed. A deletion may be interrupted
// anywhere: Sweep completes it.
type OwnData struct {
	config    Config
	deletions *store.Collection[deletion]
	owned     *store.Owned
	exports   *limit.Pool
	before    []func(ctx context.Context, person string) error
	redactors map[string]Redactor // by collection
}

// Redactor returns a function that takes out of a document what its learner may
// not read now, and says so in it; nil where there is nothing to take out.
// Documents have the types that package json gives them, with json.Number.
type Redactor func(ctx context.Context, learner string) (func(document map[string]any), error)

// deletion is the marker of a deletion in progress.
type deletion struct {
	store.Meta `bson:",inline"` // _id is the learner

	RequestedAt  time.Time `bson:"requested_at"`
	ClaimedUntil time.Time `bson:"claimed_until"` // held by the process that completes it
}

// settlesAt is when writes that began before the marker can no longer arrive.
func (d deletion) settlesAt() time.Time { return d.RequestedAt.Add(DeletionSettles) }

// Open prepares the engine, and records which collections name a learner.
func Open(ctx context.Context, engine store.Engine, config Config) (*OwnData, error) {
	deletions, err := store.Open[deletion](ctx, engine, store.Spec{Name: "deletions"})
	if err != nil {
		return nil, err
	}
	d := &OwnData{config: config, deletions: deletions, exports: newExports(), redactors: map[string]Redactor{}}
	d.owned = store.NewOwned(engine, ownerField, d.admit)
	return d, nil
}

// Engine returns the engine on which every store of learners' records must be
// opened.
func (d *OwnData) Engine() *store.Owned { return d.owned }

// Before registers a function to run before a person's records are deleted,
// such as one that uses those records to find references to the person. It runs
// again when a deletion is repeated. Before must be called during assembly.
func (d *OwnData) Before(do func(ctx context.Context, person string) error) {
	d.before = append(d.before, do)
}

// Redact registers what is taken out of the documents of a collection before they
// are exported. It must be called during assembly.
func (d *OwnData) Redact(collection string, by Redactor) { d.redactors[collection] = by }

// admit fails with fault.Conflict while the learner's records are being
// deleted.
func (d *OwnData) admit(ctx context.Context, learner string) error {
	_, err := d.deletions.Get(ctx, learner)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	default:
		return fault.Conflicting(fault.DeletionPending, "your data is being deleted; try again in a minute")
	}
}

// Deletion is the state of the deletion of a learner's data.
type Deletion struct {
	Records   int       // deleted so far
	SettlesAt time.Time // until then nothing can be recorded for the learner
}

// Delete deletes everything stored about the learner. Once the marker is
// written, the deletion will be completed even if Delete fails for lack of time
// or because of the database. It may be repeated.
func (d *OwnData) Delete(ctx context.Context, learner string) (Deletion, error) {
	marker := deletion{Meta: store.Meta{ID: learner}, RequestedAt: d.now()}
	err := d.deletions.Insert(ctx, &marker)
	if errors.Is(err, store.ErrDuplicate) {
		return d.pending(ctx, learner)
	}
	if err != nil {
		return Deletion{}, err
	}
	// Once the learner may start again, no old deletion may still be running.
	ctx, cancel := context.WithTimeout(ctx, DeletionSettles/2)
	defer cancel()
	deleted, err := d.deleteRecords(ctx, learner)
	return Deletion{Records: deleted, SettlesAt: marker.settlesAt()}, err
}

// pending returns the deletion already in progress.
func (d *OwnData) pending(ctx context.Context, learner string) (Deletion, error) {
	marker, err := d.deletions.Get(ctx, learner)
	if errors.Is(err, store.ErrNotFound) {
		return Deletion{SettlesAt: d.now()}, nil // just completed
	}
	return Deletion{SettlesAt: marker.settlesAt()}, err
}

func (d *OwnData) deleteRecords(ctx context.Context, learner string) (int, error) {
	for _, do := range d.before {
		if err := do(ctx, learner); err != nil {
			return 0, err
		}
	}
	deleted := 0
	for _, c := range d.owned.Collections() {
		n, err := c.DeleteOf(ctx, learner)
		deleted += n
		if err != nil {
			return deleted, fmt.Errorf("deleting %s: %w", c.Name(), err)
		}
	}
	return deleted, nil
}

// Sweep completes the deletions that have settled. A failed deletion is retried
// later and does not hold up the others. Several processes may sweep
// concurrently.
func (d *OwnData) Sweep(ctx context.Context) error {
	now := d.now()
	var failures []error
	for marker, err := range d.deletions.Each(ctx, store.Query{}) {
		if err != nil {
			failures = append(failures, err)
			break
		}
		if now.Before(marker.settlesAt()) || now.Before(marker.ClaimedUntil) {
			continue
		}
		if err := d.complete(ctx, marker, now); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

// Run sweeps at once and at every tick until ctx ends. It logs failures; the
// next tick retries.
func (d *OwnData) Run(ctx context.Context, ticks <-chan time.Time, log *slog.Logger) {
	for {
		if err := d.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "deletions not completed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// complete deletes what is left and ends the deletion. Only one process does
// so: a late second one would delete what the learner has recorded since.
func (d *OwnData) complete(ctx context.Context, marker deletion, now time.Time) error {
	marker.ClaimedUntil = now.Add(deletionClaim)
	err := d.deletions.Replace(ctx, &marker)
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return nil // another process was first
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, deletionClaim/2)
	defer cancel()
	if _, err := d.deleteRecords(ctx, marker.ID); err != nil {
		return err
	}
	err = d.deletions.Delete(ctx, &marker)
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return nil // another process has taken over
	}
	return err
}

func (d *OwnData) now() time.Time { return d.config.Now().UTC().Truncate(time.Millisecond) }
