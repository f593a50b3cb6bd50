package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
)

func (r query) Search(ctx context.Context, query string, kinds []catalog.ContentKind, first *int, after *string, last *int, before *string) (*graph.SearchHitConnection, error) {
	snapshot, err := r.Library.At(ctx)
	if err != nil {
		return nil, err
	}
	page, err := snapshot.SearchPage(query, kinds, pageOf(ctx, first, after, last, before))
	if err != nil {
		return nil, err
	}
	return &graph.SearchHitConnection{
		Edges: edges(page, func(cursor string, hit *catalog.Hit) graph.SearchHitEdge {
			return graph.SearchHitEdge{Cursor: cursor, Node: hit}
		}),
		Nodes:      page.Items,
		PageInfo:   pageInfo(page),
		TotalCount: page.Total,
	}, nil
}
