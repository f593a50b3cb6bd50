package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
)

// Meta is part of every document. Embed it with the tag bson:",inline".
type Meta struct {
	ID  string `bson:"_id"`
	Rev int64  `bson:"rev"` // 1 when inserted, incremented with each change
}

func (m *Meta) meta() *Meta { return m }

// Collection holds the documents of type T, a struct that embeds Meta.
type Collection[T any] struct {
	Reader[T]
}

// Open checks spec against T and prepares the engine. It fails if spec names
// fields that T does not have, or that queries cannot use.
func Open[T any](ctx context.Context, engine Engine, spec Spec) (*Collection[T], error) {
	schema, err := spec.resolve(reflect.TypeFor[T]())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", spec.Name, err)
	}
	documents, err := engine.Ensure(ctx, schema)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", spec.Name, err)
	}
	return &Collection[T]{Reader[T]{schema: schema, documents: documents}}, nil
}

// Insert adds doc and sets its Rev to 1. It fails with ErrDuplicate or
// ErrTooLarge, and then leaves doc unchanged.
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

// Replace overwrites the stored document if it still has doc's Rev, which it
// increments. It fails with ErrNotFound, ErrStale, ErrDuplicate or ErrTooLarge,
// and then leaves doc unchanged.
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

// Delete deletes the stored document if it still has doc's Rev. It fails with
// ErrNotFound or ErrStale. DeleteWhere ignores revisions.
func (c *Collection[T]) Delete(ctx context.Context, doc *T) error {
	m := metaOf(doc)
	if err := c.documents.Delete(ctx, m.ID, m.Rev); err != nil {
		return fmt.Errorf("deleting %s %s: %w", c.schema.Name, m.ID, err)
	}
	return nil
}

// check refuses documents that no later call could find.
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
