// Package catalogtest has a small knowledge base with one of everything, for
// tests of other packages.
package catalogtest

import (
	"context"
	"embed"
	"io/fs"
	"sync"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/seed"
)

//go:embed content
var content embed.FS

// PublishedAt is the time of everything in it.
var PublishedAt = time.Date(2026, time.November, 23, 9, 30, 0, 125_000_000, time.UTC)

// Content returns a copy of the knowledge base that the test may change.
func Content(t testing.TB) *catalog.Content {
	t.Helper()
	return Load(t).Content
}

// Load returns the knowledge base as loaded from seed files.
func Load(t testing.TB) *seed.Loaded {
	t.Helper()
	files, err := fs.Sub(content, "content")
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := seed.Load(files, nil)
	if err != nil {
		t.Fatalf("loading the test content:\n%v", err)
	}
	return loaded
}

// Repository returns an empty repository on its own database.
func Repository(t testing.TB) *archive.Repository {
	t.Helper()
	engine, err := sqlitestore.Open(context.Background(), sqlitestore.Options{Dir: t.TempDir(), Hurry: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	repository, err := archive.Open(context.Background(), engine, func() time.Time { return PublishedAt })
	if err != nil {
		t.Fatal(err)
	}
	return repository
}

// Library returns a library in which the knowledge base has been published
// through a database. The libraries of a process share the snapshot, so that no
// test may change it.
func Library(t testing.TB) *catalog.Library {
	t.Helper()
	library := &catalog.Library{}
	library.Publish(shared.get(t))
	return library
}

// shared is the snapshot of all libraries, made by the first test that needs
// one.
var shared sharedSnapshot

type sharedSnapshot struct {
	mu       sync.Mutex
	snapshot *catalog.Snapshot
}

func (s *sharedSnapshot) get(t testing.TB) *catalog.Snapshot {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.snapshot != nil {
		return s.snapshot
	}
	repository := Repository(t)
	if _, err := seed.Apply(t.Context(), repository, Load(t), seed.Options{}); err != nil {
		t.Fatalf("applying the test content:\n%v", err)
	}
	library := &catalog.Library{}
	err := library.Refresh(t.Context(), repository)
	if err != nil {
		t.Fatal(err)
	}
	if s.snapshot, err = library.Current(); err != nil {
		t.Fatal(err)
	}
	return s.snapshot
}
