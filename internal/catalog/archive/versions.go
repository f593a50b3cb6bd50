package archive

import (
	"context"
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/scrumkb/scrumkb/internal/catalog"
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
	if q := snapshot.Question(slug); q != nil && q.Slug == slug && q.Version == version {
		return q, nil
	}
	return keep(ctx, v, snapshot, v.questions, catalog.KindQuestion.ID(slug), version, snapshot.EarlierQuestion)
}

// Course returns a version of a course, as Question does. A unit whose quiz is
// no longer in the current snapshot has none.
func (v *Versions) Course(ctx context.Context, slug string, version int) (*catalog.Course, error) {
	snapshot, err := v.library.Current()
	if err != nil {
		return nil, err
	}
	if c := snapshot.Course(slug); c != nil && c.Version == version {
		return c, nil
	}
	return keep(ctx, v, snapshot, v.courses, catalog.KindCourse.ID(slug), version, snapshot.EarlierCourse)
}

// keep loads a version that is not cached, and links one that is not linked to
// the current snapshot.
func keep[T any, P interface {
	*T
	catalog.Node
}](ctx context.Context, v *Versions, snapshot *catalog.Snapshot, kept *lru.Cache[string, linkedTo[T]], id string, number int, link func(P) P) (P, error) {
	key := versionID(id, number)
	entry, ok := kept.Get(key)
	if !ok {
		stored, err := v.repository.version(ctx, id, number)
		if err != nil {
			return nil, err
		}
		item, ok := stored.(P)
		if !ok {
			return nil, fmt.Errorf("loading %s: it is a %T", key, stored)
		}
		content := &catalog.Content{}
		add(content, item)
		content.ApplyDefaults()
		entry.stored = item
	}
	if revision := snapshot.Revision().Number; entry.linked == nil || entry.revision != revision {
		entry.linked, entry.revision = link(entry.stored), revision
		kept.Add(key, entry)
	}
	return entry.linked, nil
}
