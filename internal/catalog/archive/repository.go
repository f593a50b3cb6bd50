package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/check"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Repository keeps the content in a database. Items change one by one; a
// Publish makes the state they have reached the next edition.
type Repository struct {
	shelves   []shelf
	byKind    map[catalog.ContentKind]shelf
	revisions *store.Collection[revisionRecord]
	now       func() time.Time
}

// revisionRecord is the one document that says which edition is published.
type revisionRecord struct {
	store.Meta  `bson:",inline"`
	Number      int       `bson:"number"`
	PublishedAt time.Time `bson:"published_at"`
	State       string    `bson:"state"` // sums up the entries of that edition
}

const revisionID = "content"

// Open makes the engine ready to keep content.
func Open(ctx context.Context, engine store.Engine, now func() time.Time) (*Repository, error) {
	r := &Repository{byKind: map[catalog.ContentKind]shelf{}, now: now}
	var err error
	if r.revisions, err = store.Open[revisionRecord](ctx, engine, store.Spec{Name: "revisions"}); err != nil {
		return nil, err
	}
	return r, errors.Join(
		shelve(ctx, r, engine, "sources", false, shelfOf[catalog.Source]{kind: catalog.KindSource, list: func(c *catalog.Content) *[]*catalog.Source { return &c.Sources }}),
		shelve(ctx, r, engine, "terms", false, shelfOf[catalog.Term]{kind: catalog.KindTerm, list: func(c *catalog.Content) *[]*catalog.Term { return &c.Terms }}),
		shelve(ctx, r, engine, "topics", false, shelfOf[catalog.Topic]{kind: catalog.KindTopic, list: func(c *catalog.Content) *[]*catalog.Topic { return &c.Topics }}),
		shelve(ctx, r, engine, "roles", false, shelfOf[catalog.Role]{kind: catalog.KindRole, list: func(c *catalog.Content) *[]*catalog.Role { return &c.Roles }}),
		shelve(ctx, r, engine, "certifications", false, shelfOf[catalog.Certification]{kind: catalog.KindCertification, list: func(c *catalog.Content) *[]*catalog.Certification { return &c.Certifications }}),
		shelve(ctx, r, engine, "lessons", false, shelfOf[catalog.Lesson]{kind: catalog.KindLesson, list: func(c *catalog.Content) *[]*catalog.Lesson { return &c.Lessons }}),
		shelve(ctx, r, engine, "questions", true, shelfOf[catalog.Question]{
			kind:   catalog.KindQuestion,
			list:   func(c *catalog.Content) *[]*catalog.Question { return &c.Questions },
			number: func(q *catalog.Question, version int) { q.Version = version },
		}),
		shelve(ctx, r, engine, "quizzes", true, shelfOf[catalog.Quiz]{
			kind:   catalog.KindQuiz,
			list:   func(c *catalog.Content) *[]*catalog.Quiz { return &c.Quizzes },
			number: func(q *catalog.Quiz, version int) { q.Version = version },
		}),
		shelve(ctx, r, engine, "courses", true, shelfOf[catalog.Course]{
			kind:   catalog.KindCourse,
			list:   func(c *catalog.Content) *[]*catalog.Course { return &c.Courses },
			number: func(c *catalog.Course, version int) { c.Version = version },
		}),
	)
}

func shelve[T any](ctx context.Context, r *Repository, engine store.Engine, name string, versioned bool, s shelfOf[T]) error {
	opened, err := openShelf(ctx, engine, name, s, versioned)
	if err != nil {
		return err
	}
	r.shelves = append(r.shelves, opened)
	r.byKind[s.kind] = opened
	return nil
}

// Entries returns how every item is kept, retired ones too.
func (r *Repository) Entries(ctx context.Context) ([]Entry, error) {
	var all []Entry
	for _, s := range r.shelves {
		entries, err := s.entries(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	return all, nil
}

// Put stores an item: a new one when was is nil, else over the one that was
// describes. A changed item gets the next version. seed names the seed that
// the item comes from, "" when a person wrote it. It fails with a CONFLICT
// when somebody else was faster.
func (r *Repository) Put(ctx context.Context, item catalog.Item, seed string, was *Entry) error {
	s, ok := r.byKind[item.Kind]
	if !ok {
		return fmt.Errorf("storing %s: no items of kind %s are kept", item.ID, item.Kind)
	}
	return s.put(ctx, item, seed, was, r.now())
}

// Retire takes an item out of publication; its versions stay loadable. It
// fails with a CONFLICT when somebody else changed it meanwhile.
func (r *Repository) Retire(ctx context.Context, e Entry) error {
	s, ok := r.byKind[e.Kind]
	if !ok {
		return fmt.Errorf("retiring %s: no items of kind %s are kept", e.ID, e.Kind)
	}
	return s.retire(ctx, e, r.now())
}

// Revision returns the latest edition; its number is 0 before the first.
func (r *Repository) Revision(ctx context.Context) (catalog.Revision, error) {
	current, err := r.revision(ctx)
	return catalog.Revision{Number: current.Number, PublishedAt: current.PublishedAt}, err
}

func (r *Repository) revision(ctx context.Context) (revisionRecord, error) {
	current, err := r.revisions.Get(ctx, revisionID)
	if errors.Is(err, store.ErrNotFound) {
		return revisionRecord{Meta: store.Meta{ID: revisionID}}, nil
	}
	return current, err
}

// Publish makes the items as they are now the next edition, and reports
// whether they differ from the one before; else it changes nothing.
func (r *Repository) Publish(ctx context.Context) (catalog.Revision, bool, error) {
	current, err := r.revision(ctx)
	if err != nil {
		return catalog.Revision{}, false, err
	}
	entries, err := r.Entries(ctx)
	if err != nil {
		return catalog.Revision{}, false, err
	}
	state := stateOf(entries)
	if state == current.State {
		return catalog.Revision{Number: current.Number, PublishedAt: current.PublishedAt}, false, nil
	}
	isNew := current.Number == 0
	current.Number++
	current.PublishedAt = r.now().UTC().Truncate(time.Millisecond)
	current.State = state
	if isNew {
		err = r.revisions.Insert(ctx, &current)
	} else {
		err = r.revisions.Replace(ctx, &current)
	}
	if errors.Is(err, store.ErrDuplicate) || errors.Is(err, store.ErrStale) {
		stale := fault.Conflicting(fault.Stale, "somebody else published at the same time")
		stale.Cause = err
		return catalog.Revision{}, false, stale
	}
	return catalog.Revision{Number: current.Number, PublishedAt: current.PublishedAt}, true, err
}

// Content returns the latest edition. It fails with ErrUnsettled while items
// are changing, and when they were left changed without a Publish; with
// ErrUnpublished when there are none; and with a [*check.Error] when the
// edition has problems.
func (r *Repository) Content(ctx context.Context) (*catalog.Content, catalog.Revision, error) {
	current, err := r.revision(ctx)
	if err != nil {
		return nil, catalog.Revision{}, err
	}
	content, entries, err := r.load(ctx)
	if err != nil {
		return nil, catalog.Revision{}, err
	}
	switch {
	case current.Number == 0 && len(entries) == 0:
		return nil, catalog.Revision{}, catalog.ErrUnpublished
	case stateOf(entries) != current.State:
		return nil, catalog.Revision{}, catalog.ErrUnsettled
	}
	if err := check.Publishable(content); err != nil {
		return nil, catalog.Revision{}, fmt.Errorf("revision %d cannot be published: %w", current.Number, err)
	}
	return content, catalog.Revision{Number: current.Number, PublishedAt: current.PublishedAt}, nil
}

// Items returns the items that are not retired, as they are now, whether
// published or not.
func (r *Repository) Items(ctx context.Context) (*catalog.Content, error) {
	content, _, err := r.load(ctx)
	return content, err
}

func (r *Repository) load(ctx context.Context) (*catalog.Content, []Entry, error) {
	content := &catalog.Content{}
	var all []Entry
	for _, s := range r.shelves {
		entries, err := s.load(ctx, content)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, entries...)
	}
	return content, all, nil
}

// stateOf sums up which items there are in which version and order.
func stateOf(entries []Entry) string {
	lines := make([]string, 0, len(entries))
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%s@%d %s %d %t\n", e.ID, e.Version, e.Digest, e.Position, e.Retired))
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])
}
