package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// updateAttempts bounds how often Update loses against others. A document
// belongs to one learner or one trainer: more than a few at the same time
// means a client that runs wild.
const updateAttempts = 10

// Update loads the document, changes it and writes it back, again from the
// start as long as others change it meanwhile. change must depend on nothing
// but its argument, because it may be called several times; its error is
// returned, wrapped, and nothing is written. It returns the document as
// stored. It fails with ErrNotFound, or with a CONFLICT after ten attempts.
func Update[T any](ctx context.Context, c *Collection[T], id string, change func(*T) error) (T, error) {
	var none T
	for range updateAttempts {
		doc, err := c.Get(ctx, id)
		if err != nil {
			return none, err
		}
		if err := change(&doc); err != nil {
			return none, fmt.Errorf("changing %s %s: %w", c.schema.Name, id, err)
		}
		err = c.Replace(ctx, &doc)
		if errors.Is(err, ErrStale) {
			continue
		}
		if err != nil {
			return none, err
		}
		return doc, nil
	}
	conflict := fault.Conflicting(fault.Stale, "others are changing the same thing; try again")
	return none, fmt.Errorf("changing %s %s: %w", c.schema.Name, id, conflict)
}
