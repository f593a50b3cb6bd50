package seed_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/fault"
)

var errCrash = errors.New("the power went off")

// shelf is a repository in memory. It loses its power at a chosen write.
type shelf struct {
	mu        sync.Mutex
	kept      map[string]keptItem
	revision  int
	published string // the state that was last published
	writes    int
	powerAt   int         // the write that fails, from 1; 0 for none
	lateFault bool        // the failing write is kept all the same
	onWrite   func(n int) // called before the n-th write, without the lock
}

type keptItem struct {
	entry archive.Entry
	value any
}

func newShelf() *shelf { return &shelf{kept: map[string]keptItem{}} }

func (s *shelf) Entries(context.Context) ([]archive.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var entries []archive.Entry
	for _, k := range s.ordered() {
		entries = append(entries, k.entry)
	}
	return entries, nil
}

func (s *shelf) ordered() []keptItem {
	return slices.SortedFunc(maps.Values(s.kept), func(a, b keptItem) int {
		return cmp.Or(cmp.Compare(a.entry.Kind, b.entry.Kind), cmp.Compare(a.entry.Position, b.entry.Position), cmp.Compare(a.entry.ID, b.entry.ID))
	})
}

func (s *shelf) Items(context.Context) (*catalog.Content, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &catalog.Content{}
	for _, k := range s.ordered() {
		if k.entry.Retired {
			continue
		}
		switch v := k.value.(type) {
		case *catalog.Source:
			c.Sources = append(c.Sources, v)
		case *catalog.Role:
			c.Roles = append(c.Roles, v)
		case *catalog.Certification:
			c.Certifications = append(c.Certifications, v)
		case *catalog.Topic:
			c.Topics = append(c.Topics, v)
		case *catalog.Lesson:
			c.Lessons = append(c.Lessons, v)
		case *catalog.Term:
			c.Terms = append(c.Terms, v)
		case *catalog.Question:
			c.Questions = append(c.Questions, v)
		case *catalog.Quiz:
			c.Quizzes = append(c.Quizzes, v)
		case *catalog.Course:
			c.Courses = append(c.Courses, v)
		}
	}
	return c, nil
}

func (s *shelf) Put(_ context.Context, item catalog.Item, seed string, was *archive.Entry) error {
	return s.write(func() error {
		next := archive.Entry{Kind: item.Kind, ID: item.ID, Rev: 1, Version: 1, Position: item.Position, Digest: item.Digest}
		stored, exists := s.kept[item.ID]
		if exists != (was != nil) || exists && stored.entry.Rev != was.Rev {
			return fault.New(fault.Conflict, "%s was changed meanwhile", item.ID)
		}
		if exists {
			next.Rev, next.Version, next.SeedDigest, next.Seed = was.Rev+1, was.Version, was.SeedDigest, was.Seed
			if was.Digest != item.Digest {
				next.Version++
			}
		}
		if seed != "" {
			next.SeedDigest, next.Seed = item.Digest, seed
		}
		s.kept[item.ID] = keptItem{entry: next, value: item.Value}
		return nil
	})
}

func (s *shelf) Retire(_ context.Context, e archive.Entry) error {
	return s.write(func() error {
		stored := s.kept[e.ID]
		if stored.entry.Rev != e.Rev {
			return fault.New(fault.Conflict, "%s was changed meanwhile", e.ID)
		}
		stored.entry.Rev++
		stored.entry.Retired = true
		s.kept[e.ID] = stored
		return nil
	})
}

func (s *shelf) Publish(context.Context) (revision catalog.Revision, isNew bool, err error) {
	s.mu.Lock()
	state := s.state()
	current, number := s.published, s.revision
	s.mu.Unlock()
	if state == current {
		return catalog.Revision{Number: number}, false, nil
	}
	err = s.write(func() error {
		if s.published != current {
			return fault.New(fault.Conflict, "somebody else published")
		}
		s.revision++
		s.published = state
		revision, isNew = catalog.Revision{Number: s.revision}, true
		return nil
	})
	return revision, isNew, err
}

// state says which items there are, in which order and edition.
func (s *shelf) state() string {
	state := ""
	for _, k := range s.ordered() {
		state += fmt.Sprintf("%s %d %s %t\n", k.entry.ID, k.entry.Position, k.entry.Digest, k.entry.Retired)
	}
	return state
}

func (s *shelf) write(change func() error) error {
	s.mu.Lock()
	s.writes++
	n := s.writes
	s.mu.Unlock()
	if s.onWrite != nil {
		s.onWrite(n)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.powerAt > 0 && n >= s.powerAt {
		if s.lateFault && n == s.powerAt {
			return errors.Join(errCrash, change())
		}
		return errCrash
	}
	return change()
}

// edit changes a term as a trainer does.
func (s *shelf) edit(id, definition string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored := s.kept[id]
	term := *stored.value.(*catalog.Term)
	term.Definition = definition
	stored.value = &term
	stored.entry.Rev++
	stored.entry.Version++
	stored.entry.Digest = digestOf(&term)
	s.kept[id] = stored
}

func (s *shelf) definition(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[id].value.(*catalog.Term).Definition
}

func digestOf(t *catalog.Term) string {
	items, err := (&catalog.Content{Terms: []*catalog.Term{t}}).Items()
	if err != nil {
		panic(err)
	}
	return items[0].Digest
}
