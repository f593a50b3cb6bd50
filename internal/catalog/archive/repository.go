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

// Repository stores the content in a database. Items change one by one; Publish
// turns their current state into the next edition.
type Repository struct {
	shelves   []shelf
	byKind    map[catalog.ContentKind]shelf
	revisions *store.Collection[revisionRecord]
	now       func() time.Time
}

// revisionRecord is the single document about the published edition.
type revisionRecord struct {
	store.Meta  `bson:",inline"`
	Number      int       `bson:"number"`
	PublishedAt time.Time `bson:"published_at"`
	State       string    `bson:"state"` // digest of the entries of that edition
}

const revisionID = "content"

// Open prepares the engine for content.
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

// Entries returns the metadata of every item, including retired ones.
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

// Put stores an item: a new one if was is nil, or a new version of the one that
// was describes. seed names the seed that the item comes from, "" if a person
// wrote it. It fails with a CONFLICT if the item has changed meanwhile.
func (r *Repository) Put(ctx context.Context, item catalog.Item, seed string, was *Entry) error {
	s, ok := r.byKind[item.Kind]
	if !ok {
		return fmt.Errorf("storing %s: no items of kind %s are kept", item.ID, item.Kind)
	}
	return s.put(ctx, item, seed, was, r.now())
}

// Retire removes an item from publication; its versions stay loadable. It fails
// with a CONFLICT if the item has changed meanwhile.
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

// Publish turns the current items into the next edition, and reports whether
// there is one: if they have not changed, it does nothing.
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
		stale := fault.Conflicting(fault.Stale, "somebody else has published in the meantime")
		stale.Cause = err
		return catalog.Revision{}, false, stale
	}
	return catalog.Revision{Number: current.Number, PublishedAt: current.PublishedAt}, true, err
}

// Content returns the latest edition. It fails with ErrUnsettled while items
// are changing or if they were changed without a Publish, with ErrUnpublished
// if there is none, and with a [*check.Error] if the edition has problems.
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

// Items returns the current items that are not retired, published or not.
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

// stateOf is a digest of all items with their versions and order.
func stateOf(entries []Entry) string {
	lines := make([]string, 0, len(entries))
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%s@%d %s %d %t\n", e.ID, e.Version, e.Digest, e.Position, e.Retired))
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])
}
