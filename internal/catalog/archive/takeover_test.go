package archive_test

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
	"github.com/scrumkb/scrumkb/seed"
)

// former opens a copy of a database that the last version of the program with
// the format before this one has left: testdata/former with one more term as the
// seed ours; then two questions edited, and that term retired.
func former(t *testing.T) *storetest.Engine {
	t.Helper()
	dir := t.TempDir()
	packed, err := os.Open("testdata/former.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close() //nolint:errcheck // opened for reading
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	database, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, sqlitestore.File), database, 0o600); err != nil {
		t.Fatal(err)
	}
	engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	return storetest.Count(engine)
}

// formerTerm is a current term in the format before.
type formerTerm struct {
	store.Meta `bson:",inline"`
	Version    int          `bson:"version"`
	Position   int          `bson:"position"`
	Digest     string       `bson:"digest"`
	SeedDigest string       `bson:"seed_digest"`
	Seed       string       `bson:"seed"`
	Retired    bool         `bson:"retired"`
	UpdatedAt  time.Time    `bson:"updated_at"`
	Item       catalog.Term `bson:"item"`
}

// leaveHalf adds a term as a publication of then that did not come to its end.
func leaveHalf(t *testing.T, engine store.Engine, related ...string) {
	t.Helper()
	terms, err := store.Open[formerTerm](t.Context(), engine, store.Spec{Name: "terms"})
	if err != nil {
		t.Fatal(err)
	}
	late := catalog.Term{Slug: "late", Name: "Late", Definition: "As it was.", RelatedSlugs: related, Citations: []*catalog.Citation{{SourceSlug: "guide"}}}
	if err := terms.Insert(t.Context(), &formerTerm{Meta: store.Meta{ID: "term/late"}, Version: 1, Position: 9, Digest: "x", SeedDigest: "x", Seed: "ours", Item: late}); err != nil {
		t.Fatal(err)
	}
}

func TestTakeOver(t *testing.T) {
	engine := former(t)
	repository := catalogtest.OpenRepository(t, engine)
	for range 2 {
		if err := repository.TakeOver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	newest, err := repository.Newest(t.Context())
	if err != nil || newest.Revision.Number != 2 {
		t.Fatalf("edition %d, %v; want 2, as it was", newest.Revision.Number, err)
	}
	loaded, err := seed.Read(os.DirFS("testdata/former"), "")
	if err != nil {
		t.Fatal(err)
	}
	edition := catalogtest.Edition(loaded.Content, catalog.Revision{})
	if diff := cmp.Diff(edition.Content, newest.Content, catalogtest.Authored()); diff != "" {
		t.Errorf("content differs (-want +got):\n%s", diff)
	}
	for _, e := range newest.Entries {
		edited := e.ID == "question/pillars" || e.ID == "question/usable-step"
		retired := e.ID == "term/gone" || e.ID == "question/old-question" || e.ID == "lesson/unfinished"
		if (e.Version == 2) != edited || e.Retired != retired || e.Seed != "ours" || e.Edited() {
			t.Errorf("%+v", e)
		}
	}

	library := &catalog.Library{}
	if err := library.Refresh(t.Context(), repository); err != nil {
		t.Fatal(err)
	}
	versions, err := archive.NewVersions(library, repository)
	if err != nil {
		t.Fatal(err)
	}
	if q, err := versions.Question(t.Context(), "pillars", 1); err != nil || q.Stem != "Which two of these are pillars of empiricism?" {
		t.Errorf("the replaced version: %v, %v", q, err)
	}

	applied, err := seed.Apply(t.Context(), repository, loaded, seed.Options{Seed: "ours", Prune: true})
	if err != nil || applied.Published {
		t.Errorf("the same seed again: %v, published %t, %v", applied.Plan, applied.Published, err)
	}
}

// Whatever interrupts it, a take-over is done the next time.
func TestTakeOverSurvivesCrashes(t *testing.T) {
	for write := 1; ; write++ {
		engine := former(t)
		repository := catalogtest.OpenRepository(t, engine)
		engine.CrashAt(write, write%2 == 0)
		err := repository.TakeOver(t.Context())
		engine.Revive()
		if err == nil {
			if write < 5 {
				t.Errorf("a take-over has %d writes", write-1)
			}
			return
		}
		if !errors.Is(err, storetest.ErrCrashed) {
			t.Fatal(err)
		}
		if err := repository.TakeOver(t.Context()); err != nil {
			t.Fatalf("after a crash at write %d: %v", write, err)
		}
		if r, err := repository.Latest(t.Context()); err != nil || r.Number != 2 {
			t.Fatalf("after a crash at write %d: edition %d, %v", write, r.Number, err)
		}
	}
}

func TestTakeOverOfWhatWasLeftHalfWritten(t *testing.T) {
	t.Run("Valid", func(t *testing.T) {
		engine := former(t)
		leaveHalf(t, engine)
		repository := catalogtest.OpenRepository(t, engine)
		if err := repository.TakeOver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if newest, err := repository.Newest(t.Context()); err != nil || newest.Revision.Number != 3 || len(newest.Content.Terms) != 3 {
			t.Errorf("edition %d, %v; want 3 with what was written", newest.Revision.Number, err)
		}
	})
	t.Run("Broken", func(t *testing.T) {
		engine := former(t)
		leaveHalf(t, engine, "never-written")
		repository := catalogtest.OpenRepository(t, engine)
		err := repository.TakeOver(t.Context())
		if !errors.Is(err, archive.ErrHalfWritten) || !strings.Contains(err.Error(), "seed apply") {
			t.Fatalf("err = %v, want %v", err, archive.ErrHalfWritten)
		}
		if r, err := repository.Latest(t.Context()); err != nil || r.Number != 0 {
			t.Errorf("edition %d is published, %v", r.Number, err)
		}
		whole := "terms:\n  - { slug: late, name: Late, definition: As it was., citations: [{ source: guide }] }\n"
		loaded, err := seed.Read(fstest.MapFS{"late.yaml": {Data: []byte(whole)}}, "")
		if err != nil {
			t.Fatal(err)
		}
		applied, err := seed.Apply(t.Context(), repository, loaded, seed.Options{Seed: "ours"})
		if err != nil || applied.Revision.Number != 3 {
			t.Errorf("edition %d, %v; want 3", applied.Revision.Number, err)
		}
		if err := repository.TakeOver(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
