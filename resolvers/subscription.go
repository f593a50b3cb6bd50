package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

func (r subscription) ContentPublished(ctx context.Context) (<-chan *catalog.Revision, error) {
	return r.Library.Revisions(ctx), nil
}
