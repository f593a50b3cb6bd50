package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/scrumkb/scrumkb/internal/store"
)

func (d *documents) Find(ctx context.Context, selection store.Selection, row func(decode func(into any) error) error) error {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	order := options.Find().SetSort(sortOf(selection)).SetLimit(int64(selection.Limit))
	cursor, err := d.collection.Find(ctx, filterOf(selection), order)
	if err != nil {
		return failure(caller, err)
	}
	defer cursor.Close(ctx) //nolint:errcheck // cursor.Err reports what matters
	decode := func(into any) error { return bson.Unmarshal(cursor.Current, into) }
	for cursor.Next(ctx) {
		if err := row(decode); err != nil {
			return err
		}
	}
	return failure(caller, cursor.Err())
}

func (d *documents) Count(ctx context.Context, selection store.Selection) (int64, error) {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	n, err := d.collection.CountDocuments(ctx, filterOf(selection))
	return n, failure(caller, err)
}

func sortOf(s store.Selection) bson.D {
	byID := bson.E{Key: "_id", Value: direction(s.Descending)}
	if s.Sort.Path == "" || s.Sort.Path == "_id" {
		return bson.D{byID}
	}
	return bson.D{{Key: s.Sort.Path, Value: direction(s.Descending)}, byID}
}

// filterOf joins the conditions by $and, because several may be on one field.
func filterOf(s store.Selection) bson.D {
	all := bson.A{}
	add := func(path, operator string, value any) {
		all = append(all, bson.D{{Key: path, Value: bson.D{{Key: operator, Value: value}}}})
	}
	for _, e := range s.Equal {
		add(e.Field.Path, "$eq", e.Value)
	}
	if r := s.Range; r != nil && r.From != nil {
		add(r.Field.Path, "$gte", r.From)
	}
	if r := s.Range; r != nil && r.To != nil {
		add(r.Field.Path, "$lt", r.To)
	}
	if s.After != nil {
		beyond := "$gt"
		if s.Descending {
			beyond = "$lt"
		}
		if s.Sort.Path == "_id" {
			add("_id", beyond, s.After.ID)
		} else {
			all = append(all, afterPosition(s, beyond))
		}
	}
	if len(all) == 0 {
		return bson.D{}
	}
	return bson.D{{Key: "$and", Value: all}}
}

// afterPosition is written so that the planner can walk the index from the
// position: one branch for the rest of the equal values, one for what follows.
func afterPosition(s store.Selection, beyond string) bson.D {
	path, at := s.Sort.Path, s.After
	return bson.D{{Key: "$or", Value: bson.A{
		bson.D{{Key: path, Value: bson.D{{Key: beyond, Value: at.Value}}}},
		bson.D{
			{Key: path, Value: bson.D{{Key: "$eq", Value: at.Value}}},
			{Key: "_id", Value: bson.D{{Key: beyond, Value: at.ID}}},
		},
	}}}
}
