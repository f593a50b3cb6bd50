package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/scrumkb/scrumkb/internal/store"
)

// documents implements store.Documents on a collection.
type documents struct {
	engine     *Engine
	collection *mongo.Collection
	shard      *store.Shard
}

func (d *documents) Get(ctx context.Context, id string, into any) error {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	raw, err := d.collection.FindOne(ctx, d.byID(id)).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return store.ErrNotFound
	}
	if err != nil {
		return failure(caller, err)
	}
	return bson.Unmarshal(raw, into)
}

func (d *documents) Insert(ctx context.Context, _ string, doc any) error {
	raw, err := encode(doc)
	if err != nil {
		return err
	}
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	_, err = d.collection.InsertOne(ctx, raw)
	return failure(caller, err)
}

func (d *documents) Replace(ctx context.Context, id string, rev int64, doc any) error {
	raw, err := encode(doc)
	if err != nil {
		return err
	}
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	result, err := d.collection.ReplaceOne(ctx, append(d.byID(id), bson.E{Key: "rev", Value: rev}), raw)
	if err != nil {
		return failure(caller, err)
	}
	if result.MatchedCount == 1 {
		return nil
	}
	return d.reasonNotWritten(ctx, caller, id)
}

func (d *documents) Delete(ctx context.Context, id string, rev int64) error {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	result, err := d.collection.DeleteOne(ctx, append(d.byID(id), bson.E{Key: "rev", Value: rev}))
	if err != nil {
		return failure(caller, err)
	}
	if result.DeletedCount == 1 {
		return nil
	}
	return d.reasonNotWritten(ctx, caller, id)
}

func (d *documents) reasonNotWritten(ctx, caller context.Context, id string) error {
	onlyID := options.FindOne().SetProjection(bson.D{{Key: "_id", Value: 1}})
	err := d.collection.FindOne(ctx, d.byID(id), onlyID).Err()
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return store.ErrNotFound
	case err != nil:
		return failure(caller, err)
	default:
		return store.ErrStale
	}
}

// byID selects one document and, in a cluster, the one shard that has it.
func (d *documents) byID(id string) bson.D {
	filter := bson.D{{Key: "_id", Value: id}}
	if d.shard != nil {
		filter = append(filter, bson.E{Key: d.shard.Field, Value: d.shard.Of(id)})
	}
	return filter
}

func encode(doc any) (bson.Raw, error) {
	raw, err := bson.Marshal(doc)
	if err != nil {
		return nil, err
	}
	if len(raw) > store.MaxDocument {
		return nil, store.ErrTooLarge
	}
	return raw, nil
}
