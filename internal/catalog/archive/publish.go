package archive

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/check"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// maxRounds limits how often Publish starts over because others publish at the
// same time.
const maxRounds = 10

// By says who publishes, and why.
type By struct {
	Actor string // an opaque id; "" for a program
	Note  string
}

// Publication is a set of changes that become public together.
type Publication struct {
	By
	Changes []Change

	// Check fails if the content cannot be published. Nil stands for
	// [check.Publishable].
	Check func(after *catalog.Content) error

	// Held has items by the ids of their versions, which need not be read.
	Held map[string]catalog.Node
}

// base is an edition that another one is made from.
type base struct {
	revision  catalog.Revision
	published bool // false before the first edition, and for what is taken over from the format before
	list      list
}

// Publish makes the changes part of the latest edition, which makes the next
// one, and reports whether there is one: if they change nothing, there is none.
//
// Others may publish at the same time: the changes are then applied to their
// edition. Publish fails with fault.Conflict, which names the item, if they have
// changed the same item into something else. Whatever interrupts it, all of the
// changes are published or none is.
func (r *Repository) Publish(ctx context.Context, p Publication) (catalog.Revision, bool, error) {
	if p.Check == nil {
		p.Check = check.Publishable
	}
	for range maxRounds {
		from, err := r.base(ctx)
		if err != nil {
			return catalog.Revision{}, false, err
		}
		revision, done, err := r.publishOnto(ctx, from, &p)
		if err != nil || done {
			return revision, revision.Number > from.revision.Number, err
		}
	}
	return catalog.Revision{}, false, fault.Conflicting(fault.Stale, "others are publishing all the time; try again")
}

// publishOnto publishes the changes on top of an edition. It is not done if
// somebody else has published the next one.
func (r *Repository) publishOnto(ctx context.Context, from base, p *Publication) (revision catalog.Revision, done bool, err error) {
	entries, effects, err := rebase(from.list.Entries, p.Changes)
	if err != nil {
		return catalog.Revision{}, false, err
	}
	if len(effects) == 0 && (from.published || len(entries) == 0) {
		return from.revision, true, nil
	}
	if err := r.check(ctx, entries, effects, p); err != nil {
		return catalog.Revision{}, false, err
	}
	if err := r.addVersions(ctx, entries, effects); err != nil {
		return catalog.Revision{}, false, err
	}
	return r.commit(ctx, from.revision.Number, newList(slices.Collect(maps.Values(entries))), p.By)
}

// effect is a change that leads to another entry.
type effect struct {
	*Change
	rewrites bool // the item becomes another one, or is new
}

// rebase applies changes to the entries of an edition. It returns all entries by
// id, and the effects.
func rebase(entries Entries, changes []Change) (after map[string]Entry, effects []effect, err error) {
	after = entries.byID()
	for i := range changes {
		c := &changes[i]
		var now *Entry
		if e, ok := after[c.ID]; ok {
			now = &e
		}
		next, changed, err := c.onto(now)
		if err != nil {
			return nil, nil, err
		}
		if changed {
			after[c.ID] = next
			effects = append(effects, effect{Change: c, rewrites: now == nil || now.Digest != next.Digest})
		}
	}
	return after, effects, nil
}

// check checks the content that the entries lead to.
func (r *Repository) check(ctx context.Context, entries map[string]Entry, effects []effect, p *Publication) error {
	ours := map[string]catalog.Node{}
	for _, c := range effects {
		if c.rewrites {
			ours[c.ID] = c.Item.Value
		}
	}
	var theirs []Entry
	ordered := newList(slices.Collect(maps.Values(entries))).Entries
	for _, e := range ordered {
		if ours[e.ID] == nil && !e.Retired {
			theirs = append(theirs, e)
		}
	}
	items, err := r.items(ctx, theirs, p.Held)
	if err != nil {
		return err
	}
	content := &catalog.Content{}
	next := 0
	for _, e := range ordered {
		switch {
		case e.Retired:
		case ours[e.ID] != nil:
			add(content, catalog.CopyOf(ours[e.ID]))
		default:
			add(content, items[next])
			next++
		}
	}
	content.ApplyDefaults()
	return p.Check(content)
}

// addVersions stores the items that became others, and puts their numbers into
// their entries. Numbers follow those of the edition; one that something else
// has is skipped. What an interrupted publication has stored is used if it is
// the same.
func (r *Repository) addVersions(ctx context.Context, entries map[string]Entry, effects []effect) error {
	var fresh []version
	seeded := map[string]bool{}
	now := r.now().UTC().Truncate(time.Millisecond)
	for _, c := range effects {
		if !c.rewrites {
			continue
		}
		seeded[c.ID] = c.Seed != ""
		item, ok := bodyOf(c.Item.Value)
		if !ok {
			return fmt.Errorf("storing %s: a %T is not stored on its own", c.ID, c.Item.Value)
		}
		fresh = append(fresh, version{ItemID: c.ID, Number: entries[c.ID].Version, Digest: c.Item.Digest, CreatedAt: now, Body: item})
	}
	for len(fresh) > 0 {
		for i := range fresh {
			fresh[i].Number++
			fresh[i].ID = versionID(fresh[i].ItemID, fresh[i].Number)
		}
		taken, err := r.taken(ctx, fresh)
		if err != nil {
			return err
		}
		var again []version
		for _, v := range fresh {
			if digest, ok := taken[v.ID]; ok && digest != v.Digest {
				again = append(again, v)
				continue
			}
			e := entries[v.ItemID]
			e.Version = v.Number
			if seeded[v.ItemID] {
				e.SeedVersion = v.Number
			}
			entries[v.ItemID] = e
		}
		fresh = again
	}
	return nil
}

// taken inserts versions, and returns the digests of those that were there
// already, by id.
func (r *Repository) taken(ctx context.Context, fresh []version) (map[string]string, error) {
	duplicates, err := r.versions.InsertMany(ctx, fresh)
	if err != nil || len(duplicates) == 0 {
		return nil, err
	}
	ids := make([]string, 0, len(duplicates))
	for _, i := range duplicates {
		ids = append(ids, fresh[i].ID)
	}
	found, err := r.versions.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	digests := map[string]string{}
	for i := range found {
		digests[found[i].ID] = found[i].Digest
	}
	return digests, nil
}

// commit publishes a list as the edition after the one with the number. It is
// not done if somebody else has published that edition.
func (r *Repository) commit(ctx context.Context, parent int, l list, by By) (revision catalog.Revision, done bool, err error) {
	if err := r.lists.Insert(ctx, &l); err != nil && !errors.Is(err, store.ErrDuplicate) {
		return catalog.Revision{}, false, err
	}
	h := head{
		Meta: store.Meta{ID: headID(parent + 1)}, Number: parent + 1, Parent: parent,
		List: l.ID, Actor: by.Actor, Note: by.Note, PublishedAt: r.now().UTC().Truncate(time.Millisecond),
	}
	err = r.heads.Insert(ctx, &h)
	if errors.Is(err, store.ErrDuplicate) {
		return catalog.Revision{}, false, nil
	}
	return h.revision(), err == nil, err
}

// Restore publishes an earlier edition again, as the next one, and reports
// whether there is one: if the latest edition is the same, there is none. It
// fails with fault.NotFound if there is no such edition, with a
// [*catalog.BrokenError] if it cannot be served, and with fault.Conflict if
// somebody else publishes at the same time.
func (r *Repository) Restore(ctx context.Context, number int, by By) (catalog.Revision, bool, error) {
	latest, err := r.latest(ctx)
	if err != nil {
		return catalog.Revision{}, false, err
	}
	earlier, err := r.head(ctx, number)
	if err != nil {
		return catalog.Revision{}, false, err
	}
	if earlier.List == latest.List {
		return latest.revision(), false, nil
	}
	edition, err := r.Edition(ctx, number, nil)
	if err != nil {
		return catalog.Revision{}, false, err
	}
	if _, err := catalog.Build(edition); err != nil {
		return catalog.Revision{}, false, err
	}
	l, err := r.lists.Get(ctx, earlier.List)
	if err != nil {
		return catalog.Revision{}, false, err
	}
	revision, done, err := r.commit(ctx, latest.Number, l, by)
	if err == nil && !done {
		err = fault.Conflicting(fault.Stale, "somebody else has published edition %d in the meantime", latest.Number+1)
	}
	return revision, done, err
}
