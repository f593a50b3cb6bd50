package resolvers

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/graph"
)

// Schema assembles the schema that the program serves: the resolvers that begin
// at root, and the directives that are called.
func Schema(root *Root) graphql.ExecutableSchema {
	return graph.NewExecutableSchema(graph.Config{
		Resolvers:  root,
		Directives: graph.DirectiveRoot{HasRole: hasRole},
	})
}
