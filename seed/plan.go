package seed

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
)

// Action is what applying a seed does to an item.
type Action string

const (
	Create    Action = "created"
	Update    Action = "updated"   // the seed differs from the store, in the item or its position
	Restore   Action = "restored"  // was retired, and is in the seed again
	Retire    Action = "retired"   // no longer in the seed, when pruning; or renamed, or retired by the seed
	Unchanged Action = "unchanged" // already as in the seed
	Keep      Action = "kept"      // edited since a seed wrote it, so it stays
	Orphan    Action = "orphaned"  // written by a seed, but not in this one; it stays
)

// actions lists every Action in the order of a plan's summary.
func actions() []Action { return []Action{Create, Update, Restore, Retire, Unchanged, Keep, Orphan} }

// writes reports whether the action changes the store.
func (a Action) writes() bool {
	return a == Create || a == Update || a == Restore || a == Retire
}

// Change is an action on one item.
type Change struct {
	Action Action
	ID     string // global id
	Note   string // the reason, if the action does not give it

	item  *catalog.Item  // the item in the seed; nil if it has none
	entry *archive.Entry // the stored entry; nil for a new item
	was   string         // the global id of the stored item that it replaces
}

// Plan says what applying a seed would do: one change for each item of the
// seed, in writing order, and then for each item that a seed once wrote and
// this one lacks.
type Plan struct{ Changes []Change }

// Program is the name of the program's own seed.
const Program = "program"

// Options are options for applying a seed.
type Options struct {
	// Seed names the seed; empty means Program. Items of one seed are not
	// orphans of another.
	Seed string

	// Prune retires what an earlier version of the seed wrote and this one
	// lacks, unless somebody has edited it since. Without it, such items stay.
	Prune bool

	// Actor is the opaque id of the person who applies the seed; "" for a
	// program.
	Actor string
}

func (o Options) by() archive.By {
	return archive.By{Actor: o.Actor, Note: fmt.Sprintf("The seed %q.", o.seed())}
}

func (o Options) seed() string { return cmp.Or(o.Seed, Program) }

// Compare plans how to get from the entries of an edition to the items of a
// seed. It is pure.
//
// Edits by people have precedence over seeds: an item that differs from what a
// seed last wrote is kept, and so is one that no seed wrote. An operator's seed
// has precedence over the program's: applying theirs takes over items, and the
// program's seed, which every start applies, leaves these alone until they are
// retired; then it restores its own. Drafts are not part of a seed yet.
func Compare(entries archive.Entries, items []catalog.Item, opts Options) Plan {
	c := comparison{stored: make(map[string]*archive.Entry, len(entries)), seed: opts.seed(), seeded: map[string]bool{}}
	for i := range entries {
		c.stored[entries[i].ID] = &entries[i]
	}
	plan := Plan{Changes: make([]Change, 0, len(items))}
	for i := range items {
		if items[i].Status != catalog.Draft {
			plan.Changes = append(plan.Changes, c.item(&items[i])...)
		}
	}
	for i := range entries {
		e := &entries[i]
		if c.seeded[e.ID] || e.Retired || e.Seed != c.seed {
			continue
		}
		change := Change{Action: Orphan, ID: e.ID, entry: e}
		switch {
		case opts.Prune && e.Edited():
			change.Note = "edited since a seed wrote it"
		case opts.Prune:
			change.Action = Retire
		}
		plan.Changes = append(plan.Changes, change)
	}
	return plan
}

// comparison compares the items of a seed with stored ones.
type comparison struct {
	stored map[string]*archive.Entry
	seed   string
	seeded map[string]bool // ids of entries that the seed has something to say about
}

// item returns the changes that an item of the seed leads to: one of its own
// and, if it was renamed, one of the item with the former name.
func (c *comparison) item(item *catalog.Item) []Change {
	c.seeded[item.ID] = true
	own := Change{ID: item.ID, item: item, entry: c.stored[item.ID]}
	former := c.stored[item.Was]
	if item.Was == "" || former == nil {
		c.compare(&own)
		return []Change{own}
	}
	c.seeded[former.ID] = true
	switch {
	case !former.Retired && former.Edited():
		own.Action, own.Note = Keep, former.ID+" was edited since a seed wrote it"
		return []Change{own}
	case !former.Retired && c.belongsToOthers(former):
		own.Action, own.Note = Keep, fmt.Sprintf("%s belongs to the seed %q", former.ID, former.Seed)
		return []Change{own}
	}
	own.was = item.Was
	c.compare(&own)
	if own.Action == Create {
		own.Note = "was " + item.Was
	}
	if former.Retired {
		return []Change{own}
	}
	return []Change{own, {Action: Retire, ID: former.ID, Note: "is now " + item.ID, entry: former}}
}

// belongsToOthers reports whether the program's seed, which every start applies,
// leaves an item alone.
func (c *comparison) belongsToOthers(e *archive.Entry) bool {
	return c.seed == Program && e.Seed != Program && e.Seed != ""
}

// compare decides what happens to an item of the seed.
func (c *comparison) compare(change *Change) {
	item, entry := change.item, change.entry
	switch {
	case entry == nil:
		change.Action = Create
		if retires(item) {
			change.Note = "retired"
		}
	case entry.Digest != item.Digest && entry.Edited():
		change.Action = Keep
		if entry.SeedDigest != item.Digest {
			change.Note = "the seed has changed as well"
		}
	case c.belongsToOthers(entry) && !entry.Retired:
		change.Action = Keep
		change.Note = fmt.Sprintf("belongs to the seed %q", entry.Seed)
	case entry.Retired && !retires(item):
		change.Action = Restore
	case !entry.Retired && retires(item):
		change.Action = Retire
	case entry.Digest != item.Digest:
		change.Action = Update
	case entry.Edited():
		change.Action = Update
		change.Note = "was edited into what the seed has"
	case entry.Seed != c.seed:
		change.Action = Update
		change.Note = fmt.Sprintf("comes from the seed %q", entry.Seed)
	case entry.Position != item.Position:
		change.Action = Update
		change.Note = "moved"
	default:
		change.Action = Unchanged
	}
}

// retires reports whether the item is in the seed as one that is no longer
// published.
func retires(item *catalog.Item) bool {
	return item.Status == catalog.Hidden || item.Status == catalog.Deprecated
}

// Writes counts the changes that alter the store.
func (p Plan) Writes() int {
	n := 0
	for _, c := range p.Changes {
		if c.Action.writes() {
			n++
		}
	}
	return n
}

// Count returns the number of changes with the action.
func (p Plan) Count(a Action) int {
	n := 0
	for _, c := range p.Changes {
		if c.Action == a {
			n++
		}
	}
	return n
}

// Write prints all changes that alter the store, and a summary.
func (p Plan) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range p.Changes {
		switch {
		case c.Action == Unchanged:
		case c.Note != "":
			// A tabwriter keeps the first error and returns it from Flush.
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\n", c.Action, c.ID, c.Note)
		default:
			_, _ = fmt.Fprintf(t, "%s\t%s\n", c.Action, c.ID)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, p)
	return err
}

// String summarises the changes, as in "3 items: 1 created, 2 unchanged".
func (p Plan) String() string {
	var counts []string
	for _, a := range actions() {
		if n := p.Count(a); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, a))
		}
	}
	if len(counts) == 0 {
		return "no items"
	}
	noun := "items"
	if len(p.Changes) == 1 {
		noun = "item"
	}
	return fmt.Sprintf("%d %s: %s", len(p.Changes), noun, strings.Join(counts, ", "))
}
