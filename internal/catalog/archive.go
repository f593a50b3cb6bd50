package catalog

import (
	"context"
	"errors"
	"fmt"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/scrumkb/scrumkb/internal/store"
)

// archiveSize is how many questions an Archive keeps in memory that are not
// published in their version: a few megabytes.
const archiveSize = 1000

// Archive finds questions and courses in the versions that learners' records
// refer to, published or not.
type Archive struct {
	library    *Library
	repository *Repository
	questions  *lru.Cache[string, archived[Question]]
	courses    *lru.Cache[string, archived[Course]]
}

// archived is a version that is not the published one: as stored, and linked
// to the content of one revision. Neither changes.
type archived[T any] struct {
	stored   *T
	linked   *T
	revision int
}

// NewArchive returns an archive of what the repository keeps, linked to what
// the library publishes.
func NewArchive(library *Library, repository *Repository) (*Archive, error) {
	questions, err := lru.New[string, archived[Question]](archiveSize)
	if err != nil {
		return nil, fmt.Errorf("opening the archive: %w", err)
	}
	courses, err := lru.New[string, archived[Course]](archiveSize)
	if err != nil {
		return nil, fmt.Errorf("opening the archive: %w", err)
	}
	return &Archive{library: library, repository: repository, questions: questions, courses: courses}, nil
}

// Current returns the published snapshot, and fails with fault.Unavailable
// before the first one.
func (a *Archive) Current() (*Snapshot, error) { return a.library.Current() }

// Question returns a version of a question, which must not be changed. It is
// read from the database once at most while it stays in memory, and not at
// all when it is the published one. Its objective and sources are those of
// the current snapshot; what that no longer has is stood in for. It fails
// with store.ErrNotFound when there never was such a version.
func (a *Archive) Question(ctx context.Context, slug string, version int) (*Question, error) {
	snapshot, err := a.library.Current()
	if err != nil {
		return nil, err
	}
	if q := snapshot.Question(slug); q != nil && q.Version == version {
		return q, nil
	}
	return keep(a.questions, editionID(globalID(KindQuestion, slug), version), snapshot,
		func() (*Question, error) { return a.repository.questionVersion(ctx, slug, version) },
		func(stored *Question) (*Question, error) { return a.link(ctx, stored, snapshot) })
}

// Course returns a version of a course, as Question does. A unit whose lesson
// or quiz the current snapshot no longer has is without it.
func (a *Archive) Course(ctx context.Context, slug string, version int) (*Course, error) {
	snapshot, err := a.library.Current()
	if err != nil {
		return nil, err
	}
	if c := snapshot.Course(slug); c != nil && c.Version == version {
		return c, nil
	}
	return keep(a.courses, editionID(globalID(KindCourse, slug), version), snapshot,
		func() (*Course, error) { return a.repository.courseVersion(ctx, slug, version) },
		func(stored *Course) (*Course, error) { return linkCourse(stored, snapshot), nil })
}

// keep loads a version that is not in memory, and links one that is not linked
// to the snapshot.
func keep[T any](kept *lru.Cache[string, archived[T]], key string, snapshot *Snapshot, load func() (*T, error), link func(*T) (*T, error)) (*T, error) {
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

// linkCourse returns a copy of a stored course that refers to the snapshot.
func linkCourse(stored *Course, s *Snapshot) *Course {
	c := *stored
	c.Units = make([]*Unit, 0, len(stored.Units))
	for _, u := range stored.Units {
		unit := *u
		c.Units = append(c.Units, &unit)
	}
	(&linker{nodes: s.nodes}).course(&c)
	return &c
}

// link returns a copy of a stored question that refers to the snapshot.
func (a *Archive) link(ctx context.Context, stored *Question, snapshot *Snapshot) (*Question, error) {
	q := *stored
	q.Tags = orEmpty(q.Tags)
	q.objective = objectiveOf(snapshot, q.ObjectiveCode)
	q.Options = make([]*Option, 0, len(stored.Options))
	for _, o := range stored.Options {
		option := *o
		option.question = &q
		q.Options = append(q.Options, &option)
	}
	q.Prompts = make([]*Prompt, 0, len(stored.Prompts))
	for _, p := range stored.Prompts {
		prompt := *p
		prompt.question = &q
		q.Prompts = append(q.Prompts, &prompt)
	}
	q.Citations = make([]*Citation, 0, len(stored.Citations))
	for _, c := range stored.Citations {
		citation := *c
		source, err := a.source(ctx, c.SourceSlug, snapshot)
		if err != nil {
			return nil, err
		}
		citation.source = source
		q.Citations = append(q.Citations, &citation)
	}
	return &q, nil
}

func (a *Archive) source(ctx context.Context, slug string, snapshot *Snapshot) (*Source, error) {
	if s := snapshot.Source(slug); s != nil {
		return s, nil
	}
	s, err := a.repository.source(ctx, slug)
	if errors.Is(err, store.ErrNotFound) {
		return &Source{Slug: slug, Title: slug}, nil
	}
	return s, err
}

// objectiveOf stands in for an objective that was taken out of the blueprint,
// so that old records still say what they were about.
func objectiveOf(s *Snapshot, code string) *LearningObjective {
	if o := s.Objective(code); o != nil {
		return o
	}
	topicCode, _, _ := strings.Cut(code, ".")
	topic := s.Topic(topicCode)
	if topic == nil {
		topic = &Topic{Code: topicCode, Title: topicCode}
	}
	return &LearningObjective{Code: code, Title: code, Bloom: Knowledge, topic: topic}
}

// questionVersion fails with store.ErrNotFound.
func (r *Repository) questionVersion(ctx context.Context, slug string, version int) (*Question, error) {
	shelf, ok := r.byKind[KindQuestion].(*shelfOf[Question])
	if !ok {
		return nil, errors.New("no questions are kept")
	}
	q, err := shelf.version(ctx, globalID(KindQuestion, slug), version)
	if err != nil {
		return nil, err
	}
	(&Content{Questions: []*Question{q}}).ApplyDefaults()
	return q, nil
}

// courseVersion fails with store.ErrNotFound.
func (r *Repository) courseVersion(ctx context.Context, slug string, version int) (*Course, error) {
	shelf, ok := r.byKind[KindCourse].(*shelfOf[Course])
	if !ok {
		return nil, errors.New("no courses are kept")
	}
	return shelf.version(ctx, globalID(KindCourse, slug), version)
}

// source returns a source, retired or not. It fails with store.ErrNotFound.
func (r *Repository) source(ctx context.Context, slug string) (*Source, error) {
	shelf, ok := r.byKind[KindSource].(*shelfOf[Source])
	if !ok {
		return nil, errors.New("no sources are kept")
	}
	record, err := shelf.records.Get(ctx, globalID(KindSource, slug))
	if err != nil {
		return nil, err
	}
	return &record.Item, nil
}

// version returns an item in one of its versions. It looks at the current one
// first: whoever replaces that archives it before, so that a version is always
// in one of the two places.
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
