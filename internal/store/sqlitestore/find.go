package sqlitestore

import (
	"context"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/scrumkb/scrumkb/internal/store"
)

func (d *documents) Find(ctx context.Context, selection store.Selection, row func(decode func(into any) error) error) error {
	text, args := d.selectText(selection)
	return d.rows(ctx, text, args, selection.Part, row)
}

// rows calls row for each result of the query that selects the part.
func (d *documents) rows(ctx context.Context, text string, args []any, part store.Part, row func(decode func(into any) error) error) error {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	stmt, err := d.engine.readers.prepare(ctx, text)
	if err != nil {
		return failure(caller, err)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return failure(caller, err)
	}
	defer rows.Close()
	into, decode := d.scanned(part)
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return failure(caller, err)
		}
		if err := row(decode); err != nil {
			return err
		}
	}
	return failure(caller, rows.Err())
}

// scanned returns the destinations for a row of the part, and what decodes
// them.
func (d *documents) scanned(part store.Part) (into []any, decode func(into any) error) {
	if !part.Heads {
		var doc []byte
		return []any{&doc}, func(into any) error { return bson.Unmarshal(doc, into) }
	}
	values := make([]any, 2+len(part.Fields))
	for i := range values {
		into = append(into, &values[i])
	}
	return into, func(into any) error {
		raw, err := bson.Marshal(headOf(part.Fields, values))
		if err != nil {
			return err
		}
		return bson.Unmarshal(raw, into)
	}
}

func (d *documents) Count(ctx context.Context, selection store.Selection) (int64, error) {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	where, args := conditions(selection)
	var n int64
	err := d.engine.readers.scan(ctx, `SELECT count(*) FROM `+d.table+where, args, &n)
	return n, failure(caller, err)
}

func (d *documents) selectText(s store.Selection) (text string, args []any) {
	where, args := conditions(s)
	direction := "ASC"
	if s.Descending {
		direction = "DESC"
	}
	order := "_id " + direction
	if s.Sort.Path != "_id" {
		order = fmt.Sprintf("%s %s, %s", quoted(s.Sort.Path), direction, order)
	}
	limit := -1 // no limit
	if s.Limit > 0 {
		limit = s.Limit
	}
	return fmt.Sprintf(`SELECT %s FROM %s%s ORDER BY %s LIMIT ?`, columnsRead(s.Part), d.table, where, order), append(args, limit)
}

func conditions(s store.Selection) (where string, args []any) {
	var all []string
	add := func(condition string, values ...any) {
		all = append(all, condition)
		for _, v := range values {
			args = append(args, columnValue(v))
		}
	}
	for _, e := range s.Equal {
		add(quoted(e.Field.Path)+" = ?", e.Value)
	}
	if s.In != nil {
		values := filledUp(s.In.Values)
		all = append(all, fmt.Sprintf("%s IN (?%s)", quoted(s.In.Field.Path), strings.Repeat(", ?", len(values)-1)))
		args = append(args, values...)
	}
	if r := s.Range; r != nil && r.From != nil {
		add(quoted(r.Field.Path)+" >= ?", r.From)
	}
	if r := s.Range; r != nil && r.To != nil {
		add(quoted(r.Field.Path)+" < ?", r.To)
	}
	if s.After != nil {
		compare := ">"
		if s.Descending {
			compare = "<"
		}
		// A row comparison, because SQLite walks the index from there, which it
		// does not for the equivalent with OR.
		if s.Sort.Path == "_id" {
			add("_id "+compare+" ?", s.After.ID)
		} else {
			add(fmt.Sprintf("(%s, _id) %s (?, ?)", quoted(s.Sort.Path), compare), s.After.Value, s.After.ID)
		}
	}
	if len(all) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(all, " AND "), args
}
