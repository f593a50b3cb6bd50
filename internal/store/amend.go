package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// maxRounds bounds how often Amend loses against others. A document belongs to
// one learner or one trainer: more than a few at the same time means a client
// that runs wild.
const maxRounds = 25

// AmendOption is an option of Amend for a T.
type AmendOption[T any] func(*amendment[T])

type amendment[T any] struct {
	fresh func() T
	known *T
}

// OrNew has Amend begin with a new document where there is none. fresh may be
// called several times.
func OrNew[T any](fresh func() T) AmendOption[T] {
	return func(a *amendment[T]) { a.fresh = fresh }
}

// Knowing has Amend begin with the document as it was read before, which saves
// reading it unless somebody has changed it since.
func Knowing[T any](doc T) AmendOption[T] {
	return func(a *amendment[T]) { a.known = &doc }
}

// Amend is the compare-and-swap loop: it reads the document, changes it and
// writes it back, again from the start as long as others change it meanwhile.
// Where change returns false, there is nothing to do, and nothing is written.
// change must depend on nothing but its argument, because it may be called
// several times.
//
// It returns the document as it is stored then. The error of change is returned
// as it is, with the document as change left it, and nothing is written. Amend
// fails with ErrNotFound, and with fault.Conflict when it keeps losing.
func Amend[T any](ctx context.Context, c *Collection[T], id string, change func(*T) (changed bool, err error), options ...AmendOption[T]) (T, error) {
	var a amendment[T]
	for _, option := range options {
		option(&a)
	}
	var none T
	for range maxRounds {
		doc, isNew, err := a.begin(ctx, c, id)
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
	conflict := fault.Conflicting(fault.Stale, "others are changing the same thing; try again")
	return none, fmt.Errorf("changing %s %s: %w", c.schema.Name, id, conflict)
}

// begin returns the document that the next round changes.
func (a *amendment[T]) begin(ctx context.Context, c *Collection[T], id string) (doc T, isNew bool, err error) {
	if a.known != nil {
		doc, a.known = *a.known, nil
		return doc, false, nil
	}
	doc, err = c.Get(ctx, id)
	if errors.Is(err, ErrNotFound) && a.fresh != nil {
		return a.fresh(), true, nil
	}
	return doc, false, err
}
