package sqlitestore

import (
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/scrumkb/scrumkb/internal/store"
)

// columnsRead lists the columns that a read of the part selects.
func columnsRead(part store.Part) string {
	if !part.Heads {
		return "doc"
	}
	var columns strings.Builder
	columns.WriteString("_id, rev")
	for _, f := range part.Fields {
		columns.WriteString(", " + quoted(f.Path))
	}
	return columns.String()
}

// headOf builds the document with only the fields, whose columns have the
// values, with _id and rev before them.
func headOf(fields []store.Field, values []any) bson.D {
	head := bson.D{{Key: "_id", Value: values[0]}, {Key: "rev", Value: values[1]}}
	for i, f := range fields {
		if value := values[2+i]; value != nil {
			head = with(head, strings.Split(f.Path, "."), encodedColumn(f, value))
		}
	}
	return head
}

// with sets the value at the path, creating documents on the way.
func with(doc bson.D, path []string, value any) bson.D {
	if len(path) == 1 {
		return append(doc, bson.E{Key: path[0], Value: value})
	}
	for i := range doc {
		if inner, ok := doc[i].Value.(bson.D); ok && doc[i].Key == path[0] {
			doc[i].Value = with(inner, path[1:], value)
			return doc
		}
	}
	return append(doc, bson.E{Key: path[0], Value: with(nil, path[1:], value)})
}

// encodedColumn is the inverse of columnOf.
func encodedColumn(f store.Field, value any) any {
	n, isNumber := value.(int64)
	switch {
	case isNumber && f.Kind == store.Time:
		return bson.NewDateTimeFromTime(time.UnixMilli(n))
	case isNumber && f.Kind == store.Bool:
		return n != 0
	default:
		return value
	}
}
