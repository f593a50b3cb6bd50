package archive_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

func TestRepository(t *testing.T) {
	catalogtest.TestRepository(t, func(t *testing.T) store.Engine {
		engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: t.TempDir(), Hurry: true})
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
