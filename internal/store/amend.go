package store

import (
	"context"
	"errors"
	"strings"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// OwnerIn returns whose a document is by an id of the form <owner>/<rest>, where
// the rest has no slash; "" for an id without one.
func OwnerIn(id string) string {
	end := strings.LastIndexByte(id, '/')
	if end < 0 {
		return ""
	}
	return id[:end]
}

// maxRounds bounds how often a change loses against others: more than a few at
// the same time mean a client that runs wild.
const maxRounds = 25

// Amend loads the document with the id, or takes a fresh one where there is
// none, and writes it back when change says that it did something; again from
// the start as long as others change it meanwhile. It returns the document as
// it is stored, or as it was loaded when change did nothing. The error of change
// is returned, and then nothing is written. It fails with fault.Conflict when it
// keeps losing.
func Amend[T any](ctx context.Context, c *Collection[T], id string, fresh func() T, change func(*T) (bool, error)) (T, error) {
	var none T
	for range maxRounds {
		doc, err := c.Get(ctx, id)
		isNew := errors.Is(err, ErrNotFound)
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
		case errors.Is(err, ErrDuplicate), errors.Is(err, ErrStale), errors.Is(err, ErrNotFound):
		default:
			return none, err
		}
	}
	return none, fault.New(fault.Conflict, "others are changing the same thing; try again")
}
