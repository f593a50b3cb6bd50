package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// Schema is what generated code tells about the output types of a schema.
type Schema struct {
	Objects   map[string]Object      // by name; root types are none
	Abstract  map[string][]string    // for each interface and union the objects it may be, in an order that Selection.Kinds has too
	Resolvers map[FieldName]Resolver // what resolvers answer, which is where plans begin
}

// Object tells how to write the fields of an object type. A field that is not
// in Fields cannot be planned.
type Object struct {
	Satisfies []string // the names of the type and of its interfaces
	Fields    map[string]Field
}

// Field tells how to write one field.
type Field struct {
	Code int    // how the type's append function knows the field, from 1
	Type string // of an object or interface: its name; empty for scalars and enums

	// Args turns the arguments as given into those that the Go method takes.
	// It is nil for a field without arguments.
	Args func(ctx context.Context, op *graphql.OperationContext, given map[string]any) (map[string]any, error)
}

// FieldName names a field of an object type.
type FieldName struct{ Object, Field string }

// Resolver tells how to write what a resolver has returned.
type Resolver struct {
	Type   string // as in Field
	Append func(w *Writer, s *Selection, value any)
}
