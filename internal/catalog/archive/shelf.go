package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// shelf stores the items of one kind.
type shelf interface {
	entries(ctx context.Context) ([]Entry, error)
	put(ctx context.Context, item catalog.Item, seed string, was *Entry, now time.Time) error
	retire(ctx context.Context, e Entry, now time.Time) error
	load(ctx context.Context, into *catalog.Content) ([]Entry, error)
}

// shelfOf stores items of type T.
type shelfOf[T any] struct {
	kind     catalog.ContentKind
	records  *store.Collection[record[T]]
	editions *store.Collection[edition[T]] // earlier versions; nil if nothing refers to them
	list     func(*catalog.Content) *[]*T
	number   func(item *T, version int) // sets the item's version
}

func openShelf[T any](ctx context.Context, engine store.Engine, name string, s shelfOf[T], versioned bool) (*shelfOf[T], error) {
	var err error
	if s.records, err = store.Open[record[T]](ctx, engine, store.Spec{Name: name}); err != nil {
		return nil, err
	}
	if versioned {
		spec := store.Spec{Name: name + "_versions"}
		if s.editions, err = store.Open[edition[T]](ctx, engine, spec); err != nil {
			return nil, err
		}
	}
	return &s, nil
}

func (s *shelfOf[T]) entries(ctx context.Context) ([]Entry, error) {
	var entries []Entry
	for r, err := range s.records.Each(ctx, store.Query{}) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, r.entry(s.kind))
	}
	return entries, nil
}

// load appends the published items to their list, in order, and returns the
// entries of all.
func (s *shelfOf[T]) load(ctx context.Context, into *catalog.Content) ([]Entry, error) {
	var records []record[T]
	for r, err := range s.records.Each(ctx, store.Query{}) {
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	slices.SortStableFunc(records, func(a, b record[T]) int { return cmp.Compare(a.Position, b.Position) })

	list := s.list(into)
	entries := make([]Entry, 0, len(records))
	for i := range records {
		entries = append(entries, records[i].entry(s.kind))
		if records[i].Retired {
			continue
		}
		item := &records[i].Item
		if s.number != nil {
			s.number(item, records[i].Version)
		}
		*list = append(*list, item)
	}
	return entries, nil
}

func (s *shelfOf[T]) put(ctx context.Context, item catalog.Item, seed string, was *Entry, now time.Time) error {
	value, ok := item.Value.(*T)
	if !ok {
		return fmt.Errorf("storing %s: a %T does not belong among %s items", item.ID, item.Value, s.kind)
	}
	next := record[T]{
		Meta: store.Meta{ID: item.ID}, Version: 1, Position: item.Position,
		Digest: item.Digest, UpdatedAt: now, Item: *value,
	}
	if was != nil {
		next.Rev, next.Version, next.SeedDigest, next.Seed = was.Rev, was.Version, was.SeedDigest, was.Seed
	}
	if seed != "" {
		next.SeedDigest, next.Seed = item.Digest, seed
	}
	if was != nil && was.Digest != item.Digest {
		next.Version++
		if err := s.archive(ctx, *was); err != nil {
			return err
		}
	}
	return s.write(ctx, &next, was == nil)
}

// archive stores the version that is about to be replaced. All processes
// archive the same version, so it does not matter which is first, or whether
// the replacement follows.
func (s *shelfOf[T]) archive(ctx context.Context, e Entry) error {
	if s.editions == nil {
		return nil
	}
	r, err := s.records.Get(ctx, e.ID)
	if err != nil {
		return err
	}
	if r.Rev != e.Rev {
		return conflict(e.ID, store.ErrStale)
	}
	err = s.editions.Insert(ctx, &edition[T]{
		Meta:   store.Meta{ID: editionID(r.ID, r.Version)},
		ItemID: r.ID, Version: r.Version, CreatedAt: r.UpdatedAt, Item: r.Item,
	})
	if errors.Is(err, store.ErrDuplicate) {
		return nil
	}
	return err
}

func (s *shelfOf[T]) retire(ctx context.Context, e Entry, now time.Time) error {
	r, err := s.records.Get(ctx, e.ID)
	if err != nil {
		return err
	}
	r.Rev, r.Retired, r.UpdatedAt = e.Rev, true, now
	return s.write(ctx, &r, false)
}

func (s *shelfOf[T]) write(ctx context.Context, r *record[T], isNew bool) error {
	var err error
	if isNew {
		err = s.records.Insert(ctx, r)
	} else {
		err = s.records.Replace(ctx, r)
	}
	if errors.Is(err, store.ErrDuplicate) || errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return conflict(r.ID, err)
	}
	return err
}

func conflict(id string, cause error) error {
	f := fault.Conflicting(fault.Stale, "%s has been changed by somebody else in the meantime", id)
	f.Cause = cause
	return f
}

func editionID(id string, version int) string { return fmt.Sprintf("%s@%d", id, version) }
