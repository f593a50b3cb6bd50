package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/notice"
)

func (r viewer) Notices(ctx context.Context, caller *identity.Caller, unread bool, first *int, after *string) (*graph.NoticeConnection, error) {
	page, err := r.Tracker.Notices(ctx, caller.Subject, unread, catalog.PageRequest{First: first, After: after})
	if err != nil {
		return nil, err
	}
	return &graph.NoticeConnection{
		Edges: edges(page.Page, func(cursor string, n *notice.View) graph.NoticeEdge {
			return graph.NoticeEdge{Cursor: cursor, Node: n}
		}),
		Nodes:       page.Items,
		PageInfo:    pageInfo(page.Page),
		TotalCount:  page.Total,
		UnreadCount: page.Unread,
	}, nil
}

func (r mutation) MarkNoticesRead(ctx context.Context, input graph.MarkNoticesReadInput) (*graph.MarkNoticesReadPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.Notices.MarkRead(ctx, caller.Subject, input.Ids); err != nil {
		return nil, err
	}
	return &graph.MarkNoticesReadPayload{Viewer: &caller}, nil
}
