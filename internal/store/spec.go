package store

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Spec declares a collection, once for every engine.
type Spec struct {
	Name string // plural snake_case

	// Fields lists the fields that queries may select or sort by, as paths of
	// BSON keys: "learner_id", "result.percent". Each is a string, an integer,
	// a bool or a time. _id is always declared.
	Fields []string

	Indexes []Index

	// Shard is nil if the collection is not sharded.
	Shard *Shard
}

// Index declares an index over declared fields. An index whose definition
// changes under the same name is rebuilt; one that is no longer declared stays
// until somebody drops it.
type Index struct {
	Name string // names the query that it serves: "learner_newest"

	// Keys lists the fields in order; a leading "-" means descending:
	// "learner_id", "-started_at". _id is appended unless the index is Unique,
	// so that it also yields the order of a Query.
	Keys []string

	// Unique makes a second document with the same values an ErrDuplicate. Its
	// fields must not be optional.
	Unique bool
}

// Shard names the field by which a sharded cluster distributes documents. Its
// value is part of the id, so that every lookup by id reaches a single shard.
type Shard struct {
	Field string // a declared, required string field
	Of    func(id string) string
}

// Schema is a Spec checked against the type of its documents.
type Schema struct {
	Name    string
	Fields  []Field
	Indexes []SchemaIndex
	Shard   *Shard
}

// SchemaIndex is an Index with its keys parsed and, unless unique, ended by _id.
type SchemaIndex struct {
	Name   string
	Keys   []IndexKey
	Unique bool
}

// IndexKey is one field of an index.
type IndexKey struct {
	Path       string
	Descending bool
}

// field returns the declared field, or _id.
func (s Schema) field(path string) (Field, error) {
	if path == idField.Path {
		return idField, nil
	}
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Path == path })
	if i < 0 {
		return Field{}, fmt.Errorf("collection %s does not declare the field %q", s.Name, path)
	}
	return s.Fields[i], nil
}

var snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// resolve checks the spec against the document type t.
func (s Spec) resolve(t reflect.Type) (Schema, error) {
	if !snakeCase.MatchString(s.Name) {
		return Schema{}, fmt.Errorf("the collection name %q is not snake_case", s.Name)
	}
	schema := Schema{Name: s.Name, Shard: s.Shard}
	if err := embedsMeta(t); err != nil {
		return Schema{}, fmt.Errorf("collection %s: %w", s.Name, err)
	}
	for _, path := range s.Fields {
		f, err := fieldOf(t, path)
		if err != nil {
			return Schema{}, fmt.Errorf("collection %s: %w", s.Name, err)
		}
		if _, err := schema.field(path); err == nil {
			return Schema{}, fmt.Errorf("collection %s declares the field %q twice", s.Name, path)
		}
		schema.Fields = append(schema.Fields, f)
	}
	for _, index := range s.Indexes {
		resolved, err := schema.resolveIndex(index)
		if err != nil {
			return Schema{}, err
		}
		schema.Indexes = append(schema.Indexes, resolved)
	}
	if s.Shard != nil {
		f, err := schema.field(s.Shard.Field)
		if err != nil {
			return Schema{}, err
		}
		if f.Kind != Text || f.Optional {
			return Schema{}, fmt.Errorf("collection %s cannot be sharded by %q, which is optional or not a string", s.Name, f.Path)
		}
	}
	return schema, nil
}

// embedsMeta fails unless t embeds Meta with its stored names.
func embedsMeta(t reflect.Type) error {
	_, ok := reflect.New(t).Interface().(interface{ meta() *Meta })
	for path, kind := range map[string]Kind{"_id": Text, "rev": Integer} {
		f, err := fieldOf(t, path)
		if !ok || err != nil || f.Kind != kind {
			return fmt.Errorf(`%s does not embed store.Meta with the tag bson:",inline"`, t)
		}
	}
	return nil
}

func (s Schema) resolveIndex(index Index) (SchemaIndex, error) {
	if !snakeCase.MatchString(index.Name) {
		return SchemaIndex{}, fmt.Errorf("collection %s: the index name %q is not snake_case", s.Name, index.Name)
	}
	if slices.ContainsFunc(s.Indexes, func(other SchemaIndex) bool { return other.Name == index.Name }) {
		return SchemaIndex{}, fmt.Errorf("collection %s declares the index %q twice", s.Name, index.Name)
	}
	if len(index.Keys) == 0 {
		return SchemaIndex{}, fmt.Errorf("collection %s: the index %q has no keys", s.Name, index.Name)
	}
	resolved := SchemaIndex{Name: index.Name, Unique: index.Unique}
	var last IndexKey
	for _, key := range index.Keys {
		path, descending := parseKey(key)
		f, err := s.field(path)
		if err != nil {
			return SchemaIndex{}, err
		}
		if index.Unique && f.Optional {
			return SchemaIndex{}, fmt.Errorf("collection %s: the unique index %q has the optional field %q", s.Name, index.Name, path)
		}
		last = IndexKey{Path: path, Descending: descending}
		resolved.Keys = append(resolved.Keys, last)
	}
	if !index.Unique && last.Path != idField.Path {
		resolved.Keys = append(resolved.Keys, IndexKey{Path: idField.Path, Descending: last.Descending})
	}
	return resolved, nil
}

// parseKey reads "path" or "-path".
func parseKey(key string) (path string, descending bool) {
	return strings.CutPrefix(key, "-")
}
