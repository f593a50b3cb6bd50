package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

func (r query) Node(_ context.Context, id string) (catalog.Node, error) {
	return read(r.Root, func(s *catalog.Snapshot) catalog.Node { return s.Node(id) })
}

func (r query) Nodes(_ context.Context, ids []string) ([]catalog.Node, error) {
	snapshot, err := r.Library.Current()
	if err != nil {
		return nil, err
	}
	return snapshot.Nodes(ids)
}
