package archive_test

import (
	"errors"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/catalog/check"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/seed"
)

func TestRepository(t *testing.T) {
	catalogtest.TestRepository(t, func(t *testing.T) store.Engine {
		engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := engine.Close(); err != nil {
				t.Error(err)
			}
		})
		return engine
	})
}

func TestRepositoryRefusesWhatItDoesNotKeep(t *testing.T) {
	repository := catalogtest.Repository(t)
	if err := repository.Put(t.Context(), catalog.Item{Kind: catalog.KindSkill, ID: "skill/facilitation"}, seed.Program, nil); err == nil {
		t.Error("a skill is stored, which belongs to its role")
	}
	if err := repository.Put(t.Context(), catalog.Item{Kind: catalog.KindTerm, ID: "term/done", Value: &catalog.Topic{}}, seed.Program, nil); err == nil {
		t.Error("a topic is stored among terms")
	}
	if err := repository.Retire(t.Context(), archive.Entry{Kind: catalog.KindSkill, ID: "skill/facilitation"}); err == nil {
		t.Error("a skill is retired")
	}
}

// What a database holds may come from elsewhere: none of it is published
// before it was checked.
func TestContentWithProblemsIsNotPublished(t *testing.T) {
	repository := catalogtest.Repository(t)
	items, err := (&catalog.Content{Terms: []*catalog.Term{{Slug: "done", RelatedSlugs: []string{"missing"}}}}).Items()
	if err != nil {
		t.Fatal(err)
	}
	if err := repository.Put(t.Context(), items[0], seed.Program, nil); err != nil {
		t.Fatal(err)
	}
	if _, _, err := repository.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	library := &catalog.Library{}
	err = library.Refresh(t.Context(), repository)
	if _, ok := errors.AsType[*check.Error](err); !ok {
		t.Errorf("err = %v, want one that names the problems", err)
	}
	if _, err := library.Current(); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("something is published: %v", err)
	}
}
