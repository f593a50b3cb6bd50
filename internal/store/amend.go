package store

import (
	"context"
	"errors"
	"fmt"
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

// maxRounds bounds how often Amend loses against others. A document belongs to
// one learner or one trainer: more than a few at the same time means a client
// that runs wild.
const maxRounds = 25

// Amend is the compare-and-swap loop: it reads the document, or takes a fresh
// one where there is none and fresh is not nil, changes it and writes it back;
// again from the start as long as others change it meanwhile. Where change
// returns false, there is nothing to do, and nothing is written. change must
// depend on nothing but its argument, because it may be called several times.
//
// It returns the document as it is stored then. The error of change is returned
// as it is, with the document as change left it, and nothing is written. Amend
// fails with ErrNotFound, and with fault.Conflict when it keeps losing.
func Amend[T any](ctx context.Context, c *Collection[T], id string, fresh func() T, change func(*T) (changed bool, err error)) (T, error) {
	return amend(ctx, c, id, nil, fresh, change)
}

// AmendKnown does as Amend, but begins with the document as it was read before,
// which saves reading it unless somebody has changed it since.
func AmendKnown[T any](ctx context.Context, c *Collection[T], known T, change func(*T) (changed bool, err error)) (T, error) {
	return amend(ctx, c, metaOf(&known).ID, &known, nil, change)
}

func amend[T any](ctx context.Context, c *Collection[T], id string, known *T, fresh func() T, change func(*T) (bool, error)) (T, error) {
	var none T
	for range maxRounds {
		var doc T
		var err error
		isNew := false
		if known != nil {
			doc, known = *known, nil
		} else if doc, err = c.Get(ctx, id); errors.Is(err, ErrNotFound) && fresh != nil {
			doc, isNew, err = fresh(), true, nil
		}
		if err != nil {
			return none, err
		}
		changed, err := change(&doc)
		if err != nil || !changed {
			return doc, err
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
	conflict := fault.New(fault.Conflict, "others are changing the same thing; try again")
	return none, fmt.Errorf("changing %s %s: %w", c.schema.Name, id, conflict)
}
