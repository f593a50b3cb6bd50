package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

func (r query) Topics(context.Context) ([]*catalog.Topic, error) {
	return read(r.Root, (*catalog.Snapshot).Topics)
}

func (r query) Topic(_ context.Context, code string) (*catalog.Topic, error) {
	return read(r.Root, func(s *catalog.Snapshot) *catalog.Topic { return s.Topic(code) })
}

func (r query) Objective(_ context.Context, code string) (*catalog.LearningObjective, error) {
	return read(r.Root, func(s *catalog.Snapshot) *catalog.LearningObjective { return s.Objective(code) })
}

func (r query) Lessons(context.Context) ([]*catalog.Lesson, error) {
	return read(r.Root, (*catalog.Snapshot).Lessons)
}

func (r query) Lesson(_ context.Context, slug string) (*catalog.Lesson, error) {
	return read(r.Root, func(s *catalog.Snapshot) *catalog.Lesson { return s.Lesson(slug) })
}

func (r query) Terms(context.Context) ([]*catalog.Term, error) {
	return read(r.Root, (*catalog.Snapshot).Terms)
}

func (r query) Term(_ context.Context, slug string) (*catalog.Term, error) {
	return read(r.Root, func(s *catalog.Snapshot) *catalog.Term { return s.Term(slug) })
}
