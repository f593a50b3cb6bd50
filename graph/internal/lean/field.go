package lean

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Field is graphql.ResolveField for a property of an object in memory: it has
// no error of its own, and no interceptors. T is not an interface. A panic is
// masked, and makes the field null.
func Field[T any](
	ctx context.Context,
	operation *graphql.OperationContext,
	field graphql.CollectedField,
	describe func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error),
	property func() T,
	marshal func(ctx context.Context, selections ast.SelectionSet, v T) graphql.Marshaler,
) (ret graphql.Marshaler) {
	described, err := describe(ctx, field)
	if err != nil {
		return graphql.Null
	}
	inner := graphql.WithFieldContext(ctx, described)
	defer func() {
		if cause := recover(); cause != nil {
			operation.Error(inner, operation.Recover(inner, cause))
			ret = graphql.Null
		}
	}()
	return marshal(inner, field.Selections, property())
}
