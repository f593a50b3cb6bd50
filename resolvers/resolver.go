// Package resolvers resolves the fields of the schema. It is the only package
// that knows both GraphQL and the domain, and it contains no rules: a method
// reads the caller and the input, and calls the domain once.
package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/records"
)

// Root is where execution begins.
type Root struct {
	Library *catalog.Library
	*records.Records
	Guests *identity.GuestSessions // nil admits no guests
	Build  graph.Server            // the running server
}

// Query implements graph.ResolverRoot.
func (r *Root) Query() graph.QueryResolver { return query{r} }

// Mutation implements graph.ResolverRoot.
func (r *Root) Mutation() graph.MutationResolver { return mutation{r} }

// Viewer implements graph.ResolverRoot.
func (r *Root) Viewer() graph.ViewerResolver { return viewer{r} }

// Cohort implements graph.ResolverRoot.
func (r *Root) Cohort() graph.CohortResolver { return cohortFields{r} }

// course.Progress implements graph.ResolverRoot.
func (r *Root) CourseProgress() graph.CourseProgressResolver { return courseProgress{r} }

// Certificate implements graph.ResolverRoot.
func (r *Root) Certificate() graph.CertificateResolver { return certificateFields{r} }

// Subscription implements graph.ResolverRoot.
func (r *Root) Subscription() graph.SubscriptionResolver { return subscription{r} }

type query struct{ *Root }

type mutation struct{ *Root }

type subscription struct{ *Root }

// read answers a field from the snapshot that ctx is bound to.
func read[T any](ctx context.Context, r *Root, field func(*catalog.Snapshot) T) (T, error) {
	snapshot, err := r.Library.At(ctx)
	if err != nil {
		var none T
		return none, err
	}
	return field(snapshot), nil
}

func (r query) ContentRevision(ctx context.Context) (*catalog.Revision, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Revision {
		revision := s.Revision()
		return &revision
	})
}

func (r query) Server(context.Context) (*graph.Server, error) { return &r.Build, nil }
