package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// Schema is what generated code knows about the output types of a schema.
type Schema struct {
	Objects   map[string]Object      // by name, without root types
	Abstract  map[string][]string    // per interface and union, its object types in the order of Selection.Kinds
	Resolvers map[FieldName]Resolver // what resolvers return, where plans begin
}

// Object describes how to write the fields of an object type. A field that is
// not in Fields cannot be planned.
type Object struct {
	Satisfies []string // the names of the type and of its interfaces
	Fields    map[string]Field
}

// Field describes how to write one field.
type Field struct {
	Code int    // the field's number in the type's append function, from 1
	Type string // of an object or interface: its name; empty for scalars and enums

	// Lists is how many lists deep the values of a field are.
	Lists int
	// Resolved is true for a nullable field with a resolver of its own, which
	// the plan calls; see Resolve.
	Resolved bool

	// Args converts the arguments of a document to those of the Go method. It
	// is nil for a field without arguments.
	Args func(ctx context.Context, op *graphql.OperationContext, given map[string]any) (map[string]any, error)
}

// FieldName names a field of an object type.
type FieldName struct{ Object, Field string }

// Resolver describes how to write a resolver's result.
type Resolver struct {
	Type   string // as in Field
	Lists  int    // as in Field
	Append func(w *Writer, s *Selection, value any)
}
