package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
)

func (r query) Questions(ctx context.Context, filter *catalog.QuestionFilter, first *int, after *string, last *int, before *string) (*graph.QuestionConnection, error) {
	snapshot, err := r.Library.At(ctx)
	if err != nil {
		return nil, err
	}
	page, err := snapshot.QuestionPage(filter, pageOf(ctx, first, after, last, before))
	if err != nil {
		return nil, err
	}
	return &graph.QuestionConnection{
		Edges: edges(page, func(cursor string, q *catalog.Question) graph.QuestionEdge {
			return graph.QuestionEdge{Cursor: cursor, Node: q}
		}),
		Nodes:      page.Items,
		PageInfo:   pageInfo(page),
		TotalCount: page.Total,
	}, nil
}

func (r query) Question(ctx context.Context, slug string) (*catalog.Question, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Question { return s.Question(catalog.KindQuestion.Slug(slug)) })
}

func (r query) Quizzes(ctx context.Context) ([]*catalog.Quiz, error) {
	return read(ctx, r.Root, (*catalog.Snapshot).Quizzes)
}

func (r query) Quiz(ctx context.Context, slug string) (*catalog.Quiz, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Quiz { return s.Quiz(catalog.KindQuiz.Slug(slug)) })
}

func (r query) Courses(ctx context.Context) ([]*catalog.Course, error) {
	return read(ctx, r.Root, (*catalog.Snapshot).Courses)
}

func (r query) Course(ctx context.Context, slug string) (*catalog.Course, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Course { return s.Course(catalog.KindCourse.Slug(slug)) })
}
