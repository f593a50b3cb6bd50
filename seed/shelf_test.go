package seed_test

import (
	"context"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
	"github.com/scrumkb/scrumkb/seed"
)

var background = context.Background()

// shelf is a repository with the means to crash, and to edit as people do.
type shelf struct {
	*archive.Repository
	engine *storetest.Engine
}

func newShelf(t testing.TB) *shelf {
	t.Helper()
	engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: t.TempDir(), Hurry: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &shelf{engine: storetest.Count(engine)}
	if s.Repository, err = archive.Open(t.Context(), s.engine, time.Now); err != nil {
		t.Fatal(err)
	}
	return s
}

// failer is a *testing.T or a *rapid.T.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func (s *shelf) newest(t failer) *archive.Edition {
	t.Helper()
	newest, err := s.Newest(background)
	if err != nil {
		t.Fatal(err)
	}
	return newest
}

func (s *shelf) entry(t failer, id string) *archive.Entry {
	t.Helper()
	entries := s.newest(t).Entries
	for i := range entries {
		if entries[i].ID == id {
			return &entries[i]
		}
	}
	return nil
}

// definition returns that of a published term, or "".
func (s *shelf) definition(t failer, slug string) string {
	t.Helper()
	for _, term := range s.newest(t).Content.Terms {
		if term.Slug == slug {
			return term.Definition
		}
	}
	return ""
}

// edit changes the definition of a term as a person does.
func (s *shelf) edit(t failer, slug, definition string) {
	t.Helper()
	s.change(t, catalog.KindTerm.ID(slug), func(c *catalog.Content) {
		for _, term := range c.Terms {
			if term.Slug == slug {
				term.Definition = definition
			}
		}
	})
}

// editLesson changes the summary of a lesson.
func (s *shelf) editLesson(t failer, slug, summary string) {
	t.Helper()
	s.change(t, catalog.KindLesson.ID(slug), func(c *catalog.Content) {
		for _, lesson := range c.Lessons {
			if lesson.Slug == slug {
				lesson.Summary = summary
			}
		}
	})
}

// change publishes an edit of the item with the id.
func (s *shelf) change(t failer, id string, edit func(*catalog.Content)) {
	t.Helper()
	newest := s.newest(t)
	edit(newest.Content)
	items, err := newest.Content.Items()
	if err != nil {
		t.Fatal(err)
	}
	for i := range items {
		if items[i].ID != id {
			continue
		}
		change := archive.Change{ID: id, Kind: items[i].Kind, Item: &items[i], Base: s.entry(t, id)}
		if _, _, err := s.Publish(background, archive.Publication{Changes: []archive.Change{change}}); err != nil {
			t.Fatal(err)
		}
	}
}

func apply(t failer, s *shelf, loaded *seed.Loaded, opts seed.Options) seed.Applied {
	t.Helper()
	applied, err := seed.Apply(background, s.Repository, loaded, opts)
	if err != nil {
		t.Fatal(err)
	}
	return applied
}
