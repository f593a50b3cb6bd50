package ferrettest_test

import (
	"os"
	"testing"

	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/mongostore"
	"github.com/scrumkb/scrumkb/internal/store/mongostore/ferrettest"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Engine { return openAt(t, ferrettest.Start(t)) })
}

func TestUniqueOnReplace(t *testing.T) {
	if os.Getenv("MONGODB_TEST_URI") == "" {
		t.Skip("FerretDB does not report duplicates caused by replacements; set MONGODB_TEST_URI to test them")
	}
	storetest.UniqueOnReplace(t, openAt(t, ferrettest.Start(t)))
}

func TestManyInChunks(t *testing.T) {
	if os.Getenv("MONGODB_TEST_URI") == "" {
		t.Skip("FerretDB takes longer than the program's timeout for a thousand replacements")
	}
	storetest.ManyInChunks(t, openAt(t, ferrettest.Start(t)))
}

func TestSurvivesKill(t *testing.T) {
	storetest.SurvivesKill(t, ferrettest.Start(t), openAt)
}

func openAt(t *testing.T, uri string) store.Engine {
	t.Helper()
	return open(t, mongostore.Options{URI: uri})
}

func open(t testing.TB, o mongostore.Options) store.Engine {
	t.Helper()
	e, err := mongostore.Open(t.Context(), o)
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
