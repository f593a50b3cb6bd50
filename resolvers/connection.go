package resolvers

import (
	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
)

func edges[T, E any](page catalog.Page[T], edge func(cursor string, node T) E) []*E {
	all := make([]E, len(page.Items))
	list := make([]*E, len(page.Items))
	for i, item := range page.Items {
		all[i] = edge(page.Cursors[i], item)
		list[i] = &all[i]
	}
	return list
}

func pageInfo[T any](page catalog.Page[T]) *graph.PageInfo {
	info := &graph.PageInfo{HasNextPage: page.HasNext, HasPreviousPage: page.HasPrevious}
	if n := len(page.Cursors); n > 0 {
		info.StartCursor, info.EndCursor = &page.Cursors[0], &page.Cursors[n-1]
	}
	return info
}
