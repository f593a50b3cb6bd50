package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

func (r query) Roles(ctx context.Context) ([]*catalog.Role, error) {
	return read(ctx, r.Root, (*catalog.Snapshot).Roles)
}

func (r query) Role(ctx context.Context, slug string) (*catalog.Role, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Role { return s.Role(catalog.KindRole.Slug(slug)) })
}

func (r query) Certifications(ctx context.Context) ([]*catalog.Certification, error) {
	return read(ctx, r.Root, (*catalog.Snapshot).Certifications)
}

func (r query) Certification(ctx context.Context, slug string) (*catalog.Certification, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Certification {
		return s.Certification(catalog.KindCertification.Slug(slug))
	})
}

func (r query) Sources(ctx context.Context) ([]*catalog.Source, error) {
	return read(ctx, r.Root, (*catalog.Snapshot).Sources)
}

func (r query) Source(ctx context.Context, slug string) (*catalog.Source, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Source { return s.Source(catalog.KindSource.Slug(slug)) })
}
