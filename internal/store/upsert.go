package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// Upsert is Update for a document that may not be there yet: change is then
// given a zero one that has but the id. change reports whether it has changed
// anything; where it has not, nothing is written. Upsert returns the document as stored,
// or, with a Rev of 0, what change was given when there is none. It fails as Update does.
func Upsert[T any](ctx context.Context, c *Collection[T], id string, change func(*T) (changed bool, err error)) (T, error) {
	var none T
	for range updateAttempts {
		doc, err := c.Get(ctx, id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return none, err
		}
		m := metaOf(&doc)
		m.ID = id
		changed, err := change(&doc)
		if err != nil {
			return none, fmt.Errorf("changing %s %s: %w", c.schema.Name, id, err)
		}
		if !changed {
			return doc, nil
		}
		if m.Rev == 0 {
			err = c.Insert(ctx, &doc)
		} else {
			err = c.Replace(ctx, &doc)
		}
		// Whoever was faster is asked again: another may have written it, or
		// have deleted it.
		if errors.Is(err, ErrDuplicate) || errors.Is(err, ErrStale) || errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return none, err
		}
		return doc, nil
	}
	conflict := fault.New(fault.Conflict, "others are changing the same thing; try again")
	return none, fmt.Errorf("changing %s %s: %w", c.schema.Name, id, conflict)
}
