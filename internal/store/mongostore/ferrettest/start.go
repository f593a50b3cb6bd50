// Package ferrettest runs tests against a MongoDB-compatible server, FerretDB
// v1, inside the test process. It is a module of its own, so that nothing of
// FerretDB enters the program.
package ferrettest

import (
	"context"
	"log/slog"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// Start runs a server with an empty database on a loopback port until the test
// ends, and returns its URI. The URI allows one connection only, because this
// server's updates are not atomic across connections.
func Start(t testing.TB) (uri string) {
	t.Helper()
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
