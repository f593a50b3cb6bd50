package resolvers

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
)

func (r viewer) XapiStatements(ctx context.Context, caller *identity.Caller, first *int, after *string, since *time.Time) (*graph.XapiStatementConnection, error) {
	page, err := r.Statements.Of(ctx, caller.Subject, statement.Request{First: first, After: after, Since: since})
	return statements(page), err
}

func (r cohortFields) XapiStatements(ctx context.Context, v *cohort.View, first *int, after *string, since *time.Time) (*graph.XapiStatementConnection, error) {
	page, err := v.Statements(ctx, statement.Request{First: first, After: after, Since: since})
	return statements(page), err
}

func statements(page statement.Page) *graph.XapiStatementConnection {
	c := &graph.XapiStatementConnection{
		Edges:    make([]*graph.XapiStatementEdge, 0, len(page.Items)),
		Nodes:    make([]*cohort.Statement, 0, len(page.Items)),
		PageInfo: &graph.PageInfo{HasNextPage: page.HasNext, HasPreviousPage: page.HasPrevious},
	}
	for _, view := range page.Items {
		s := &cohort.Statement{View: view}
		c.Nodes = append(c.Nodes, s)
		c.Edges = append(c.Edges, &graph.XapiStatementEdge{Cursor: s.Cursor(), Node: s})
	}
	if n := len(c.Edges); n > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &c.Edges[0].Cursor, &c.Edges[n-1].Cursor
	}
	return c
}
