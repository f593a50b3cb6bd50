package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/scrumkb/scrumkb/internal/store"
)

// completedCollection records which fields every document of a collection has,
// so that only a newly declared one needs a pass over the documents.
const completedCollection = "completed_fields"

type completed struct {
	Collection string   `bson:"_id"`
	Fields     []string `bson:"fields"`
}

// Ensure implements store.Engine. Each of its steps may be repeated.
func (e *Engine) Ensure(ctx context.Context, schema store.Schema) (store.Documents, error) {
	collection := e.database.Collection(schema.Name)
	if err := e.complete(ctx, collection, schema); err != nil {
		return nil, fmt.Errorf("completing documents of %s: %w", schema.Name, failure(ctx, err))
	}
	if err := createIndexes(ctx, collection.Indexes(), schema.Indexes); err != nil {
		return nil, fmt.Errorf("creating indexes of %s: %w", schema.Name, failure(ctx, err))
	}
	return &documents{engine: e, collection: collection, shard: schema.Shard}, nil
}

func (e *Engine) complete(ctx context.Context, collection *mongo.Collection, schema store.Schema) error {
	memory := e.database.Collection(completedCollection)
	known := completed{Collection: schema.Name}
	isThis := bson.D{{Key: "_id", Value: schema.Name}}
	err := memory.FindOne(ctx, isThis).Decode(&known)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return err
	}
	before := len(known.Fields)
	for _, f := range schema.Fields {
		if f.Optional || slices.Contains(known.Fields, f.Path) {
			continue
		}
		lacking := bson.D{{Key: f.Path, Value: bson.D{{Key: "$exists", Value: false}}}}
		zero := bson.D{{Key: "$set", Value: bson.D{{Key: f.Path, Value: f.Zero()}}}}
		if _, err := collection.UpdateMany(ctx, lacking, zero); err != nil {
			return err
		}
		known.Fields = append(known.Fields, f.Path)
	}
	if len(known.Fields) == before {
		return nil
	}
	_, err = memory.ReplaceOne(ctx, isThis, known, options.Replace().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) {
		return nil // another process that starts at the same time was first
	}
	return err
}

func createIndexes(ctx context.Context, view mongo.IndexView, indexes []store.SchemaIndex) error {
	existing, err := view.ListSpecifications(ctx)
	if err != nil {
		return err
	}
	for _, index := range indexes {
		keys, err := bson.Marshal(keysOf(index))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(existing, func(s mongo.IndexSpecification) bool { return s.Name == index.Name })
		if i >= 0 && sameIndex(existing[i], index) {
			continue
		}
		if i >= 0 {
			if err := view.DropOne(ctx, index.Name); err != nil {
				return err
			}
		}
		model := mongo.IndexModel{Keys: bson.Raw(keys), Options: options.Index().SetName(index.Name).SetUnique(index.Unique)}
		if _, err := view.CreateOne(ctx, model); err != nil {
			return fmt.Errorf("creating index %s: %w", index.Name, err)
		}
	}
	return nil
}

func keysOf(index store.SchemaIndex) bson.D {
	keys := make(bson.D, len(index.Keys))
	for i, key := range index.Keys {
		keys[i] = bson.E{Key: key.Path, Value: direction(key.Descending)}
	}
	return keys
}

func direction(descending bool) int {
	if descending {
		return -1
	}
	return 1
}

// sameIndex compares directions as numbers, because servers return them as
// different numeric types.
func sameIndex(have mongo.IndexSpecification, want store.SchemaIndex) bool {
	elements, err := have.KeysDocument.Elements()
	if err != nil || len(elements) != len(want.Keys) || want.Unique != (have.Unique != nil && *have.Unique) {
		return false
	}
	for i, element := range elements {
		number, ok := element.Value().AsInt64OK()
		if !ok || element.Key() != want.Keys[i].Path || number != int64(direction(want.Keys[i].Descending)) {
			return false
		}
	}
	return true
}
