package seed

import (
	"context"
	"fmt"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
)

// Applied is the result of Apply.
type Applied struct {
	Plan      Plan
	Revision  catalog.Revision
	Published bool // the revision is new
}

// Preview plans what Apply would do and checks the outcome, as Apply does,
// without publishing. It fails with [Mistakes], of the files and of the outcome
// together, and then also returns the plan.
func Preview(ctx context.Context, repo *archive.Repository, loaded *Loaded, opts Options) (Plan, error) {
	plan, _, err := preview(ctx, repo, loaded, opts)
	return plan, err
}

func preview(ctx context.Context, repo *archive.Repository, loaded *Loaded, opts Options) (Plan, *archive.Edition, error) {
	newest, err := repo.Newest(ctx)
	if err != nil {
		return Plan{}, nil, fmt.Errorf("reading the latest edition: %w", err)
	}
	items, err := loaded.Content.Items()
	if err != nil {
		return Plan{}, nil, fmt.Errorf("listing the seed's items: %w", err)
	}
	plan := Compare(newest.Entries, items, opts)
	stored := *newest.Content
	stored.ApplyDefaults()
	reused := loaded.reused(newest)
	if found := slices.Concat(reused, loaded.after(plan, &stored)); len(found) > 0 {
		return plan, nil, found.sorted()
	}
	return plan, newest, nil
}

// after returns what is wrong in the files, and in the content as it would be
// after the plan if stored is published now.
func (l *Loaded) after(plan Plan, stored *catalog.Content) Mistakes {
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
	return l.faults(after)
}

// Apply publishes the seed's items as the next edition. It publishes nothing
// unless the outcome as a whole can be published: the seed, what people edited,
// and everything else that stays. Otherwise it fails with [Mistakes].
//
// Applying again changes nothing. If somebody else publishes at the same time,
// their changes stay; Apply fails with fault.Conflict, which names the item, if
// they have changed one that the seed changes, too.
func Apply(ctx context.Context, repo *archive.Repository, loaded *Loaded, opts Options) (Applied, error) {
	plan, newest, err := preview(ctx, repo, loaded, opts)
	if err != nil {
		return Applied{}, err
	}
	applied := Applied{Plan: plan}
	applied.Revision, applied.Published, err = repo.Publish(ctx, archive.Publication{
		By:      opts.by(),
		Changes: plan.changes(opts.seed()),
		Held:    newest.Held,
		Check:   func(stored *catalog.Content) error { return loaded.after(plan, stored).asError() },
	})
	if err != nil {
		return Applied{}, fmt.Errorf("publishing the seed: %w", err)
	}
	return applied, nil
}

// changes returns what the plan publishes.
func (p Plan) changes(seed string) []archive.Change {
	var changes []archive.Change
	for _, c := range p.Changes {
		if !c.Action.writes() {
			continue
		}
		change := archive.Change{ID: c.ID, Base: c.entry, Item: c.item, Seed: seed, Was: c.was}
		if c.item != nil {
			change.Kind = c.item.Kind
			change.Retired = retires(c.item)
		} else {
			change.Kind, change.Retired = c.entry.Kind, true
		}
		changes = append(changes, change)
	}
	return changes
}
