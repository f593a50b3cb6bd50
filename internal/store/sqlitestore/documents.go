package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/scrumkb/scrumkb/internal/store"
)

// documents implements store.Documents on a table with the encoded document and
// a column per declared field.
type documents struct {
	engine *Engine
	fields []store.Field

	table                                string
	get, insert, replace, remove, exists string // statements
}

func newDocuments(e *Engine, schema store.Schema) *documents {
	table := quoted(schema.Name)
	var columns, holes, assignments strings.Builder
	for _, f := range schema.Fields {
		column := quoted(f.Path)
		columns.WriteString(column + ", ")
		holes.WriteString("?, ")
		assignments.WriteString(column + " = ?, ")
	}
	return &documents{
		engine:  e,
		fields:  schema.Fields,
		table:   table,
		get:     fmt.Sprintf(`SELECT doc FROM %s WHERE _id = ?`, table),
		insert:  fmt.Sprintf(`INSERT INTO %s (%sdoc, _id, rev) VALUES (%s?, ?, 1)`, table, columns.String(), holes.String()),
		replace: fmt.Sprintf(`UPDATE %s SET %sdoc = ?, rev = rev + 1 WHERE _id = ? AND rev = ?`, table, assignments.String()),
		remove:  fmt.Sprintf(`DELETE FROM %s WHERE _id = ? AND rev = ?`, table),
		exists:  fmt.Sprintf(`SELECT 1 FROM %s WHERE _id = ?`, table),
	}
}

func (d *documents) Get(ctx context.Context, id string, into any) error {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	var doc []byte
	err := d.engine.readers.scan(ctx, d.get, []any{id}, &doc)
	if errors.Is(err, sql.ErrNoRows) {
		return store.ErrNotFound
	}
	if err != nil {
		return failure(caller, err)
	}
	return bson.Unmarshal(doc, into)
}

func (d *documents) Insert(ctx context.Context, id string, doc any) error {
	values, err := d.encode(doc)
	if err != nil {
		return err
	}
	_, err = d.write(ctx, d.insert, append(values, id))
	return err
}

func (d *documents) Replace(ctx context.Context, id string, rev int64, doc any) error {
	values, err := d.encode(doc)
	if err != nil {
		return err
	}
	replaced, err := d.write(ctx, d.replace, append(values, id, rev))
	if err != nil || replaced > 0 {
		return err
	}
	return d.reasonNotWritten(ctx, id)
}

func (d *documents) Delete(ctx context.Context, id string, rev int64) error {
	deleted, err := d.write(ctx, d.remove, []any{id, rev})
	if err != nil || deleted > 0 {
		return err
	}
	return d.reasonNotWritten(ctx, id)
}

// encode returns the declared fields' values and, last, the document.
func (d *documents) encode(doc any) ([]any, error) {
	raw, err := bson.Marshal(doc)
	if err != nil {
		return nil, err
	}
	if len(raw) > store.MaxDocument {
		return nil, store.ErrTooLarge
	}
	values, err := columnsOf(raw, d.fields)
	return append(values, raw), err
}

func (d *documents) write(ctx context.Context, text string, args []any) (rows int64, err error) {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	rows, err = d.engine.writer.exec(ctx, text, args...)
	return rows, failure(caller, err)
}

func (d *documents) reasonNotWritten(ctx context.Context, id string) error {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	var one int
	err := d.engine.readers.scan(ctx, d.exists, []any{id}, &one)
	if errors.Is(err, sql.ErrNoRows) {
		return store.ErrNotFound
	}
	if err != nil {
		return failure(caller, err)
	}
	return store.ErrStale
}
