package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
)

// Meta is what every document has. Embed it with the tag bson:",inline".
type Meta struct {
	ID  string `bson:"_id"`
	Rev int64  `bson:"rev"` // 1 when inserted, one more with each change
}

func (m *Meta) meta() *Meta { return m }

// Collection holds the documents of type T, a struct that embeds Meta.
type Collection[T any] struct {
	schema    Schema
	documents Documents
}

// Open checks spec against T and makes the engine ready for it. It fails when
// spec names fields that T does not have, or that queries cannot use.
func Open[T any](ctx context.Context, engine Engine, spec Spec) (*Collection[T], error) {
	if _, ok := any(new(T)).(interface{ meta() *Meta }); !ok {
		return nil, fmt.Errorf("opening %s: %s does not embed store.Meta", spec.Name, reflect.TypeFor[T]())
	}
	schema, err := spec.resolve(reflect.TypeFor[T]())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", spec.Name, err)
	}
	documents, err := engine.Ensure(ctx, schema)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", spec.Name, err)
	}
	return &Collection[T]{schema: schema, documents: documents}, nil
}

// Get fails with ErrNotFound.
func (c *Collection[T]) Get(ctx context.Context, id string) (T, error) {
	var doc T
	if err := c.documents.Get(ctx, id, &doc); err != nil {
		var none T
		return none, fmt.Errorf("loading %s %s: %w", c.schema.Name, id, err)
	}
	return doc, nil
}

// Insert adds doc, whose Rev becomes 1. It fails with ErrDuplicate or
// ErrTooLarge, and then leaves doc as it was.
func (c *Collection[T]) Insert(ctx context.Context, doc *T) error {
	next := *doc
	m := metaOf(&next)
	m.Rev = 1
	err := c.check(&next)
	if err == nil {
		err = c.documents.Insert(ctx, m.ID, &next)
	}
	if err != nil {
		return fmt.Errorf("inserting %s %s: %w", c.schema.Name, m.ID, err)
	}
	metaOf(doc).Rev = m.Rev
	return nil
}

// Replace writes doc over the stored document, provided that this still has
// doc's Rev, which then grows by one. It fails with ErrNotFound, ErrStale,
// ErrDuplicate or ErrTooLarge, and then leaves doc as it was.
func (c *Collection[T]) Replace(ctx context.Context, doc *T) error {
	next := *doc
	m := metaOf(&next)
	m.Rev++
	err := c.check(&next)
	if err == nil {
		err = c.documents.Replace(ctx, m.ID, m.Rev-1, &next)
	}
	if err != nil {
		return fmt.Errorf("replacing %s %s: %w", c.schema.Name, m.ID, err)
	}
	metaOf(doc).Rev = m.Rev
	return nil
}

// Delete fails with ErrNotFound.
func (c *Collection[T]) Delete(ctx context.Context, id string) error {
	if err := c.documents.Delete(ctx, id); err != nil {
		return fmt.Errorf("deleting %s %s: %w", c.schema.Name, id, err)
	}
	return nil
}

// Find returns the selected documents in order, and the cursor that continues
// after the last of them, or "" when there are no more. A document that is not
// written meanwhile is in exactly one page. A cursor of another query is an
// INVALID_INPUT.
func (c *Collection[T]) Find(ctx context.Context, query Query) (found []T, next string, err error) {
	selection, err := query.selection(c.schema)
	if err != nil {
		return nil, "", fmt.Errorf("finding %s: %w", c.schema.Name, err)
	}
	found, more, err := c.page(ctx, selection)
	if err != nil || !more {
		return found, "", err
	}
	last, err := c.position(&found[len(found)-1], selection)
	if err != nil {
		return nil, "", err
	}
	next, err = writeCursor(c.schema.Name, selection, last)
	return found, next, err
}

// CursorOf returns the cursor that continues the query after doc, which it has
// returned.
func (c *Collection[T]) CursorOf(query Query, doc *T) (string, error) {
	selection, err := query.selection(c.schema)
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", c.schema.Name, err)
	}
	at, err := c.position(doc, selection)
	if err != nil {
		return "", err
	}
	return writeCursor(c.schema.Name, selection, at)
}

// Count counts the documents that Where and Range select.
func (c *Collection[T]) Count(ctx context.Context, query Query) (int64, error) {
	selection, err := query.conditions(c.schema)
	if err != nil {
		return 0, fmt.Errorf("counting %s: %w", c.schema.Name, err)
	}
	n, err := c.documents.Count(ctx, selection)
	if err != nil {
		return 0, fmt.Errorf("counting %s: %w", c.schema.Name, err)
	}
	return n, nil
}

// page returns at most Limit documents, and whether there are more.
func (c *Collection[T]) page(ctx context.Context, selection Selection) (found []T, more bool, err error) {
	limit := selection.Limit
	selection.Limit++
	found = []T{}
	err = c.documents.Find(ctx, selection, func(decode func(into any) error) error {
		if len(found) == limit {
			more = true
			return nil
		}
		var doc T
		if err := decode(&doc); err != nil {
			return err
		}
		found = append(found, doc)
		return nil
	})
	if err != nil {
		return nil, false, fmt.Errorf("finding %s: %w", c.schema.Name, err)
	}
	return found, more, nil
}

func (c *Collection[T]) position(doc *T, selection Selection) (Position, error) {
	id := metaOf(doc).ID
	if selection.Sort.Path == idField.Path {
		return Position{Value: id, ID: id}, nil
	}
	value, err := selection.Sort.valueIn(reflect.ValueOf(doc).Elem())
	return Position{Value: value, ID: id}, err
}

// check refuses documents that no later call could find again.
func (c *Collection[T]) check(doc *T) error {
	id := metaOf(doc).ID
	if id == "" {
		return errors.New("the document has no id")
	}
	if c.schema.Shard == nil {
		return nil
	}
	field, err := c.schema.field(c.schema.Shard.Field)
	if err != nil {
		return err
	}
	value, err := field.valueIn(reflect.ValueOf(doc).Elem())
	if err != nil {
		return err
	}
	if want := c.schema.Shard.Of(id); value != want {
		return fmt.Errorf("the field %q is %q where the id has %q", field.Path, value, want)
	}
	return nil
}

func metaOf[T any](doc *T) *Meta {
	return any(doc).(interface{ meta() *Meta }).meta()
}
