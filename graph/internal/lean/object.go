package lean

import (
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// Object is a graphql.FieldSet of which nothing is concurrent or deferred.
type Object struct {
	fields   []graphql.CollectedField
	Values   []graphql.Marshaler
	Invalids uint32 // fields that must not be null, and are
}

// NewObject returns an Object whose values are still to be set.
func NewObject(fields []graphql.CollectedField) *Object {
	const few = 8 // as most selections have
	if len(fields) > few {
		return &Object{fields: fields, Values: make([]graphql.Marshaler, len(fields))}
	}
	small := &struct {
		Object
		values [few]graphql.Marshaler
	}{}
	small.fields = fields
	small.Values = small.values[:len(fields)]
	return &small.Object
}

// MarshalGQL writes the fields in their order. Of several with one name, the
// first counts.
func (o *Object) MarshalGQL(w io.Writer) {
	separator := `{"`
	for i := range o.fields {
		name := o.fields[i].Alias
		if o.isRepeated(i, name) {
			continue
		}
		write(w, separator)
		write(w, name) // nothing in a name needs escaping
		write(w, `":`)
		o.Values[i].MarshalGQL(w)
		separator = `,"`
	}
	if separator == `{"` {
		write(w, `{`)
	}
	write(w, `}`)
}

func (o *Object) isRepeated(i int, name string) bool {
	for k := range i {
		if o.fields[k].Alias == name {
			return true
		}
	}
	return false
}

// write leaves failures to the writer's owner, as gqlgen does: it is a buffer.
func write(w io.Writer, s string) { _, _ = io.WriteString(w, s) }
