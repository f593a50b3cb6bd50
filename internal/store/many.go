package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// InsertMany adds the documents, sets their Rev to 1, and returns the indexes
// of those not stored because another document, possibly one of docs, has their
// id or their values in a unique index. It takes one command per MaxMany
// documents. If it fails, any of them may be stored.
func (c *Collection[T]) InsertMany(ctx context.Context, docs []T) (duplicates []int, err error) {
	next, err := c.documentsOf(docs)
	if err != nil {
		return nil, fmt.Errorf("inserting %d %s: %w", len(docs), c.schema.Name, err)
	}
	for i := range next {
		next[i].Rev = 0
		metaOf(next[i].Doc.(*T)).Rev = 1
	}
	duplicates, err = inChunks(next, func(some []Document) ([]int, error) { return c.documents.InsertMany(ctx, some) })
	if err != nil {
		return nil, fmt.Errorf("inserting %d %s: %w", len(docs), c.schema.Name, err)
	}
	for i := range docs {
		if _, duplicate := slices.BinarySearch(duplicates, i); !duplicate {
			metaOf(&docs[i]).Rev = 1
		}
	}
	return duplicates, nil
}

// ReplaceMany overwrites each stored document that still has its Rev, which it
// increments, and returns the indexes of the others: those that do not exist,
// and those that have changed. A document that is changed right after its
// replacement may be among them, so repeating a change for one of them must be
// harmless. It takes one command per MaxMany documents, which must have
// different ids, and one more if some are stale. If it fails, any of them may
// be stored.
func (c *Collection[T]) ReplaceMany(ctx context.Context, docs []T) (stale []int, err error) {
	next, err := c.documentsOf(docs)
	if err != nil {
		return nil, fmt.Errorf("replacing %d %s: %w", len(docs), c.schema.Name, err)
	}
	seen := make(map[string]bool, len(docs))
	for i := range next {
		if seen[next[i].ID] {
			return nil, fmt.Errorf("replacing %d %s: %s is given twice", len(docs), c.schema.Name, next[i].ID)
		}
		seen[next[i].ID] = true
		metaOf(next[i].Doc.(*T)).Rev++
	}
	stale, err = inChunks(next, func(some []Document) ([]int, error) { return c.documents.ReplaceMany(ctx, some) })
	if err != nil {
		return nil, fmt.Errorf("replacing %d %s: %w", len(docs), c.schema.Name, err)
	}
	for i := range docs {
		if _, isStale := slices.BinarySearch(stale, i); !isStale {
			metaOf(&docs[i]).Rev++
		}
	}
	return stale, nil
}

// documentsOf checks the documents, and returns copies to write.
func (c *Collection[T]) documentsOf(docs []T) ([]Document, error) {
	next := make([]Document, len(docs))
	for i := range docs {
		doc := docs[i]
		if err := c.check(&doc); err != nil {
			return nil, err
		}
		next[i] = Document{ID: metaOf(&doc).ID, Rev: metaOf(&doc).Rev, Doc: &doc}
	}
	return next, nil
}

// inChunks calls write for MaxMany documents at a time, and returns all its
// results, as indexes of docs.
func inChunks(docs []Document, write func([]Document) ([]int, error)) ([]int, error) {
	var all []int
	begin := 0
	for some := range slices.Chunk(docs, MaxMany) {
		found, err := write(some)
		if err != nil {
			return nil, err
		}
		for _, i := range found {
			all = append(all, begin+i)
		}
		begin += len(some)
	}
	return all, nil
}

// DeleteWhere deletes all documents that where selects, whatever their Rev, and
// returns their number. It takes one command on MongoDB; the embedded database
// takes one per thousand documents, so that others can write in between. After
// an error it may be repeated.
func (c *Collection[T]) DeleteWhere(ctx context.Context, where Where) (int, error) {
	total := 0
	if len(where) == 0 {
		return 0, fmt.Errorf("deleting %s: %w", c.schema.Name, errors.New("nothing says which"))
	}
	selection, err := Query{Where: where}.conditions(c.schema)
	if err != nil {
		return 0, fmt.Errorf("deleting %s: %w", c.schema.Name, err)
	}
	for more := true; more; {
		var deleted int
		deleted, more, err = c.documents.DeleteWhere(ctx, selection.Equal)
		total += deleted
		if err != nil {
			return total, fmt.Errorf("deleting %s: %w", c.schema.Name, err)
		}
	}
	return total, nil
}
