package progress

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/watch"
)

// Course returns the learner's progress in a course. It fails with
// fault.NotFound if they are not enrolled.
func (t *Tracker) Course(ctx context.Context, learner, slug string) (*course.Progress, error) {
	if err := t.CatchUp(ctx, learner); err != nil {
		return nil, err
	}
	record, err := t.courses.Get(ctx, recordID(learner, slug))
	if isMissing(err) {
		return nil, notEnrolled()
	}
	if err != nil {
		return nil, err
	}
	return t.progressOf(ctx, &record)
}

// Courses returns the learner's progress in every course in which they are
// enrolled, ordered by course slug.
func (t *Tracker) Courses(ctx context.Context, learner string) ([]*course.Progress, error) {
	if err := t.CatchUp(ctx, learner); err != nil {
		return nil, err
	}
	all := []*course.Progress{}
	for record, err := range t.courses.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return nil, err
		}
		p, err := t.progressOf(ctx, &record)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// WatchCourse sends the learner's progress in a course at once and after each
// change until ctx ends; then it closes the channel. A change by this process
// is seen at once, any other within every. It fails as Course does.
func (t *Tracker) WatchCourse(ctx context.Context, learner, slug string, every time.Duration) (<-chan *course.Progress, error) {
	ticker := time.NewTicker(every)
	changes, err := watch.Follow(ctx, &t.bell, watch.Subject[*course.Progress]{
		ID:   recordID(learner, slug),
		Get:  func(ctx context.Context) (*course.Progress, error) { return t.Course(ctx, learner, slug) },
		Same: sameProgress,
		Gone: func(err error) bool { return fault.CodeOf(err) == fault.NotFound },
	}, ticker.C)
	if err != nil {
		ticker.Stop()
		return nil, err
	}
	context.AfterFunc(ctx, ticker.Stop)
	return changes, nil
}

// sameProgress reports whether a learner would see no difference. Courses of
// the same version are equal, however they are linked.
func sameProgress(a, b *course.Progress) bool {
	x, y := *a, *b
	x.Course, y.Course, x.Units, y.Units = nil, nil, nil, nil
	if a.Course.Version != b.Course.Version || len(a.Units) != len(b.Units) || !reflect.DeepEqual(x, y) {
		return false
	}
	for i := range a.Units {
		u, v := *a.Units[i], *b.Units[i]
		u.Unit, v.Unit = nil, nil
		if !reflect.DeepEqual(u, v) {
			return false
		}
	}
	return true
}

// progressOf evaluates the record by the syllabus of the latest enrolment.
func (t *Tracker) progressOf(ctx context.Context, r *course.Record) (*course.Progress, error) {
	course, err := t.syllabus(ctx, r, r.Current())
	if err != nil {
		return nil, err
	}
	p := r.Evaluate(course, len(r.Enrolments)-1)
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return nil, err
	}
	if latest := snapshot.Course(r.CourseSlug); latest != nil {
		p.Latest = latest.Version
	}
	return p, nil
}

func (t *Tracker) syllabus(ctx context.Context, r *course.Record, e course.Enrolment) (*catalog.Course, error) {
	course, err := t.config.Library.Course(ctx, r.CourseSlug, e.Version)
	if err != nil {
		return nil, fmt.Errorf("loading the syllabus %s@%d: %w", r.CourseSlug, e.Version, err)
	}
	return course, nil
}
