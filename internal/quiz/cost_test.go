package quiz_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
	"github.com/scrumkb/scrumkb/internal/store"
)

func TestWhatOperationsAskOfTheDatabase(t *testing.T) {
	engine := &counting{Engine: newEngine(t)}
	d := quiztest.Open(t, engine)
	for _, o := range quiztest.Operations(t, d, "ann") {
		engine.reads.Store(0)
		engine.writes.Store(0)
		if err := o.Do(t.Context()); err != nil {
			t.Fatalf("%s: %v", o.Name, err)
		}
		if reads, writes := engine.reads.Load(), engine.writes.Load(); reads != int64(o.Reads) || writes != int64(o.Writes) {
			t.Errorf("%s: %d reads and %d writes, want %d and %d", o.Name, reads, writes, o.Reads, o.Writes)
		}
	}
}

// counting counts the calls of a store.Engine.
type counting struct {
	store.Engine
	reads, writes atomic.Int64
}

func (c *counting) Ensure(ctx context.Context, schema store.Schema) (store.Documents, error) {
	documents, err := c.Engine.Ensure(ctx, schema)
	return &countingDocuments{Documents: documents, counts: c}, err
}

type countingDocuments struct {
	store.Documents
	counts *counting
}

func (d *countingDocuments) Get(ctx context.Context, id string, into any) error {
	d.counts.reads.Add(1)
	return d.Documents.Get(ctx, id, into)
}

func (d *countingDocuments) Find(ctx context.Context, s store.Selection, row func(func(any) error) error) error {
	d.counts.reads.Add(1)
	return d.Documents.Find(ctx, s, row)
}

func (d *countingDocuments) Count(ctx context.Context, s store.Selection) (int64, error) {
	d.counts.reads.Add(1)
	return d.Documents.Count(ctx, s)
}

func (d *countingDocuments) Insert(ctx context.Context, id string, doc any) error {
	d.counts.writes.Add(1)
	return d.Documents.Insert(ctx, id, doc)
}

func (d *countingDocuments) Replace(ctx context.Context, id string, rev int64, doc any) error {
	d.counts.writes.Add(1)
	return d.Documents.Replace(ctx, id, rev, doc)
}

func (d *countingDocuments) Delete(ctx context.Context, id string) error {
	d.counts.writes.Add(1)
	return d.Documents.Delete(ctx, id)
}
