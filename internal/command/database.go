package command

import (
	"context"
	"fmt"
	"os"

	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/mongostore"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

// dataSettings configure where the program stores its own files.
type dataSettings struct {
	DataDir word `name:"data-dir" env:"SCRUMKB_DATA_DIR" default:"scrumkb-data" placeholder:"DIR" help:"Directory of the embedded database and of the keys (default ${default}); created when it is missing."`
}

// check fails if the directory is unusable, before anything is created in it.
func (s dataSettings) check() []error {
	info, err := os.Stat(s.DataDir.value)
	if err == nil && !info.IsDir() {
		return []error{fmt.Errorf("--data-dir: the data directory %s is a file", s.DataDir.value)}
	}
	return nil
}

// databaseSettings configure where content and records are stored.
type databaseSettings struct {
	dataSettings
	MongodbURI setting[string, mongodbURI] `name:"mongodb-uri" env:"MONGODB_URI" placeholder:"URI" help:"Use this MongoDB, 7 or later, instead of the embedded database; such as mongodb://localhost:27017/scrumkb."`
}

type mongodbURI struct{}

// read never quotes the URI, which may contain a password.
func (mongodbURI) read(text string) (string, error) {
	if err := mongostore.CheckURI(text); err != nil {
		return "", fmt.Errorf("the MongoDB URI %w", err)
	}
	return text, nil
}

// open connects to the database, and fails if it does not answer.
func (s databaseSettings) open(ctx context.Context) (store.Engine, error) {
	return s.openWith(ctx, sqlitestore.Options{Dir: s.DataDir.value})
}

// openWith opens the embedded database with the given options.
func (s databaseSettings) openWith(ctx context.Context, embedded sqlitestore.Options) (store.Engine, error) {
	if uri := s.MongodbURI.value; uri != "" {
		return mongostore.Open(ctx, mongostore.Options{URI: uri})
	}
	return sqlitestore.Open(ctx, embedded)
}
