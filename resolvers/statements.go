package resolvers

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/progress"
)

func (r viewer) XapiStatements(ctx context.Context, caller *identity.Caller, first *int, after *string, since *time.Time) (*graph.XapiStatementConnection, error) {
	page, err := r.Statements.Of(ctx, caller.Subject, progress.StatementRequest{First: first, After: after, Since: since})
	return statements(page), err
}

func (r cohortFields) XapiStatements(ctx context.Context, v *progress.CohortView, first *int, after *string, since *time.Time) (*graph.XapiStatementConnection, error) {
	page, err := v.Statements(ctx, progress.StatementRequest{First: first, After: after, Since: since})
	return statements(page), err
}

func statements(page progress.StatementPage) *graph.XapiStatementConnection {
	c := &graph.XapiStatementConnection{
		Edges:    make([]*graph.XapiStatementEdge, 0, len(page.Items)),
		Nodes:    make([]*progress.ToldStatement, 0, len(page.Items)),
		PageInfo: &graph.PageInfo{HasNextPage: page.HasNext, HasPreviousPage: page.HasPrevious},
	}
	for _, view := range page.Items {
		s := &progress.ToldStatement{StatementView: view}
		c.Nodes = append(c.Nodes, s)
		c.Edges = append(c.Edges, &graph.XapiStatementEdge{Cursor: s.Cursor(), Node: s})
	}
	if n := len(c.Edges); n > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &c.Edges[0].Cursor, &c.Edges[n-1].Cursor
	}
	return c
}
