package resolvers

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/graph"
)

// Schema assembles the executable schema from the resolvers, starting at root,
// and the directives.
func Schema(root *Root) graphql.ExecutableSchema {
	return graph.NewExecutableSchema(graph.Config{
		Resolvers:  root,
		Directives: graph.DirectiveRoot{HasRole: hasRole},
	})
}
