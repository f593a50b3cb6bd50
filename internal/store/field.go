package store

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Kind is the type of a declared field.
type Kind int

const (
	Text Kind = iota + 1
	Integer
	Bool
	Time // UTC, whole milliseconds
)

func (k Kind) String() string {
	return [...]string{Text: "string", Integer: "integer", Bool: "bool", Time: "time"}[k]
}

// Field is a declared field.
type Field struct {
	Path string // BSON keys, joined by dots
	Kind Kind

	// Optional means that a document may lack the field: it is a pointer or has
	// omitempty, or is inside such a member.
	Optional bool

	index [][]int // indexes of the struct fields to follow from the document
}

var idField = Field{Path: "_id", Kind: Text}

// Zero returns the value that stands for a required field that is missing.
func (f Field) Zero() any {
	return map[Kind]any{Text: "", Integer: int64(0), Bool: false, Time: time.Time{}}[f.Kind]
}

var timeType = reflect.TypeFor[time.Time]()

// fieldOf finds the path in the struct t, by its bson tags.
func fieldOf(t reflect.Type, path string) (Field, error) {
	f := Field{Path: path}
	leaf := t
	for key := range strings.SplitSeq(path, ".") {
		for leaf.Kind() == reflect.Pointer {
			leaf = leaf.Elem()
		}
		if leaf.Kind() != reflect.Struct || leaf == timeType {
			return Field{}, fmt.Errorf("%s has no field %q", t, path)
		}
		member, optional, ok := memberOf(leaf, key)
		if !ok {
			return Field{}, fmt.Errorf("%s has no field %q", t, path)
		}
		f.index = append(f.index, member.Index)
		f.Optional = f.Optional || optional
		leaf = member.Type
	}
	if leaf.Kind() == reflect.Pointer {
		leaf = leaf.Elem()
	}
	switch {
	case leaf == timeType:
		f.Kind = Time
	case leaf.Kind() == reflect.String:
		f.Kind = Text
	case leaf.Kind() == reflect.Bool:
		f.Kind = Bool
	case reflect.Int <= leaf.Kind() && leaf.Kind() <= reflect.Uint64:
		f.Kind = Integer
	default:
		return Field{}, fmt.Errorf("the field %q of %s is a %s, not a string, an integer, a bool or a time", path, t, leaf)
	}
	return f, nil
}

// memberOf finds the member of the struct t with the BSON key, including
// inlined structs, as the codec does.
func memberOf(t reflect.Type, key string) (member reflect.StructField, optional, ok bool) {
	for i := range t.NumField() {
		member := t.Field(i)
		name, rest, _ := strings.Cut(member.Tag.Get("bson"), ",")
		flags := strings.Split(rest, ",")
		if !member.IsExported() || name == "-" {
			continue
		}
		if slices.Contains(flags, "inline") && member.Type.Kind() == reflect.Struct {
			inner, optional, ok := memberOf(member.Type, key)
			if ok {
				inner.Index = slices.Concat(member.Index, inner.Index)
				return inner, optional, true
			}
			continue
		}
		if name == "" {
			name = strings.ToLower(member.Name)
		}
		if name == key {
			optional := member.Type.Kind() == reflect.Pointer || slices.Contains(flags, "omitempty")
			return member, optional, true
		}
	}
	return reflect.StructField{}, false, false
}

// valueIn returns the value of a field in doc, which must have it.
func (f Field) valueIn(doc reflect.Value) (any, error) {
	for _, index := range f.index {
		doc = reflect.Indirect(doc.FieldByIndex(index))
	}
	return f.normal(doc.Interface())
}

// normal converts v to the one type that represents its field's kind in a
// Selection.
func (f Field) normal(v any) (any, error) {
	value := reflect.ValueOf(v)
	switch t, isTime := v.(time.Time); {
	case f.Kind == Time && isTime:
		return time.UnixMilli(t.UnixMilli()).UTC(), nil
	case f.Kind == Text && value.Kind() == reflect.String:
		return value.String(), nil
	case f.Kind == Bool && value.Kind() == reflect.Bool:
		return value.Bool(), nil
	case f.Kind == Integer && value.CanInt():
		return value.Int(), nil
	case f.Kind == Integer && value.CanUint() && value.Uint() <= math.MaxInt64:
		return int64(value.Uint()), nil
	default:
		return nil, fmt.Errorf("the field %q is compared with %T, not with a value of kind %s", f.Path, v, f.Kind)
	}
}
