package store

import (
	"context"
	"fmt"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// AmendMany does what Amend does for each of the documents with the ids, with
// at most one read, one insertion and one replacement for all of them, unless
// others change them concurrently. If there is no document it begins with a
// fresh one, or omits the id if fresh is nil. change may be called for a
// document that already has its effect, and must then do nothing.
func AmendMany[T any](ctx context.Context, c *Collection[T], ids []string, fresh func(id string) T, change func(*T) (changed bool, err error)) error {
	for range maxRounds {
		if len(ids) == 0 {
			return nil
		}
		stored, err := c.GetMany(ctx, ids)
		if err != nil {
			return err
		}
		missing := make(map[string]bool, len(ids))
		for _, id := range ids {
			missing[id] = fresh != nil
		}
		var added, changed []T
		for i := range stored {
			missing[metaOf(&stored[i]).ID] = false
			did, err := change(&stored[i])
			if err != nil {
				return err
			}
			if did {
				changed = append(changed, stored[i])
			}
		}
		for _, id := range ids {
			if !missing[id] {
				continue
			}
			missing[id] = false
			doc := fresh(id)
			did, err := change(&doc)
			if err != nil {
				return err
			}
			if did {
				added = append(added, doc)
			}
		}
		if ids, err = c.writeBoth(ctx, added, changed); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	conflict := fault.Conflicting(fault.Stale, "somebody else is changing the same record; try again")
	return fmt.Errorf("changing %d %s: %w", len(ids), c.schema.Name, conflict)
}

// writeBoth inserts and replaces documents, and returns the ids of those that
// others changed first.
func (c *Collection[T]) writeBoth(ctx context.Context, added, changed []T) ([]string, error) {
	var lost []string
	duplicates, err := c.InsertMany(ctx, added)
	if err != nil {
		return nil, err
	}
	for _, i := range duplicates {
		lost = append(lost, metaOf(&added[i]).ID)
	}
	stale, err := c.ReplaceMany(ctx, changed)
	if err != nil {
		return nil, err
	}
	for _, i := range stale {
		lost = append(lost, metaOf(&changed[i]).ID)
	}
	return lost, nil
}
