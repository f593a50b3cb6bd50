package command

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/mongostore"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

// databaseSettings say where the content is kept.
type databaseSettings struct {
	DataDir    string `name:"data-dir" env:"SCRUMKB_DATA_DIR" default:"scrumkb-data" placeholder:"DIR" help:"Directory of the embedded database (default ${default}); created when it is missing."`
	MongodbURI string `name:"mongodb-uri" env:"MONGODB_URI" placeholder:"URI" help:"Use this MongoDB, 7 or later, instead of the embedded database; such as mongodb://localhost:27017/scrumkb."`
}

// open connects to the database, and fails when it does not answer.
func (s databaseSettings) open(ctx context.Context) (store.Engine, error) {
	if s.MongodbURI != "" {
		return mongostore.Open(ctx, mongostore.Options{URI: s.MongodbURI})
	}
	return sqlitestore.Open(ctx, sqlitestore.Options{Dir: s.DataDir})
}
