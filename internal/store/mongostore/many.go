package mongostore

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/scrumkb/scrumkb/internal/store"
)

func (d *documents) GetMany(ctx context.Context, ids []string, part store.Part, row func(decode func(into any) error) error) error {
	return d.rows(ctx, query{filter: d.byIDs(ids), part: part, limit: len(ids)}, row)
}

func (d *documents) InsertMany(ctx context.Context, docs []store.Document) (duplicates []int, err error) {
	raws, err := encodeAll(docs)
	if err != nil {
		return nil, err
	}
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	_, err = d.collection.InsertMany(ctx, raws, options.InsertMany().SetOrdered(false))
	refused, ok := errors.AsType[mongo.BulkWriteException](err)
	if !ok {
		return nil, failure(caller, err)
	}
	if refused.WriteConcernError != nil {
		return nil, failure(caller, refused.WriteConcernError)
	}
	for _, e := range refused.WriteErrors {
		if !mongo.IsDuplicateKeyError(e.WriteError) {
			return nil, failure(caller, e.WriteError)
		}
		duplicates = append(duplicates, e.Index)
	}
	slices.Sort(duplicates)
	return duplicates, nil
}

// ReplaceMany does not ask for the result of each single replacement, which not
// every server version returns: if the total falls short, it reads what is
// stored now.
func (d *documents) ReplaceMany(ctx context.Context, docs []store.Document) (stale []int, err error) {
	raws, err := encodeAll(docs)
	if err != nil {
		return nil, err
	}
	models := make([]mongo.WriteModel, len(docs))
	for i, doc := range docs {
		filter := append(d.byID(doc.ID), bson.E{Key: "rev", Value: doc.Rev})
		models[i] = mongo.NewReplaceOneModel().SetFilter(filter).SetReplacement(raws[i])
	}
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	result, err := d.collection.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	if err != nil {
		return nil, failure(caller, err)
	}
	if int(result.MatchedCount) == len(docs) {
		return nil, nil
	}
	return d.differing(ctx, docs, raws)
}

// differing returns the indexes of the documents that are not stored as given.
func (d *documents) differing(ctx context.Context, docs []store.Document, raws []bson.Raw) (indexes []int, err error) {
	ids := make([]string, len(docs))
	for i, doc := range docs {
		ids[i] = doc.ID
	}
	stored := make(map[string]bson.Raw, len(ids))
	err = d.GetMany(ctx, ids, store.Part{}, func(decode func(any) error) error {
		var raw bson.Raw
		if err := decode(&raw); err != nil {
			return err
		}
		stored[raw.Lookup("_id").StringValue()] = bytes.Clone(raw)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		if !bytes.Equal(stored[id], raws[i]) {
			indexes = append(indexes, i)
		}
	}
	return indexes, nil
}

// DeleteWhere leaves the work to the server, which lets others write in
// between.
func (d *documents) DeleteWhere(ctx context.Context, equal []store.Equality) (deleted int, more bool, err error) {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	result, err := d.collection.DeleteMany(ctx, filterOf(store.Selection{Equal: equal}))
	if err != nil {
		return 0, false, failure(caller, err)
	}
	return int(result.DeletedCount), false, nil
}

// byIDs selects documents and, in a cluster, the shards that have them.
func (d *documents) byIDs(ids []string) bson.D {
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
	if d.shard == nil {
		return filter
	}
	values := make([]string, len(ids))
	for i, id := range ids {
		values[i] = d.shard.Of(id)
	}
	slices.Sort(values)
	return append(filter, bson.E{Key: d.shard.Field, Value: bson.D{{Key: "$in", Value: slices.Compact(values)}}})
}

func encodeAll(docs []store.Document) ([]bson.Raw, error) {
	raws := make([]bson.Raw, len(docs))
	for i, doc := range docs {
		raw, err := encode(doc.Doc)
		if err != nil {
			return nil, err
		}
		raws[i] = raw
	}
	return raws, nil
}
