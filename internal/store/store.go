// Package store keeps documents: each one aggregate, written whole and
// guarded by compare-and-swap. It knows no database; an Engine adapts one, and
// the package storetest holds what every Engine must do alike.
package store

import (
	"context"
	"errors"
)

// MaxDocument is the size of the largest document, encoded, in bytes. It is
// MongoDB's own limit, and every Engine keeps it.
const MaxDocument = 16 << 20

var (
	// ErrNotFound says that no document has the id.
	ErrNotFound = errors.New("no such document")
	// ErrDuplicate says that another document has the same _id, or the same
	// values in a unique index.
	ErrDuplicate = errors.New("the document exists already")
	// ErrStale says that the document was changed since it was loaded.
	ErrStale = errors.New("the document was changed since it was loaded")
	// ErrTooLarge says that a document exceeds MaxDocument.
	ErrTooLarge = errors.New("the document is larger than 16 MiB")
)

// Engine is a database. Its methods, and those of its Documents, may be called
// at the same time from several goroutines.
//
// Each call but Ensure, which may have to go through every document, is bounded
// by a deadline of the engine's own, or the context's when that is sooner. A
// database that cannot be reached, or does not answer within the engine's
// deadline, is a fault.Unreachable; when the caller's own context ended, the
// error wraps that context's error instead.
type Engine interface {
	// Ensure creates the collection and the indexes that schema declares,
	// unless they exist, and completes documents that lack a declared field
	// that is not optional with its zero value. It may be repeated, also after
	// it was interrupted.
	Ensure(ctx context.Context, schema Schema) (Documents, error)

	// Ping fails unless the database answers.
	Ping(ctx context.Context) error

	// Close releases the connections; later calls fail with a
	// fault.Unreachable. It may be repeated.
	Close() error
}

// Documents is one collection of an Engine, without types: a document is
// encoded from, and decoded into, a pointer to a struct with bson tags.
//
// Each call is one command to the database, or a few whose number does not
// depend on how many documents there are.
type Documents interface {
	// Get decodes the document into into, or fails with ErrNotFound.
	Get(ctx context.Context, id string, into any) error

	// GetMany calls row for each document that has one of the ids, in any
	// order, and returns row's error as it is. ids are at most MaxMany, each
	// given once. row must not call the engine.
	GetMany(ctx context.Context, ids []string, part Part, row func(decode func(into any) error) error) error

	// Insert fails with ErrDuplicate or ErrTooLarge.
	Insert(ctx context.Context, id string, doc any) error

	// InsertMany inserts at most MaxMany documents, and returns the indexes, in
	// ascending order, of those that it did not because Insert would fail with
	// ErrDuplicate. When it fails, any of the documents may be stored; none is
	// after ErrTooLarge.
	InsertMany(ctx context.Context, docs []Document) (duplicates []int, err error)

	// Replace writes doc over the document with id and rev. It fails with
	// ErrNotFound, with ErrStale when the stored rev is another one, with
	// ErrDuplicate or with ErrTooLarge.
	Replace(ctx context.Context, id string, rev int64, doc any) error

	// ReplaceMany replaces at most MaxMany documents with different ids, each
	// as Replace does, and returns the indexes, in ascending order, of those
	// that are not stored as given, because they were changed, now or before,
	// or do not exist. When it fails, any of the documents may be stored; none
	// is after ErrTooLarge.
	ReplaceMany(ctx context.Context, docs []Document) (stale []int, err error)

	// Delete deletes the document with id and rev. It fails with ErrNotFound,
	// or with ErrStale when the stored rev is another one.
	Delete(ctx context.Context, id string, rev int64) error

	// DeleteWhere deletes documents for which all of equal hold, and returns
	// how many. It deletes no more at a time than others can wait for: more
	// says that there may be more of them.
	DeleteWhere(ctx context.Context, equal []Equality) (deleted int, more bool, err error)

	// Find calls row for each selected document in order, and returns row's
	// error as it is. row must not call the engine.
	Find(ctx context.Context, selection Selection, row func(decode func(into any) error) error) error

	// Count counts the documents that Equal and Range select.
	Count(ctx context.Context, selection Selection) (int64, error)
}

// MaxMany is the most documents that one call of a Documents names.
const MaxMany = 1000

// Document is one of several documents that are written together.
type Document struct {
	ID  string
	Rev int64 // of the stored document that it replaces; 0 when it is inserted
	Doc any
}

// Part is what a read returns of each document: all of it or, for heads, _id,
// rev and Fields alone.
type Part struct {
	Heads  bool
	Fields []Field
}

// Selection is a validated Query. Its values are of type string, int64, bool
// or time.Time, in UTC and whole milliseconds.
type Selection struct {
	Equal []Equality // all of them hold
	Range *Bounds    // nil means every document

	Sort       Field // _id breaks ties, in the same direction
	Descending bool
	After      *Position // nil means from the beginning
	Limit      int       // 0 means no limit

	Part Part
}

// Equality selects the documents whose field has the value.
type Equality struct {
	Field Field
	Value any
}

// Bounds selects the documents whose field is at least From and below To; nil
// leaves that end open. Documents without the field are not selected.
type Bounds struct {
	Field    Field
	From, To any
}

// Position is the place of a document in the order of a Selection.
type Position struct {
	Value any // of the field sorted by
	ID    string
}
