package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
	"github.com/scrumkb/scrumkb/internal/progress/course"
)

func (r viewer) Enrollments(ctx context.Context, caller *identity.Caller) ([]*course.Progress, error) {
	return r.Tracker.Courses(ctx, caller.Subject)
}

func (r viewer) CourseProgress(ctx context.Context, caller *identity.Caller, course string) (*course.Progress, error) {
	return orNull(r.Tracker.Course(ctx, caller.Subject, catalog.KindCourse.Slug(course)))
}

type courseProgress struct{ *Root }

func (r courseProgress) Certificate(ctx context.Context, p *course.Progress) (*certificate.View, error) {
	return r.Tracker.CertificateFor(ctx, p)
}

func (r mutation) Enroll(ctx context.Context, input graph.EnrollInput) (*graph.EnrollPayload, error) {
	p, err := asLearner(ctx, func(learner string) (*course.Progress, error) {
		return r.Tracker.Enroll(ctx, learner, catalog.KindCourse.Slug(input.Course))
	})
	return &graph.EnrollPayload{Progress: p}, err
}

func (r mutation) UpgradeCourse(ctx context.Context, input graph.UpgradeCourseInput) (*graph.UpgradeCoursePayload, error) {
	p, err := asLearner(ctx, func(learner string) (*course.Progress, error) {
		return r.Tracker.Upgrade(ctx, learner, catalog.KindCourse.Slug(input.Course))
	})
	return &graph.UpgradeCoursePayload{Progress: p}, err
}

func (r mutation) CompleteReading(ctx context.Context, input graph.CompleteReadingInput) (*graph.CompleteReadingPayload, error) {
	slug := catalog.KindLesson.Slug(input.Lesson)
	done, err := asLearner(ctx, func(learner string) ([]*course.Progress, error) {
		return r.Tracker.CompleteReading(ctx, learner, slug)
	})
	if err != nil {
		return nil, err
	}
	lesson, err := read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Lesson { return s.Lesson(slug) })
	return &graph.CompleteReadingPayload{Lesson: lesson, Progress: done}, err
}

func (r mutation) CompleteUnit(ctx context.Context, input graph.CompleteUnitInput) (*graph.CompleteUnitPayload, error) {
	p, err := asLearner(ctx, func(learner string) (*course.Progress, error) {
		course := catalog.KindCourse.Slug(input.Course)
		return r.Tracker.CompleteUnit(ctx, learner, course, catalog.UnitSlug(course, input.Unit))
	})
	return &graph.CompleteUnitPayload{Progress: p}, err
}

func (r subscription) CourseProgressUpdated(ctx context.Context, syllabus string) (<-chan *course.Progress, error) {
	return asLearner(ctx, func(learner string) (<-chan *course.Progress, error) {
		return r.Tracker.WatchCourse(ctx, learner, catalog.KindCourse.Slug(syllabus), watchEvery)
	})
}

// asLearner calls a function on behalf of the caller.
func asLearner[T any](ctx context.Context, do func(learner string) (T, error)) (T, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		var none T
		return none, err
	}
	return do(caller.Subject)
}
