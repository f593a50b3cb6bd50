package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

func (r query) Roles(context.Context) ([]*catalog.Role, error) {
	return read(r.Root, (*catalog.Snapshot).Roles)
}

func (r query) Role(_ context.Context, slug string) (*catalog.Role, error) {
	return read(r.Root, func(s *catalog.Snapshot) *catalog.Role { return s.Role(slug) })
}

func (r query) Certifications(context.Context) ([]*catalog.Certification, error) {
	return read(r.Root, (*catalog.Snapshot).Certifications)
}

func (r query) Certification(_ context.Context, slug string) (*catalog.Certification, error) {
	return read(r.Root, func(s *catalog.Snapshot) *catalog.Certification { return s.Certification(slug) })
}

func (r query) Sources(context.Context) ([]*catalog.Source, error) {
	return read(r.Root, (*catalog.Snapshot).Sources)
}

func (r query) Source(_ context.Context, slug string) (*catalog.Source, error) {
	return read(r.Root, func(s *catalog.Snapshot) *catalog.Source { return s.Source(slug) })
}
