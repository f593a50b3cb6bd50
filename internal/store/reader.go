package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
)

// Reader reads the documents of a collection as a T: complete, or as heads; see
// HeadsOf.
type Reader[T any] struct {
	schema    Schema
	documents Documents
	part      Part
}

// Get fails with ErrNotFound.
func (c *Reader[T]) Get(ctx context.Context, id string) (T, error) {
	var doc, none T
	if c.part.Heads {
		found, err := c.GetMany(ctx, []string{id})
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("loading %s %s: %w", c.schema.Name, id, ErrNotFound)
		}
		if err != nil {
			return none, err
		}
		return found[0], nil
	}
	if err := c.documents.Get(ctx, id, &doc); err != nil {
		return none, fmt.Errorf("loading %s %s: %w", c.schema.Name, id, err)
	}
	return doc, nil
}

// GetMany returns the documents with the ids, in that order, each once even if
// its id is repeated. Unknown ids are omitted. It takes one command per MaxMany
// ids.
func (c *Reader[T]) GetMany(ctx context.Context, ids []string) ([]T, error) {
	place := make(map[string]int, len(ids))
	distinct := make([]string, 0, len(ids))
	for _, id := range ids {
		if _, ok := place[id]; !ok {
			place[id] = len(distinct)
			distinct = append(distinct, id)
		}
	}
	docs, found := make([]T, len(distinct)), make([]bool, len(distinct))
	for some := range slices.Chunk(distinct, MaxMany) {
		err := c.documents.GetMany(ctx, some, c.part, func(decode func(into any) error) error {
			var doc T
			if err := decode(&doc); err != nil {
				return err
			}
			at, ok := place[metaOf(&doc).ID]
			if !ok {
				return fmt.Errorf("the database returned %q, which was not requested", metaOf(&doc).ID)
			}
			docs[at], found[at] = doc, true
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("loading %d %s: %w", len(distinct), c.schema.Name, err)
		}
	}
	kept := docs[:0]
	for i := range docs {
		if found[i] {
			kept = append(kept, docs[i])
		}
	}
	return kept, nil
}

// Find returns the selected documents in order, and the cursor that continues
// after the last of them, or "" at the end. A document that is not written
// meanwhile is in exactly one page. A cursor of another query is an
// INVALID_INPUT.
func (c *Reader[T]) Find(ctx context.Context, query Query) (found []T, next string, err error) {
	selection, err := c.selection(query)
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

// CursorOf returns the cursor that continues the query after doc, one of its
// results.
func (c *Reader[T]) CursorOf(query Query, doc *T) (string, error) {
	selection, err := c.selection(query)
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", c.schema.Name, err)
	}
	at, err := c.position(doc, selection)
	if err != nil {
		return "", err
	}
	return writeCursor(c.schema.Name, selection, at)
}

// Count counts the documents that Where, In and Range select.
func (c *Reader[T]) Count(ctx context.Context, query Query) (int64, error) {
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

// selection checks the query, and that the documents contain the fields of its
// order.
func (c *Reader[T]) selection(query Query) (Selection, error) {
	selection, err := query.selection(c.schema)
	if err != nil {
		return Selection{}, err
	}
	if c.part.Heads && selection.Sort.Path != idField.Path && selection.Sort.index == nil {
		return Selection{}, fmt.Errorf("heads without %q cannot be sorted by it", selection.Sort.Path)
	}
	selection.Part = c.part
	return selection, nil
}

// page returns at most Limit documents, and whether there are more.
func (c *Reader[T]) page(ctx context.Context, selection Selection) (found []T, more bool, err error) {
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

func (c *Reader[T]) position(doc *T, selection Selection) (Position, error) {
	id := metaOf(doc).ID
	if selection.Sort.Path == idField.Path {
		return Position{Value: id, ID: id}, nil
	}
	value, err := selection.Sort.valueIn(reflect.ValueOf(doc).Elem())
	return Position{Value: value, ID: id}, err
}
