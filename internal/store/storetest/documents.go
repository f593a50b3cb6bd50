package storetest

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/store"
)

// documents defines every method, so that a new one cannot go uncounted.
type documents struct {
	engine *Engine
	name   string
	inner  store.Documents
}

var _ store.Documents = (*documents)(nil)

func (d *documents) call(o Operation, ids []string, do func() error) error {
	return d.engine.call(Call{Collection: d.name, Operation: o, IDs: ids}, do)
}

func (d *documents) Get(ctx context.Context, id string, into any) error {
	return d.call(Get, []string{id}, func() error { return d.inner.Get(ctx, id, into) })
}

func (d *documents) GetMany(ctx context.Context, ids []string, part store.Part, row func(func(any) error) error) error {
	return d.call(GetMany, ids, func() error { return d.inner.GetMany(ctx, ids, part, row) })
}

func (d *documents) Find(ctx context.Context, s store.Selection, row func(func(any) error) error) error {
	return d.call(Find, nil, func() error { return d.inner.Find(ctx, s, row) })
}

func (d *documents) Count(ctx context.Context, s store.Selection) (n int64, err error) {
	err = d.call(CountAll, nil, func() error { n, err = d.inner.Count(ctx, s); return err })
	return n, err
}

func (d *documents) Insert(ctx context.Context, id string, doc any) error {
	return d.call(Insert, []string{id}, func() error { return d.inner.Insert(ctx, id, doc) })
}

func (d *documents) InsertMany(ctx context.Context, docs []store.Document) (duplicates []int, err error) {
	err = d.call(InsertMany, idsOf(docs), func() error { duplicates, err = d.inner.InsertMany(ctx, docs); return err })
	return duplicates, err
}

func (d *documents) Replace(ctx context.Context, id string, rev int64, doc any) error {
	return d.call(Replace, []string{id}, func() error { return d.inner.Replace(ctx, id, rev, doc) })
}

func (d *documents) ReplaceMany(ctx context.Context, docs []store.Document) (stale []int, err error) {
	err = d.call(ReplaceMany, idsOf(docs), func() error { stale, err = d.inner.ReplaceMany(ctx, docs); return err })
	return stale, err
}

func (d *documents) Delete(ctx context.Context, id string, rev int64) error {
	return d.call(Delete, []string{id}, func() error { return d.inner.Delete(ctx, id, rev) })
}

func (d *documents) DeleteWhere(ctx context.Context, equal []store.Equality) (deleted int, more bool, err error) {
	err = d.engine.call(Call{Collection: d.name, Operation: DeleteWhere, Where: equal}, func() error {
		deleted, more, err = d.inner.DeleteWhere(ctx, equal)
		return err
	})
	return deleted, more, err
}

func idsOf(docs []store.Document) []string {
	ids := make([]string, len(docs))
	for i, doc := range docs {
		ids[i] = doc.ID
	}
	return ids
}
