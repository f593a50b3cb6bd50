package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
)

func (r viewer) Name(ctx context.Context, caller *identity.Caller) (*string, error) {
	profile, err := r.Profiles.Get(ctx, caller.Subject)
	if err != nil || profile.Name == "" {
		return nil, err
	}
	return &profile.Name, nil
}

func (r viewer) TimeZone(ctx context.Context, caller *identity.Caller) (string, error) {
	profile, err := r.Profiles.Get(ctx, caller.Subject)
	return profile.Zone(), err
}

func (r mutation) UpdateProfile(ctx context.Context, input graph.UpdateProfileInput) (*graph.UpdateProfilePayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	_, err = r.Records.UpdateProfile(ctx, caller.Subject, profile.Change{
		Name: toChange(input.Name), TimeZone: toChange(input.TimeZone),
	})
	if err != nil {
		return nil, err
	}
	return &graph.UpdateProfilePayload{Viewer: &caller}, nil
}

func toChange[T any](o graphql.Omittable[*T]) profile.Value[T] {
	return profile.Value[T]{Given: o.IsSet(), To: o.Value()}
}
