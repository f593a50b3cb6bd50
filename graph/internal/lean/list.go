package lean

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalList is graphql.MarshalSliceConcurrently in sequence. Our lists are
// read from memory, and a goroutine for each element costs more than the
// element. A panic is masked, and makes its element null.
func MarshalList(ctx context.Context, length int, element func(ctx context.Context, i int) graphql.Marshaler) graphql.Array {
	ret := make(graphql.Array, length)
	indices := make([]int, length)
	contexts := make([]graphql.FieldContext, length)
	for i := range length {
		indices[i] = i
		contexts[i].Index = &indices[i]
		ret[i] = marshalElement(graphql.WithFieldContext(ctx, &contexts[i]), i, element)
	}
	return ret
}

func marshalElement(ctx context.Context, i int, element func(ctx context.Context, i int) graphql.Marshaler) (ret graphql.Marshaler) {
	defer func() {
		if cause := recover(); cause != nil {
			graphql.AddError(ctx, graphql.Recover(ctx, cause))
			ret = graphql.Null
		}
	}()
	return element(ctx, i)
}
