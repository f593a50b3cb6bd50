package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/scrumkb/scrumkb/internal/store"
)

func (d *documents) Find(ctx context.Context, selection store.Selection, row func(decode func(into any) error) error) error {
	return d.rows(ctx, query{
		filter: filterOf(selection), sort: sortOf(selection), part: selection.Part, limit: selection.Limit,
	}, row)
}

// query is a find command.
type query struct {
	filter, sort bson.D // sort may be nil
	part         store.Part
	limit        int // 0 means none
}

// command is sent as is, because the driver's own Find leaves out maxTimeMS:
// the server would continue a query that nobody waits for. A limited query is
// answered in one batch, unless that exceeds 16 MiB.
func (q query) command(collection string) bson.D {
	command := bson.D{{Key: "find", Value: collection}, {Key: "filter", Value: q.filter}}
	if len(q.sort) > 0 {
		command = append(command, bson.E{Key: "sort", Value: q.sort})
	}
	if q.part.Heads {
		command = append(command, bson.E{Key: "projection", Value: projectionOf(q.part)})
	}
	if q.limit > 0 {
		// With a batch of the limit itself a server would keep the cursor open.
		command = append(command, bson.E{Key: "limit", Value: q.limit}, bson.E{Key: "batchSize", Value: q.limit + 1})
	}
	return command
}

func projectionOf(part store.Part) bson.D {
	projection := bson.D{{Key: "_id", Value: 1}, {Key: "rev", Value: 1}}
	for _, f := range part.Fields {
		projection = append(projection, bson.E{Key: f.Path, Value: 1})
	}
	return projection
}

// rows calls row for each document that the query selects.
func (d *documents) rows(ctx context.Context, q query, row func(decode func(into any) error) error) error {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	command := q.command(d.collection.Name())
	cursor, err := d.engine.database.RunCommandCursor(ctx, command)
	if isTransient(err) { // as the driver does for its own reads
		cursor, err = d.engine.database.RunCommandCursor(ctx, command)
	}
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

// filterOf combines the conditions with $and, because several may concern one
// field.
func filterOf(s store.Selection) bson.D {
	all := bson.A{}
	add := func(path, operator string, value any) {
		all = append(all, bson.D{{Key: path, Value: bson.D{{Key: operator, Value: value}}}})
	}
	for _, e := range s.Equal {
		add(e.Field.Path, "$eq", e.Value)
	}
	if s.In != nil {
		add(s.In.Field.Path, "$in", s.In.Values)
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
