package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
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
	if err := repository.Retire(t.Context(), catalog.Entry{Kind: catalog.KindSkill, ID: "skill/facilitation"}); err == nil {
		t.Error("a skill is retired")
	}
}

func TestDigestLeavesOutEmptyFields(t *testing.T) {
	digest := func(term catalog.Term) string {
		items, err := (&catalog.Content{Terms: []*catalog.Term{&term}}).Items()
		if err != nil {
			t.Fatal(err)
		}
		return items[0].Digest
	}
	bare := catalog.Term{Slug: "done", Name: "Done", Definition: "As agreed."}
	// Databases hold this digest: another one makes every start write all terms again.
	const known = "0a6d03ace7cec72241636786728b34ae9dd357b71ff1e2b28976eceb4fc1043c"
	if diff := cmp.Diff(known, digest(bare)); diff != "" {
		t.Errorf("digest differs (-known +got):\n%s", diff)
	}
	changed := bare
	changed.Aliases = []string{"DoD"}
	if digest(changed) == known {
		t.Error("a list with something in it does not change the digest")
	}
}
