package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/scrumkb/scrumkb/internal/store"
)

func (d *documents) GetMany(ctx context.Context, ids []string, part store.Part, row func(decode func(into any) error) error) error {
	args := filledUp(ids)
	text := fmt.Sprintf(`SELECT %s FROM %s WHERE _id IN (?%s)`, columnsRead(part), d.table, strings.Repeat(", ?", len(args)-1))
	return d.rows(ctx, text, args, part, row)
}

// filledUp returns the values as arguments of an IN, whose number is rounded up
// to a power of two with NULLs, so that there are few different statements.
func filledUp(values []string) []any {
	holes := 1
	for holes < len(values) {
		holes *= 2
	}
	args := make([]any, holes)
	for i, v := range values {
		args[i] = v
	}
	return args
}

func (d *documents) InsertMany(ctx context.Context, docs []store.Document) (duplicates []int, err error) {
	err = d.writeMany(ctx, d.insert, docs, func(i int, _ int64, err error) error {
		if errors.Is(err, store.ErrDuplicate) {
			duplicates = append(duplicates, i)
			return nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return duplicates, nil
}

func (d *documents) ReplaceMany(ctx context.Context, docs []store.Document) (stale []int, err error) {
	err = d.writeMany(ctx, d.replace, docs, func(i int, replaced int64, err error) error {
		if err == nil && replaced == 0 {
			stale = append(stale, i)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return stale, nil
}

// writeMany executes insert or replace for each document in one transaction,
// unless done returns an error for one of them. An insert that violates a
// constraint undoes only itself.
func (d *documents) writeMany(ctx context.Context, text string, docs []store.Document, done func(i int, rows int64, err error) error) error {
	args := make([][]any, len(docs))
	for i, doc := range docs {
		values, err := d.encode(doc.Doc)
		if err != nil {
			return err
		}
		args[i] = append(values, doc.ID)
		if text == d.replace {
			args[i] = append(args[i], doc.Rev)
		}
	}
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, d.engine.timeout)
	defer cancel()
	// Prepared before the transaction, which holds the only connection.
	prepared, err := d.engine.writer.prepare(ctx, text)
	if err != nil {
		return failure(caller, err)
	}
	tx, err := d.engine.writer.db.BeginTx(ctx, nil)
	if err != nil {
		return failure(caller, err)
	}
	defer tx.Rollback() //nolint:errcheck // a no-op after a successful commit, whose failure is reported otherwise
	stmt := tx.StmtContext(ctx, prepared)
	for i := range args {
		var rows int64
		result, err := stmt.ExecContext(ctx, args[i]...)
		if err == nil {
			rows, err = result.RowsAffected()
		}
		if err := done(i, rows, failure(caller, err)); err != nil {
			return err
		}
	}
	return failure(caller, tx.Commit())
}

// deletedAtOnce is how many documents one statement deletes: it blocks all
// other writers for a few tens of milliseconds.
const deletedAtOnce = 1000

func (d *documents) DeleteWhere(ctx context.Context, equal []store.Equality) (deleted int, more bool, err error) {
	where, args := conditions(store.Selection{Equal: equal})
	text := fmt.Sprintf(`DELETE FROM %s WHERE rowid IN (SELECT rowid FROM %s%s LIMIT %d)`, d.table, d.table, where, deletedAtOnce)
	rows, err := d.write(ctx, text, args)
	return int(rows), rows == deletedAtOnce, err
}
