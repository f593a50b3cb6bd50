package store

import (
	"fmt"
	"slices"
)

// MaxLimit limits the documents that one Find returns, so that no caller can
// make the process hold a whole collection.
const MaxLimit = 1000

// Query selects and orders documents by declared fields. Declare an index for
// each query: its fields in Where first, then the one in Range or Sort.
type Query struct {
	Where Where
	In    *In
	Range *Range

	// Sort is a declared field; a leading "-" means descending: "-started_at".
	// Empty means _id, which also breaks ties. An optional field needs a Range
	// on itself, which omits documents without it.
	Sort string

	// Limit is from 1 to MaxLimit; 0 means MaxLimit.
	Limit int

	// After is a cursor that the same query returned, with any Limit.
	After string
}

// Where maps declared fields to the values that they must have.
type Where map[string]any

// In selects the documents whose field, a string, has one of the values. There
// are at most MaxMany of them; none selects no document.
type In struct {
	Field  string
	Values []string
}

// Range is From, inclusive, to To, exclusive. Either may be nil.
type Range struct {
	Field    string
	From, To any
}

// selection checks the query. Anything that it refuses is a programming error,
// except the cursor, which comes from the client.
func (q Query) selection(schema Schema) (Selection, error) {
	if q.Limit < 0 || q.Limit > MaxLimit {
		return Selection{}, fmt.Errorf("the limit %d is not from 1 to %d", q.Limit, MaxLimit)
	}
	selection, err := q.conditions(schema)
	if err != nil {
		return Selection{}, err
	}

	selection.Sort = idField
	if q.Sort != "" {
		path, descending := parseKey(q.Sort)
		field, err := schema.field(path)
		if err != nil {
			return Selection{}, err
		}
		if field.Optional && (q.Range == nil || q.Range.Field != path) {
			return Selection{}, fmt.Errorf("collection %s cannot be sorted by %q, which is optional, without a range of it", schema.Name, path)
		}
		selection.Sort, selection.Descending = field, descending
	}
	selection.Limit = q.Limit
	if q.Limit == 0 {
		selection.Limit = MaxLimit
	}
	if q.After != "" {
		selection.After, err = readCursor(q.After, schema.Name, selection)
	}
	return selection, err
}

// conditions checks Where, In and Range.
func (q Query) conditions(schema Schema) (Selection, error) {
	var selection Selection
	for path, v := range q.Where {
		field, err := schema.field(path)
		if err != nil {
			return Selection{}, err
		}
		value, err := field.normal(v)
		if err != nil {
			return Selection{}, err
		}
		selection.Equal = append(selection.Equal, Equality{Field: field, Value: value})
	}
	slices.SortFunc(selection.Equal, func(a, b Equality) int {
		if a.Field.Path < b.Field.Path {
			return -1
		}
		return 1
	})
	if q.In != nil {
		field, err := schema.field(q.In.Field)
		if err != nil {
			return Selection{}, err
		}
		if field.Kind != Text {
			return Selection{}, fmt.Errorf("the field %q is of kind %s and cannot be in a list of strings", field.Path, field.Kind)
		}
		distinct := append([]string{}, q.In.Values...) // never nil, which databases take for no list
		slices.Sort(distinct)
		distinct = slices.Compact(distinct)
		if len(distinct) > MaxMany {
			return Selection{}, fmt.Errorf("the field %q is compared with %d values, more than %d", field.Path, len(distinct), MaxMany)
		}
		selection.In = &Choice{Field: field, Values: distinct}
	}
	if q.Range != nil {
		field, err := schema.field(q.Range.Field)
		if err != nil {
			return Selection{}, err
		}
		bounds := Bounds{Field: field}
		if q.Range.From != nil {
			if bounds.From, err = field.normal(q.Range.From); err != nil {
				return Selection{}, err
			}
		}
		if q.Range.To != nil {
			if bounds.To, err = field.normal(q.Range.To); err != nil {
				return Selection{}, err
			}
		}
		if bounds.From == nil && bounds.To == nil {
			return Selection{}, fmt.Errorf("the range of %q is open at both ends", field.Path)
		}
		selection.Range = &bounds
	}
	return selection, nil
}
