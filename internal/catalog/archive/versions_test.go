package archive_test

import (
	"errors"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/seed"
)

func TestEveryVersionIsKept(t *testing.T) {
	ctx := t.Context()
	repository := catalogtest.Repository(t)
	library := &catalog.Library{}
	publish := func(loaded *seed.Loaded) {
		t.Helper()
		if _, err := seed.Apply(ctx, repository, loaded, seed.Options{Prune: true}); err != nil {
			t.Fatal(err)
		}
		if err := library.Refresh(ctx, repository); err != nil {
			t.Fatal(err)
		}
	}
	versions, err := archive.NewVersions(library, repository)
	if err != nil {
		t.Fatal(err)
	}
	stem := func(version int) string {
		t.Helper()
		q, err := versions.Question(ctx, "pillars", version)
		if err != nil {
			t.Fatal(err)
		}
		if q.Version != version || q.Options[0].ID() != "pillars.a" || q.Objective().Topic() == nil || q.Citations[0].Source().Slug != "guide" {
			t.Fatalf("version %d is not complete: %+v", version, q)
		}
		return q.Stem
	}

	publish(catalogtest.Load(t))
	first := stem(1)

	edited := catalogtest.Load(t)
	for _, q := range edited.Content.Questions {
		if q.Slug == "pillars" {
			q.Stem = "Which two of these stand for empiricism?"
		}
	}
	publish(edited)
	if stem(1) != first || stem(2) == first {
		t.Errorf("version 1 = %q, version 2 = %q", stem(1), stem(2))
	}
	if a, b := stem(1), stem(1); a != b {
		t.Errorf("%q, then %q", a, b)
	}

	for _, tt := range []struct {
		slug    string
		version int
	}{{"pillars", 3}, {"pillars", 0}, {"nobody", 1}} {
		if _, err := versions.Question(ctx, tt.slug, tt.version); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s@%d: %v, want %v", tt.slug, tt.version, err, store.ErrNotFound)
		}
	}
}

func TestWhatIsNotPublishedIsKept(t *testing.T) {
	ctx := t.Context()
	library, repository := &catalog.Library{}, catalogtest.Repository(t)
	if _, err := seed.Apply(ctx, repository, catalogtest.Load(t), seed.Options{}); err != nil {
		t.Fatal(err)
	}
	versions, err := archive.NewVersions(library, repository)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := versions.Question(ctx, "old-question", 1); err == nil {
		t.Error("a question without any published content")
	}
	if err := library.Refresh(ctx, repository); err != nil {
		t.Fatal(err)
	}
	q, err := versions.Question(ctx, "old-question", 1)
	if err != nil {
		t.Fatal(err)
	}
	again, err := versions.Question(ctx, "old-question", 1)
	if err != nil || again != q {
		t.Errorf("loaded twice: %v", err)
	}
	current, err := library.Current()
	if err != nil {
		t.Fatal(err)
	}
	if q.Objective() != current.Objective("BB1.1") || q.Citations[0].Source() != current.Source("guide") {
		t.Error("it is not linked to the current content")
	}
}
