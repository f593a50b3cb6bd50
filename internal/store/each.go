package store

import (
	"context"
	"fmt"
	"iter"
)

const (
	// batch is how many documents Each holds at a time: enough to hide the round
	// trips, few enough for documents of a megabyte.
	batch = 128
	// headBatch is the number for heads, of which each has a few hundred bytes.
	headBatch = 8192
)

// few is how many documents at a time are enough where each is decoded as a
// whole, and waits until somebody has read it.
const few = 8

// Each yields the selected documents in order, up to Limit if it is set. It
// reads in batches and keeps nothing open between them, so that the loop may
// write, take its time, or break. As with the pages of Find, a document that is
// not written meanwhile is yielded exactly once. The first error is yielded
// last.
func (c *Reader[T]) Each(ctx context.Context, query Query) iter.Seq2[T, error] {
	return c.each(ctx, query, batch)
}

func (c *Reader[T]) each(ctx context.Context, query Query, batch int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		selection, err := c.selection(query)
		if err != nil {
			yield(none, fmt.Errorf("finding %s: %w", c.schema.Name, err))
			return
		}
		atOnce, left := batch, query.Limit
		if c.part.Heads {
			atOnce = headBatch
		}
		for {
			selection.Limit = atOnce
			if query.Limit > 0 {
				selection.Limit = min(atOnce, left)
			}
			found, more, err := c.page(ctx, selection)
			if err != nil {
				yield(none, err)
				return
			}
			for _, doc := range found {
				if err := ctx.Err(); err != nil {
					yield(none, fmt.Errorf("finding %s: %w", c.schema.Name, err))
					return
				}
				if !yield(doc, nil) {
					return
				}
			}
			left -= len(found)
			if !more || query.Limit > 0 && left == 0 {
				return
			}
			last, err := c.position(&found[len(found)-1], selection)
			if err != nil {
				yield(none, err)
				return
			}
			selection.After = &last
		}
	}
}
