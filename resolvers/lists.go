package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/bookmark"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// Lists of the caller's records across attempts and content.

func (r viewer) Practice(ctx context.Context, caller *identity.Caller, topic, objective *string) (*quiz.Supply, error) {
	return r.Root.Attempts.SupplyOf(ctx, caller.Subject,
		catalog.KindTopic.Slug(orZero(topic)), catalog.KindObjective.Slug(orZero(objective)))
}

func (r viewer) Mistakes(ctx context.Context, caller *identity.Caller, first *int, after *string) (*graph.MistakeConnection, error) {
	page, err := r.Root.Attempts.Mistakes(ctx, caller.Subject, catalog.PageRequest{First: first, After: after})
	if err != nil {
		return nil, err
	}
	return &graph.MistakeConnection{
		Edges: edges(page, func(cursor string, m *quiz.Mistake) graph.MistakeEdge {
			return graph.MistakeEdge{Cursor: cursor, Node: m}
		}),
		Nodes:      page.Items,
		PageInfo:   pageInfo(page),
		TotalCount: page.Total,
	}, nil
}

func (r viewer) Flagged(ctx context.Context, caller *identity.Caller, first *int, after *string) (*graph.FlaggedQuestionConnection, error) {
	page, err := r.Root.Attempts.Flagged(ctx, caller.Subject, catalog.PageRequest{First: first, After: after})
	if err != nil {
		return nil, err
	}
	return &graph.FlaggedQuestionConnection{
		Edges: edges(page, func(cursor string, f *quiz.FlaggedQuestion) graph.FlaggedQuestionEdge {
			return graph.FlaggedQuestionEdge{Cursor: cursor, Node: f}
		}),
		Nodes:      page.Items,
		PageInfo:   pageInfo(page),
		TotalCount: page.Total,
	}, nil
}

func (r viewer) Bookmarks(ctx context.Context, caller *identity.Caller, first *int, after *string) (*graph.BookmarkConnection, error) {
	page, err := r.Root.Bookmarks.Of(ctx, caller.Subject, catalog.PageRequest{First: first, After: after})
	if err != nil {
		return nil, err
	}
	return &graph.BookmarkConnection{
		Edges: edges(page, func(cursor string, b *bookmark.View) graph.BookmarkEdge {
			return graph.BookmarkEdge{Cursor: cursor, Node: b}
		}),
		Nodes:      page.Items,
		PageInfo:   pageInfo(page),
		TotalCount: page.Total,
	}, nil
}

func (r mutation) SetBookmark(ctx context.Context, input graph.SetBookmarkInput) (*graph.SetBookmarkPayload, error) {
	set, err := asLearner(ctx, func(learner string) (*bookmark.View, error) {
		note := bookmark.Note{Given: input.Note.IsSet(), Text: orZero(input.Note.Value())}
		return r.Bookmarks.Set(ctx, learner, input.Node, note)
	})
	return &graph.SetBookmarkPayload{Bookmark: set}, err
}

func (r mutation) RemoveBookmark(ctx context.Context, input graph.RemoveBookmarkInput) (*graph.RemoveBookmarkPayload, error) {
	removed, err := asLearner(ctx, func(learner string) (bool, error) {
		return r.Bookmarks.Remove(ctx, learner, input.Node)
	})
	return &graph.RemoveBookmarkPayload{Removed: removed}, err
}
