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

// Ensure implements store.Engine. It is one transaction, so that a crash leaves
// the table either unchanged or as schema declares it.
func (e *Engine) Ensure(ctx context.Context, schema store.Schema) (store.Documents, error) {
	tx, err := e.writer.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("ensuring table %s: %w", schema.Name, failure(ctx, err))
	}
	defer tx.Rollback() //nolint:errcheck // a no-op after a successful commit, whose failure is reported otherwise
	t := table{ctx: ctx, tx: tx, schema: schema}
	for _, step := range []func() error{t.create, t.complete, t.index, tx.Commit} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("ensuring table %s: %w", schema.Name, failure(ctx, err))
		}
	}
	return newDocuments(e, schema), nil
}

// table is a table to be made to match its schema.
type table struct {
	ctx    context.Context
	tx     *sql.Tx
	schema store.Schema
}

func (t table) create() error {
	// With a rowid: as measured, an indexed find of 20 documents takes 60% of
	// the time that it takes without one.
	return t.exec(`CREATE TABLE IF NOT EXISTS %s (_id TEXT NOT NULL PRIMARY KEY, rev INTEGER NOT NULL, doc BLOB NOT NULL)`,
		quoted(t.schema.Name))
}

// complete adds the columns that are missing or of another type, and fills them
// from the documents.
func (t table) complete() error {
	existing, err := t.columns()
	if err != nil {
		return err
	}
	var missing []store.Field
	for _, f := range t.schema.Fields {
		want := columnType(f)
		have, exists := existing[f.Path]
		if have == want {
			continue
		}
		if exists {
			if err := t.dropColumn(f.Path); err != nil {
				return err
			}
		}
		if err := t.exec(`ALTER TABLE %s ADD COLUMN %s %s`, quoted(t.schema.Name), quoted(f.Path), want); err != nil {
			return err
		}
		missing = append(missing, f)
	}
	if len(missing) == 0 {
		return nil
	}
	return t.fill(missing)
}

// columns returns the declaration of each column, as columnType writes it.
func (t table) columns() (map[string]string, error) {
	rows, err := t.tx.QueryContext(t.ctx, `SELECT name, type, "notnull", dflt_value FROM pragma_table_info(?)`, t.schema.Name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns := map[string]string{}
	for rows.Next() {
		var name, declaration string
		var notNull bool
		var fallback sql.NullString
		if err := rows.Scan(&name, &declaration, &notNull, &fallback); err != nil {
			return nil, err
		}
		if notNull {
			declaration += " NOT NULL"
		}
		if fallback.Valid {
			declaration += " DEFAULT " + fallback.String
		}
		columns[name] = declaration
	}
	return columns, rows.Err()
}

// dropColumn drops every index first: SQLite refuses while one contains the
// column, and declared ones are created again afterwards.
func (t table) dropColumn(path string) error {
	indexes, err := t.indexes()
	if err != nil {
		return err
	}
	for name := range indexes {
		if err := t.exec(`DROP INDEX %s`, quoted(name)); err != nil {
			return err
		}
	}
	return t.exec(`ALTER TABLE %s DROP COLUMN %s`, quoted(t.schema.Name), quoted(path))
}

// fill updates one document at a time, because a statement should not change
// the rows that another is reading.
func (t table) fill(fields []store.Field) error {
	assignments := make([]string, len(fields))
	for i, f := range fields {
		assignments[i] = quoted(f.Path) + " = ?"
	}
	name := quoted(t.schema.Name)
	update, err := t.tx.PrepareContext(t.ctx, fmt.Sprintf(`UPDATE %s SET %s WHERE _id = ?`, name, strings.Join(assignments, ", ")))
	if err != nil {
		return err
	}
	defer update.Close()
	following, err := t.tx.PrepareContext(t.ctx, fmt.Sprintf(`SELECT _id, doc FROM %s WHERE _id > ? ORDER BY _id LIMIT 1`, name))
	if err != nil {
		return err
	}
	defer following.Close()

	for id := ""; ; {
		var doc bson.Raw
		err := following.QueryRowContext(t.ctx, id).Scan(&id, (*[]byte)(&doc))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		values, err := columnsOf(doc, fields)
		if err != nil {
			return fmt.Errorf("reading document %s: %w", id, err)
		}
		if _, err := update.ExecContext(t.ctx, append(values, id)...); err != nil {
			return err
		}
	}
}

// index creates the declared indexes, or recreates them if their definition
// differs.
func (t table) index() error {
	existing, err := t.indexes()
	if err != nil {
		return err
	}
	for _, index := range t.schema.Indexes {
		name := t.schema.Name + "." + index.Name
		want := definition(t.schema.Name, name, index)
		have, exists := existing[name]
		if have == want {
			continue
		}
		if exists {
			if err := t.exec(`DROP INDEX %s`, quoted(name)); err != nil {
				return err
			}
		}
		if err := t.exec(`%s`, want); err != nil {
			return fmt.Errorf("creating index %s: %w", index.Name, err)
		}
	}
	return nil
}

// definition is the statement that creates the index, which SQLite keeps
// verbatim.
func definition(table, name string, index store.SchemaIndex) string {
	keys := make([]string, len(index.Keys))
	for i, key := range index.Keys {
		keys[i] = quoted(key.Path)
		if key.Descending {
			keys[i] += " DESC"
		}
	}
	create := "CREATE INDEX"
	if index.Unique {
		create = "CREATE UNIQUE INDEX"
	}
	return fmt.Sprintf("%s %s ON %s (%s)", create, quoted(name), quoted(table), strings.Join(keys, ", "))
}

// indexes returns the definitions of all indexes except SQLite's own.
func (t table) indexes() (map[string]string, error) {
	rows, err := t.tx.QueryContext(t.ctx, `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`, t.schema.Name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	indexes := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		indexes[name] = text
	}
	return indexes, rows.Err()
}

func (t table) exec(format string, args ...any) error {
	_, err := t.tx.ExecContext(t.ctx, fmt.Sprintf(format, args...))
	return err
}
