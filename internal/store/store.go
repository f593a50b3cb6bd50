// Package store stores documents: each is one aggregate, written as a whole and
// guarded by compare-and-swap. It knows no database; an Engine adapts one, and
// package storetest tests what every Engine must do alike.
package store

import (
	"context"
	"errors"
)

// MaxDocument is the size limit of an encoded document in bytes. It is
// MongoDB's own limit, and every Engine enforces it.
const MaxDocument = 16 << 20

var (
	// ErrNotFound means that no document has the id.
	ErrNotFound = errors.New("no such document")
	// ErrDuplicate means that another document has the same _id, or the same
	// values in a unique index.
	ErrDuplicate = errors.New("the document already exists")
	// ErrStale means that the document has changed since it was read.
	ErrStale = errors.New("the document was changed since it was loaded")
	// ErrTooLarge means that a document exceeds MaxDocument.
	ErrTooLarge = errors.New("the document is larger than 16 MiB")
)

// Engine is a database. Its methods, and those of its Documents, are safe for
// concurrent use.
//
// Each call except Ensure, which may visit every document, has a deadline of
// the engine's own, or the context's if that is earlier. A database that cannot
// be reached, or does not answer within the engine's deadline, is a
// fault.Unreachable; if the caller's own context ended, the error wraps that
// context's error instead.
type Engine interface {
	// Ensure creates the collection and the declared indexes if they do not
	// exist, and adds required fields that documents lack with their zero
	// value. It may be repeated, also after an interruption.
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
// depend on the number of documents.
type Documents interface {
	// Get decodes the document into into, or fails with ErrNotFound.
	Get(ctx context.Context, id string, into any) error

	// GetMany calls row for each document with one of the ids, in any order,
	// and returns row's error unchanged. There are at most MaxMany ids, all
	// different. row must not call the engine.
	GetMany(ctx context.Context, ids []string, part Part, row func(decode func(into any) error) error) error

	// Insert fails with ErrDuplicate or ErrTooLarge.
	Insert(ctx context.Context, id string, doc any) error

	// InsertMany inserts at most MaxMany documents, and returns the indexes, in
	// ascending order, of those for which Insert would fail with ErrDuplicate.
	// If it fails, any of the documents may be stored; after ErrTooLarge none
	// is.
	InsertMany(ctx context.Context, docs []Document) (duplicates []int, err error)

	// Replace overwrites the document with id and rev by doc. It fails with
	// ErrNotFound, with ErrStale if the stored rev differs, with ErrDuplicate
	// or with ErrTooLarge.
	Replace(ctx context.Context, id string, rev int64, doc any) error

	// ReplaceMany replaces at most MaxMany documents with different ids, each
	// as Replace does, and returns the indexes, in ascending order, of those
	// not stored as given, because they do not exist or have changed. If it
	// fails, any of the documents may be stored; after ErrTooLarge none is.
	ReplaceMany(ctx context.Context, docs []Document) (stale []int, err error)

	// Delete deletes the document with id and rev. It fails with ErrNotFound,
	// or with ErrStale if the stored rev differs.
	Delete(ctx context.Context, id string, rev int64) error

	// DeleteWhere deletes documents that satisfy all of equal, and returns
	// their number. It limits how many it deletes at a time, so that others
	// need not wait long: more says that there may be more of them.
	DeleteWhere(ctx context.Context, equal []Equality) (deleted int, more bool, err error)

	// Find calls row for each selected document in order, and returns row's
	// error unchanged. row must not call the engine.
	Find(ctx context.Context, selection Selection, row func(decode func(into any) error) error) error

	// Count counts the documents that Equal, In and Range select.
	Count(ctx context.Context, selection Selection) (int64, error)
}

// MaxMany limits the documents that one call of a Documents names.
const MaxMany = 1000

// Document is one of several documents written together.
type Document struct {
	ID  string
	Rev int64 // of the stored document to replace; 0 for an insertion
	Doc any
}

// Part is what a read returns of each document: all of it or, for heads, only
// _id, rev and Fields.
type Part struct {
	Heads  bool
	Fields []Field
}

// Selection is a validated Query. Its values are of type string, int64, bool
// or time.Time, in UTC and whole milliseconds.
type Selection struct {
	Equal []Equality // all must hold
	In    *Choice    // nil means every document
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

// Choice selects the documents whose field has one of the values, which are
// different and in ascending order.
type Choice struct {
	Field  Field // of kind Text
	Values []string
}

// Bounds selects the documents whose field is at least From and below To; a nil
// end is open. Documents without the field are not selected.
type Bounds struct {
	Field    Field
	From, To any
}

// Position is the place of a document in the order of a Selection.
type Position struct {
	Value any // of the field sorted by
	ID    string
}
