package sqlitestore_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, openNew)
	t.Run("UniqueOnReplace", func(t *testing.T) { storetest.UniqueOnReplace(t, openNew(t)) })
	t.Run("ManyInChunks", func(t *testing.T) { storetest.ManyInChunks(t, openNew(t)) })
}

func TestSurvivesKill(t *testing.T) {
	storetest.SurvivesKill(t, t.TempDir(), openIn)
}

func openNew(t *testing.T) store.Engine { return openIn(t, t.TempDir()) }

func openIn(t *testing.T, dir string) store.Engine {
	t.Helper()
	e, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}
