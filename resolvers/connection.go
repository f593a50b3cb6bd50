package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
)

// pageOf returns the page that the field of ctx requests. The default of first
// does not apply if last is given.
func pageOf(ctx context.Context, first *int, after *string, last *int, before *string) catalog.PageRequest {
	if last != nil && !given(ctx, "first") {
		first = nil
	}
	return catalog.PageRequest{First: first, After: after, Last: last, Before: before}
}

// given reports whether the request has a value for an argument of the field
// of ctx.
func given(ctx context.Context, argument string) bool {
	a := graphql.GetFieldContext(ctx).Field.Arguments.ForName(argument)
	if a == nil || a.Value.Kind != ast.Variable {
		return a != nil
	}
	_, ok := graphql.GetOperationContext(ctx).Variables[a.Value.Raw]
	return ok
}

func edges[T, E any](page catalog.Page[T], edge func(cursor string, node T) E) []*E {
	all := make([]E, len(page.Items))
	list := make([]*E, len(page.Items))
	for i, item := range page.Items {
		all[i] = edge(page.Cursors[i], item)
		list[i] = &all[i]
	}
	return list
}

func pageInfo[T any](page catalog.Page[T]) *graph.PageInfo {
	info := &graph.PageInfo{HasNextPage: page.HasNext, HasPreviousPage: page.HasPrevious}
	if n := len(page.Cursors); n > 0 {
		info.StartCursor, info.EndCursor = &page.Cursors[0], &page.Cursors[n-1]
	}
	return info
}
