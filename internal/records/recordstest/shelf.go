package recordstest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Shelf is a records.Library whose courses tests can edit.
type Shelf struct {
	mu        sync.Mutex
	current   *catalog.Snapshot
	questions map[string]*catalog.Question // by slug@version
	courses   map[string]*catalog.Course   // by slug@version
	edition   int
}

// NewShelf returns a Shelf with its first edition.
func NewShelf(t testing.TB) *Shelf {
	t.Helper()
	s := &Shelf{questions: map[string]*catalog.Question{}, courses: map[string]*catalog.Course{}}
	s.Edit(t, func(*catalog.Content) {})
	return s
}

// Edit publishes the next edition, with a new version of every question and
// course.
func (s *Shelf) Edit(t testing.TB, change func(*catalog.Content)) {
	t.Helper()
	content := catalogtest.Content(t)
	for _, q := range content.Quizzes {
		q.MaxAttempts, q.CooldownSeconds = nil, 0
	}
	change(content)
	s.Publish(t, content)
}

// Publish publishes the content as the next edition.
func (s *Shelf) Publish(t testing.TB, content *catalog.Content) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edition++
	for _, q := range content.Questions {
		q.Version = s.edition
	}
	for _, q := range content.Quizzes {
		q.Version = s.edition
	}
	for _, c := range content.Courses {
		c.Version = s.edition
	}
	snapshot, err := catalog.Build(catalogtest.Edition(content, catalog.Revision{Number: s.edition, PublishedAt: Opening}))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range snapshot.Questions() {
		s.questions[fmt.Sprintf("%s@%d", q.Slug, q.Version)] = q
	}
	for _, c := range snapshot.Courses() {
		s.courses[fmt.Sprintf("%s@%d", c.Slug, c.Version)] = c
	}
	s.current = snapshot
}

// Forget removes a version of a course.
func (s *Shelf) Forget(edition string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.courses, edition)
}

// Current implements records.Library.
func (s *Shelf) Current() (*catalog.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current, nil
}

// Question implements records.Library.
func (s *Shelf) Question(_ context.Context, slug string, version int) (*catalog.Question, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return found(s.questions[fmt.Sprintf("%s@%d", slug, version)])
}

// Course implements records.Library.
func (s *Shelf) Course(_ context.Context, slug string, version int) (*catalog.Course, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return found(s.courses[fmt.Sprintf("%s@%d", slug, version)])
}

func found[T any](item *T) (*T, error) {
	if item == nil {
		return nil, store.ErrNotFound
	}
	return item, nil
}
