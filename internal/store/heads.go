package store

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// HeadsOf reads the documents of a collection as an H, a struct that embeds
// Meta and has only some of the declared fields, by the same names. A head
// saves transport and decoding of the rest of its document. Queries of heads
// may use every declared field, and sort by those that H has.
//
// It fails if H has a field that the collection does not declare, or that is
// inside a pointer.
func HeadsOf[H, T any](c *Collection[T]) (*Reader[H], error) {
	schema, part, err := c.schema.headsAs(reflect.TypeFor[H]())
	if err != nil {
		return nil, fmt.Errorf("heads of %s: %w", c.schema.Name, err)
	}
	return &Reader[H]{schema: schema, documents: c.documents, part: part}, nil
}

// headsAs returns the schema with the positions of its fields in t.
func (s Schema) headsAs(t reflect.Type) (Schema, Part, error) {
	if err := embedsMeta(t); err != nil {
		return Schema{}, Part{}, err
	}
	paths, err := leavesOf(t, "")
	if err != nil {
		return Schema{}, Part{}, err
	}
	part := Part{Heads: true}
	fields := slices.Clone(s.Fields)
	for i := range fields {
		fields[i].index = nil
	}
	for _, path := range paths {
		if path == "_id" || path == "rev" {
			continue
		}
		declared, err := s.field(path)
		if err != nil {
			return Schema{}, Part{}, err
		}
		f, err := fieldOf(t, path)
		if err != nil {
			return Schema{}, Part{}, err
		}
		if f.Kind != declared.Kind {
			return Schema{}, Part{}, fmt.Errorf("the field %q of %s is of kind %s, not %s", path, t, f.Kind, declared.Kind)
		}
		at := slices.IndexFunc(fields, func(f Field) bool { return f.Path == path })
		fields[at].index = f.index
		part.Fields = append(part.Fields, fields[at])
	}
	s.Fields = fields
	return s, part, nil
}

// leavesOf returns the paths of all fields in the struct t that are not
// structs.
func leavesOf(t reflect.Type, prefix string) ([]string, error) {
	var paths []string
	for i := range t.NumField() {
		member := t.Field(i)
		name, rest, _ := strings.Cut(member.Tag.Get("bson"), ",")
		if !member.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = strings.ToLower(member.Name)
		}
		path := prefix + name
		inner, isStruct := member.Type, member.Type.Kind() == reflect.Struct && member.Type != timeType
		if inner.Kind() == reflect.Pointer && inner.Elem().Kind() == reflect.Struct && inner.Elem() != timeType {
			// Whether such a pointer is nil depends on more than declared fields.
			return nil, fmt.Errorf("the field %q of %s is a pointer to a struct", path, t)
		}
		if !isStruct {
			paths = append(paths, path)
			continue
		}
		below := path + "."
		if slices.Contains(strings.Split(rest, ","), "inline") {
			below = prefix
		}
		found, err := leavesOf(inner, below)
		if err != nil {
			return nil, err
		}
		paths = append(paths, found...)
	}
	return paths, nil
}
