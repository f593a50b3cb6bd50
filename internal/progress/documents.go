package progress

import (
	"context"
	"errors"
	"strings"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// recordID joins a learner and what a record of theirs is about, which has no
// slash.
func recordID(learner, about string) string { return learner + "/" + about }

// learnerIn returns the learner in the id of a record, or "".
func learnerIn(id string) string {
	end := strings.LastIndexByte(id, '/')
	if end < 0 {
		return ""
	}
	return id[:end]
}

// maxRounds bounds how often a change loses against others. A record belongs
// to one learner: more than a few at the same time means a client that runs
// wild.
const maxRounds = 25

// amend loads the document with the id, or takes a fresh one where there is
// none, and writes it back when change says that it did something; again from
// the start as long as others change it meanwhile. It returns the document as
// it is stored, or as it was loaded when change did nothing. The error of change
// is returned, and then nothing is written. It fails with fault.Conflict when it
// keeps losing.
func amend[T any](ctx context.Context, c *store.Collection[T], id string, fresh func() T, change func(*T) (bool, error)) (T, error) {
	var none T
	for range maxRounds {
		doc, err := c.Get(ctx, id)
		isNew := errors.Is(err, store.ErrNotFound)
		switch {
		case isNew && fresh == nil, err != nil && !isNew:
			return none, err
		case isNew:
			doc = fresh()
		}
		changed, err := change(&doc)
		if err != nil {
			return none, err
		}
		if !changed {
			return doc, nil
		}
		if isNew {
			err = c.Insert(ctx, &doc)
		} else {
			err = c.Replace(ctx, &doc)
		}
		switch {
		case err == nil:
			return doc, nil
		case errors.Is(err, store.ErrDuplicate), errors.Is(err, store.ErrStale), errors.Is(err, store.ErrNotFound):
		default:
			return none, err
		}
	}
	return none, fault.New(fault.Conflict, "others are changing the same thing; try again")
}
