package quiztest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/store"
)

// The requirements of a Shelf's quizzes.
const (
	Limit    = 60 * time.Second
	Grace    = 30 * time.Second
	Cooldown = time.Hour
)

// Shelf is a quiz.Library whose content tests edit. Beside the quizzes of
// catalogtest it has six with the three questions of BB1 in the order of their
// slugs, commitments, event-order and usable-step: auto, grace and abandon have
// a time limit, endless and instant have none, and twice may be taken twice. Two
// more draw from the four questions of AA1: beside three with a time limit, aside
// two without.
type Shelf struct {
	mu       sync.Mutex
	current  *catalog.Snapshot
	versions map[string]*catalog.Question // by slug@version
	edition  int
}

// NewShelf returns a Shelf with its first edition.
func NewShelf(t testing.TB) *Shelf {
	t.Helper()
	s := &Shelf{versions: map[string]*catalog.Question{}}
	s.Edit(t, func(*catalog.Content) {})
	return s
}

// Edit publishes a changed edition: every question gets a new version.
func (s *Shelf) Edit(t testing.TB, change func(*catalog.Content)) {
	t.Helper()
	content := catalogtest.Content(t)
	content.Quizzes = append(content.Quizzes, quizzes()...)
	for _, q := range content.Questions {
		if q.Slug == "event-order" {
			q.Hints = []string{"Think of how a Sprint begins.", "Looking back comes last."}
		}
	}
	change(content)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edition++
	for _, q := range content.Questions {
		q.Version = s.edition
	}
	for _, q := range content.Quizzes {
		q.Version = s.edition
	}
	snapshot, err := catalog.Build(catalogtest.Edition(content, catalog.Revision{Number: s.edition, PublishedAt: Opening}))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range snapshot.Questions() {
		s.versions[fmt.Sprintf("%s@%d", q.Slug, q.Version)] = q
	}
	s.current = snapshot
}

// Current implements quiz.Library.
func (s *Shelf) Current() (*catalog.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current, nil
}

// Question implements quiz.Library.
func (s *Shelf) Question(_ context.Context, slug string, version int) (*catalog.Question, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, ok := s.versions[fmt.Sprintf("%s@%d", slug, version)]
	if !ok {
		return nil, store.ErrNotFound
	}
	return q, nil
}

func quizzes() []*catalog.Quiz {
	seconds, twice := int(Limit/time.Second), 2
	quizzes := []*catalog.Quiz{
		{Slug: "auto", TimeLimitSeconds: &seconds},
		{Slug: "grace", TimeLimitSeconds: &seconds, OverdueHandling: catalog.GracePeriod, GraceSeconds: int(Grace / time.Second)},
		{Slug: "abandon", TimeLimitSeconds: &seconds, OverdueHandling: catalog.AutoAbandon},
		{Slug: "endless"},
		{Slug: "instant", FeedbackMode: catalog.Immediate},
		{Slug: "beside", TimeLimitSeconds: &seconds, Sections: []*catalog.Section{{TopicCodes: []string{"AA1"}, Pick: 3}}},
		{Slug: "aside", Sections: []*catalog.Section{{TopicCodes: []string{"AA1"}, Pick: 2}}},
		{Slug: "twice", MaxAttempts: &twice, CooldownSeconds: int(Cooldown / time.Second)},
	}
	for _, q := range quizzes {
		q.Title, q.Summary, q.PassPercent = "A quiz", "For tests.", 50
		if q.Sections == nil {
			q.Sections = []*catalog.Section{{TopicCodes: []string{"BB1"}, InOrder: true}}
		}
		if q.FeedbackMode == "" {
			q.FeedbackMode = catalog.Deferred
		}
	}
	return quizzes
}
