package archive

import (
	"context"
	"errors"
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// versionsKept is how many questions that are not the published version
// Versions caches: a few megabytes.
const versionsKept = 1000

// Versions returns the versions of questions and courses that learners' records
// refer to, published or not.
type Versions struct {
	library    *catalog.Library
	repository *Repository
	questions  *lru.Cache[string, linkedTo[catalog.Question]]
	courses    *lru.Cache[string, linkedTo[catalog.Course]]
}

// linkedTo is a version other than the published one: as stored, and linked to
// the content of one revision. Both are immutable.
type linkedTo[T any] struct {
	stored   *T
	linked   *T
	revision int
}

// NewVersions returns the repository's versions, linked to the library's
// snapshot.
func NewVersions(library *catalog.Library, repository *Repository) (*Versions, error) {
	questions, err := lru.New[string, linkedTo[catalog.Question]](versionsKept)
	if err != nil {
		return nil, fmt.Errorf("keeping versions in memory: %w", err)
	}
	courses, err := lru.New[string, linkedTo[catalog.Course]](versionsKept)
	if err != nil {
		return nil, fmt.Errorf("keeping versions in memory: %w", err)
	}
	return &Versions{library: library, repository: repository, questions: questions, courses: courses}, nil
}

// Current returns the published snapshot, and fails with fault.Unavailable
// before the first one.
func (v *Versions) Current() (*catalog.Snapshot, error) { return v.library.Current() }

// Question returns a version of a question, which must not be changed. It is
// read from the database at most once while it stays in memory, and not at all
// if it is the published version. Its objective and sources are those of the
// current snapshot, or placeholders. It fails with store.ErrNotFound if there
// never was such a version.
func (v *Versions) Question(ctx context.Context, slug string, version int) (*catalog.Question, error) {
	snapshot, err := v.library.Current()
	if err != nil {
		return nil, err
	}
	if q := snapshot.Question(slug); q != nil && q.Version == version {
		return q, nil
	}
	return keep(v.questions, editionID(catalog.KindQuestion.ID(slug), version), snapshot,
		func() (*catalog.Question, error) { return v.repository.questionVersion(ctx, slug, version) },
		func(stored *catalog.Question) (*catalog.Question, error) {
			return snapshot.EarlierQuestion(stored, func(slug string) (*catalog.Source, error) { return v.retired(ctx, slug) })
		})
}

// Course returns a version of a course, as Question does. A unit whose lesson
// or quiz is no longer in the current snapshot has none.
func (v *Versions) Course(ctx context.Context, slug string, version int) (*catalog.Course, error) {
	snapshot, err := v.library.Current()
	if err != nil {
		return nil, err
	}
	if c := snapshot.Course(slug); c != nil && c.Version == version {
		return c, nil
	}
	return keep(v.courses, editionID(catalog.KindCourse.ID(slug), version), snapshot,
		func() (*catalog.Course, error) { return v.repository.courseVersion(ctx, slug, version) },
		func(stored *catalog.Course) (*catalog.Course, error) { return snapshot.EarlierCourse(stored), nil })
}

// keep loads a version that is not cached, and links one that is not linked to
// the snapshot.
func keep[T any](kept *lru.Cache[string, linkedTo[T]], key string, snapshot *catalog.Snapshot, load func() (*T, error), link func(*T) (*T, error)) (*T, error) {
	entry, ok := kept.Get(key)
	var err error
	if !ok {
		if entry.stored, err = load(); err != nil {
			return nil, err
		}
	}
	if revision := snapshot.Revision().Number; entry.linked == nil || entry.revision != revision {
		if entry.linked, err = link(entry.stored); err != nil {
			return nil, err
		}
		entry.revision = revision
		kept.Add(key, entry)
	}
	return entry.linked, nil
}

// retired returns a source that is no longer published.
func (v *Versions) retired(ctx context.Context, slug string) (*catalog.Source, error) {
	s, err := v.repository.source(ctx, slug)
	if errors.Is(err, store.ErrNotFound) {
		return &catalog.Source{Slug: slug, Title: slug}, nil
	}
	return s, err
}

// questionVersion fails with store.ErrNotFound.
func (r *Repository) questionVersion(ctx context.Context, slug string, version int) (*catalog.Question, error) {
	shelf, ok := r.byKind[catalog.KindQuestion].(*shelfOf[catalog.Question])
	if !ok {
		return nil, errors.New("no questions are kept")
	}
	q, err := shelf.version(ctx, catalog.KindQuestion.ID(slug), version)
	if err != nil {
		return nil, err
	}
	(&catalog.Content{Questions: []*catalog.Question{q}}).ApplyDefaults()
	return q, nil
}

// courseVersion fails with store.ErrNotFound.
func (r *Repository) courseVersion(ctx context.Context, slug string, version int) (*catalog.Course, error) {
	shelf, ok := r.byKind[catalog.KindCourse].(*shelfOf[catalog.Course])
	if !ok {
		return nil, errors.New("no courses are kept")
	}
	return shelf.version(ctx, catalog.KindCourse.ID(slug), version)
}

// source returns a source, retired or not. It fails with store.ErrNotFound.
func (r *Repository) source(ctx context.Context, slug string) (*catalog.Source, error) {
	shelf, ok := r.byKind[catalog.KindSource].(*shelfOf[catalog.Source])
	if !ok {
		return nil, errors.New("no sources are kept")
	}
	record, err := shelf.records.Get(ctx, catalog.KindSource.ID(slug))
	if err != nil {
		return nil, err
	}
	return &record.Item, nil
}

// version returns an item in one of its versions. It tries the current one
// first: replacing it archives it before, so a version is always in one of the
// two places.
func (s *shelfOf[T]) version(ctx context.Context, id string, version int) (*T, error) {
	current, err := s.records.Get(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	item := &current.Item
	if err != nil || current.Version != version {
		earlier, err := s.editions.Get(ctx, editionID(id, version))
		if err != nil {
			return nil, err
		}
		item = &earlier.Item
	}
	if s.number != nil {
		s.number(item, version)
	}
	return item, nil
}
