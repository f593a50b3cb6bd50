package sqlitestore

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/scrumkb/scrumkb/internal/store"
)

// columnType declares the column of a field. A time is stored as milliseconds
// since 1970, a bool as 0 or 1; only an optional field may be NULL.
func columnType(f store.Field) string {
	name := "INTEGER"
	if f.Kind == store.Text {
		name = "TEXT"
	}
	if f.Optional {
		return name
	}
	zero, ok := columnValue(f.Zero()).(string)
	if ok {
		return fmt.Sprintf("%s NOT NULL DEFAULT '%s'", name, zero)
	}
	return fmt.Sprintf("%s NOT NULL DEFAULT %d", name, columnValue(f.Zero()))
}

// columnValue converts a value of a store.Selection to the column's type.
func columnValue(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UnixMilli()
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	default:
		return v
	}
}

// errKind means that a document's value has a different type from its field.
var errKind = errors.New("a declared field has the wrong type")

// columnsOf extracts the fields' values from an encoded document.
func columnsOf(doc bson.Raw, fields []store.Field) ([]any, error) {
	values := make([]any, 0, len(fields)+3) // the caller adds _id, rev and doc
	for _, f := range fields {
		value, ok := columnOf(doc.Lookup(strings.Split(f.Path, ".")...), f)
		if !ok {
			return nil, fmt.Errorf("%w: %q is not a %s", errKind, f.Path, f.Kind)
		}
		values = append(values, value)
	}
	return values, nil
}

func columnOf(v bson.RawValue, f store.Field) (value any, ok bool) {
	if v.IsZero() || v.Type == bson.TypeNull {
		if f.Optional {
			return nil, true
		}
		return columnValue(f.Zero()), true
	}
	switch f.Kind {
	case store.Text:
		return v.StringValueOK()
	case store.Integer:
		return v.AsInt64OK()
	case store.Time:
		return v.DateTimeOK()
	default:
		b, ok := v.BooleanOK()
		return columnValue(b), ok
	}
}

// quoted turns a name or dotted path into an SQL identifier.
func quoted(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
