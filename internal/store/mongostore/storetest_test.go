package mongostore_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/mongostore"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

func TestStore(t *testing.T) {
	server := testServer(t)
	storetest.Run(t, func(t *testing.T) store.Engine { return openAt(t, newDatabase(t, server)) })
	t.Run("UniqueOnReplace", func(t *testing.T) { storetest.UniqueOnReplace(t, openAt(t, newDatabase(t, server))) })
}

func TestSurvivesKill(t *testing.T) {
	storetest.SurvivesKill(t, newDatabase(t, testServer(t)), openAt)
}

func testServer(t *testing.T) string {
	t.Helper()
	uri := os.Getenv("MONGODB_TEST_URI")
	if uri == "" {
		t.Skip("MONGODB_TEST_URI is not set; go test in the module ferrettest runs this on FerretDB")
	}
	return uri
}

// newDatabase returns the server's URI with the name of a database of the
// test's own, which is dropped in the end.
func newDatabase(t *testing.T, server string) string {
	t.Helper()
	scheme, rest, _ := strings.Cut(server, "://")
	address, query, _ := strings.Cut(rest, "?")
	hosts, _, _ := strings.Cut(address, "/")
	name := "scrumkb_test_" + uuid.NewString()
	t.Cleanup(func() {
		client, err := mongo.Connect(options.Client().ApplyURI(server))
		if err != nil {
			t.Error(err)
			return
		}
		if err := client.Database(name).Drop(context.Background()); err != nil {
			t.Error(err)
		}
		if err := client.Disconnect(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return scheme + "://" + hosts + "/" + name + "?" + query
}

func openAt(t *testing.T, uri string) store.Engine {
	t.Helper()
	e, err := mongostore.Open(t.Context(), mongostore.Options{URI: uri})
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
