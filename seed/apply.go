package seed

import (
	"context"
	"errors"
	"fmt"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/fault"
)

// Repository is where content is stored.
type Repository interface {
	// Entries returns the metadata of every item, including retired ones.
	Entries(context.Context) ([]archive.Entry, error)
	// Items returns the items that are not retired. The caller may fill in
	// defaults.
	Items(context.Context) (*catalog.Content, error)
	// Put stores an item of the named seed in place of its entry, nil for a new
	// one. It fails with fault.Conflict if the stored entry is another one by
	// now.
	Put(ctx context.Context, item catalog.Item, seed string, was *archive.Entry) error
	// Retire removes an item from publication, with the same failure.
	Retire(context.Context, archive.Entry) error
	// Publish turns the stored items into the next edition, and reports whether
	// there is one. It fails with fault.Conflict if somebody else publishes at
	// the same time.
	Publish(context.Context) (catalog.Revision, bool, error)
}

// maxRounds limits how often Apply starts over because of concurrent writes.
// Two programs that apply the same seed finish in two rounds.
const maxRounds = 10

// Applied is the result of Apply.
type Applied struct {
	Plan      Plan // the plan of the first round
	Revision  catalog.Revision
	Published bool // the revision is new
}

// Preview plans what Apply would do and checks the outcome, as Apply does,
// without writing. It fails with [Mistakes], of the files and of the outcome
// together, and then also returns the plan.
func Preview(ctx context.Context, repo Repository, loaded *Loaded, opts Options) (Plan, error) {
	// The entries come first: a later change makes a write of Apply conflict,
	// and Apply starts over.
	entries, err := repo.Entries(ctx)
	if err != nil {
		return Plan{}, fmt.Errorf("reading stored entries: %w", err)
	}
	stored, err := repo.Items(ctx)
	if err != nil {
		return Plan{}, fmt.Errorf("reading stored items: %w", err)
	}
	items, err := loaded.Content.Items()
	if err != nil {
		return Plan{}, fmt.Errorf("listing the seed's items: %w", err)
	}
	plan := Compare(entries, items, opts)
	return plan, loaded.check(plan, stored)
}

// check checks the files, and what the store would contain after a plan,
// against the rules for publication.
func (l *Loaded) check(plan Plan, stored *catalog.Content) error {
	kept, retired := map[string]bool{}, map[string]bool{}
	for _, c := range plan.Changes {
		switch c.Action {
		case Keep:
			kept[c.ID] = true
		case Retire:
			// Unreadable items may be among those that seem to be missing.
			retired[c.ID] = !l.partial
		}
	}
	after := l.without(kept)
	after.beside = without(stored, retired)
	after.beside.ApplyDefaults()
	return l.faults(after).asError()
}

// Apply writes the seed's items into the repository and publishes them. It
// writes nothing unless the outcome as a whole can be published: the seed, what
// people edited, and everything else that stays. Otherwise it fails with
// [Mistakes].
//
// Applying again changes nothing. If somebody else writes concurrently, Apply
// starts over and continues with what is left; it fails with fault.Conflict if
// it cannot finish. What an interrupted Apply leaves behind is not published by
// itself: the next one completes it, and one of another seed publishes it as it
// stands, if it can be published.
func Apply(ctx context.Context, repo Repository, loaded *Loaded, opts Options) (Applied, error) {
	var applied Applied
	var conflict error
	for round := range maxRounds {
		plan, err := Preview(ctx, repo, loaded, opts)
		if err != nil {
			return Applied{}, err
		}
		if round == 0 {
			applied.Plan = plan
		}
		conflict, err = write(ctx, repo, plan, opts.seed())
		if err != nil {
			return Applied{}, err
		}
		if conflict != nil {
			continue
		}
		applied.Revision, applied.Published, err = repo.Publish(ctx)
		if err == nil {
			return applied, nil
		}
		if !isConflict(err) {
			return Applied{}, fmt.Errorf("publishing the seed: %w", err)
		}
		conflict = err
	}
	return Applied{}, fmt.Errorf("applying the seed in %d rounds: %w", maxRounds, conflict)
}

// write executes a plan. It skips items that somebody else is writing, and
// returns the first such conflict.
func write(ctx context.Context, repo Repository, plan Plan, seed string) (conflict, err error) {
	for _, c := range plan.Changes {
		switch {
		case !c.Action.writes():
			continue
		case c.Action == Retire:
			err = repo.Retire(ctx, *c.entry)
		default:
			err = repo.Put(ctx, *c.item, seed, c.entry)
		}
		switch {
		case err == nil:
		case !isConflict(err):
			return nil, fmt.Errorf("writing %s: %w", c.ID, err)
		case conflict == nil:
			conflict = err
		}
	}
	return conflict, nil
}

func isConflict(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Code == fault.Conflict
}
