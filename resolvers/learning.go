package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

func (r query) Topics(ctx context.Context) ([]*catalog.Topic, error) {
	return read(ctx, r.Root, (*catalog.Snapshot).Topics)
}

func (r query) Topic(ctx context.Context, code string) (*catalog.Topic, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Topic { return s.Topic(catalog.KindTopic.Slug(code)) })
}

func (r query) Objective(ctx context.Context, code string) (*catalog.LearningObjective, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.LearningObjective {
		return s.Objective(catalog.KindObjective.Slug(code))
	})
}

func (r query) Lessons(ctx context.Context) ([]*catalog.Lesson, error) {
	return read(ctx, r.Root, (*catalog.Snapshot).Lessons)
}

func (r query) Lesson(ctx context.Context, slug string) (*catalog.Lesson, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Lesson { return s.Lesson(catalog.KindLesson.Slug(slug)) })
}

func (r query) Terms(ctx context.Context) ([]*catalog.Term, error) {
	return read(ctx, r.Root, (*catalog.Snapshot).Terms)
}

func (r query) Term(ctx context.Context, slug string) (*catalog.Term, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Term { return s.Term(catalog.KindTerm.Slug(slug)) })
}
