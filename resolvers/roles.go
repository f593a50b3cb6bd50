package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/identity"
)

// hasRole implements the directive @hasRole.
func hasRole(ctx context.Context, _ any, next graphql.Resolver, role identity.Role) (any, error) {
	if _, err := identity.Require(ctx, role); err != nil {
		return nil, err
	}
	return next(ctx)
}
