package command

import (
	"slices"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

// withoutLearners lists the collections, besides the content, that no learner
// owns, and why a deletion leaves nothing about a learner in them.
var withoutLearners = map[string]string{
	"cohorts":   "trainers, who are removed before a deletion begins",
	"deletions": "markers, which are removed once the deletion has settled",
}

// TestLearnersOwnTheirCollections fails if a collection is opened that
// learners can neither see nor delete.
func TestLearnersOwnTheirCollections(t *testing.T) {
	engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	repository, err := archive.Open(t.Context(), engine, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	c := &serveCommand{}
	c.DataDir.value, c.Issuer.value = t.TempDir(), "test"
	l := storetest.Count(engine)
	p, err := c.assemble(t.Context(), l, &catalog.Library{}, repository, nil)
	if err != nil {
		t.Fatal(err)
	}
	var owned []string
	for _, c := range p.records.OwnData.Engine().Collections() {
		owned = append(owned, c.Name())
	}
	if !slices.Contains(owned, "attempts") {
		t.Errorf("attempts are not among the owned collections: %v", owned)
	}
	for _, name := range l.Collections() {
		if _, ok := withoutLearners[name]; !ok && !slices.Contains(owned, name) {
			t.Errorf("%s: give its documents a field learner_id and open it on OwnData.Engine, or explain here why it holds nothing about a learner", name)
		}
	}
	for name := range withoutLearners {
		if !slices.Contains(l.Collections(), name) || slices.Contains(owned, name) {
			t.Errorf("%s is no longer opened, or is owned by learners", name)
		}
	}
}
