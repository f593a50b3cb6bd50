// Package ferrettest runs tests against a MongoDB-compatible server, FerretDB
// v1, inside the test process, or against the MongoDB that MONGODB_TEST_URI
// names. It is a separate module, so that FerretDB never becomes part of the
// program.
package ferrettest

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Start returns the URI of an empty database, which is removed when the test
// ends.
//
// Unless MONGODB_TEST_URI is set, it runs a server on a loopback port. The URI
// then allows only one connection, because this server's updates are not
// atomic across connections.
func Start(t testing.TB) (uri string) {
	t.Helper()
	if given := os.Getenv("MONGODB_TEST_URI"); given != "" {
		return newDatabase(t, given)
	}
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Logger:    slog.New(slog.DiscardHandler),
		Handler:   "sqlite",
		SQLiteURL: "file:" + t.TempDir() + "/",
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error)
	go func() { stopped <- server.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
	return server.MongoDBURI() + "?maxPoolSize=1"
}

// newDatabase returns the server's URI with a database name that is unique to
// the test.
func newDatabase(t testing.TB, server string) string {
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
