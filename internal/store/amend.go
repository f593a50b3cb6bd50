package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// maxRounds limits how often Amend retries. A document belongs to one learner
// or trainer: more than a few concurrent changes mean a runaway client.
const maxRounds = 25

// AmendOption is an option of Amend for a T.
type AmendOption[T any] func(*amendment[T])

type amendment[T any] struct {
	fresh func() T
	known *T
}

// OrNew makes Amend begin with a new document if there is none. fresh may be
// called several times.
func OrNew[T any](fresh func() T) AmendOption[T] {
	return func(a *amendment[T]) { a.fresh = fresh }
}

// Knowing makes Amend begin with the document as it was read before, which
// saves a read unless it has changed since.
func Knowing[T any](doc T) AmendOption[T] {
	return func(a *amendment[T]) { a.known = &doc }
}

// Amend is the compare-and-swap loop: it reads the document, changes it and
// writes it back, and retries while others change it concurrently. If change
// returns false, nothing is written. change must depend on nothing but its
// argument, because it may be called several times.
//
// It returns the document as stored. An error of change is returned unchanged,
// with the document as change left it, and nothing is written. Amend fails with
// ErrNotFound, and with fault.Conflict if it keeps losing.
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
	conflict := fault.Conflicting(fault.Stale, "somebody else is changing the same record; try again")
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
