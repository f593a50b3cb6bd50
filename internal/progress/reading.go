package progress

import (
	"context"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Reading records that a learner has read a lesson.
type Reading struct {
	store.Meta `bson:",inline"` // _id is <learner>/<lesson>

	LearnerID  string    `bson:"learner_id"`
	LessonSlug string    `bson:"lesson"`
	At         time.Time `bson:"at"`      // when they first marked it as read
	Seconds    int       `bson:"seconds"` // the lesson's reading time, as of then
	Projected  bool      `bson:"projected"`
}

// ref identifies the reading as a source of activity.
func (r *Reading) ref() string { return "reading:" + r.LessonSlug }

// CompleteReading records that the learner has read a lesson; repeating it
// changes nothing. It returns their progress in those of their courses that
// include the lesson. It fails with fault.NotFound if there is no such lesson.
func (t *Tracker) CompleteReading(ctx context.Context, learner, slug string) ([]*course.Progress, error) {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return nil, err
	}
	lesson := snapshot.Lesson(slug)
	if lesson == nil {
		return nil, fault.New(fault.NotFound, "there is no such lesson")
	}
	id := recordID(learner, slug)
	fresh := func() Reading {
		return Reading{
			Meta: store.Meta{ID: id}, LearnerID: learner, LessonSlug: slug,
			At: t.now(), Seconds: lesson.ReadingMinutes() * 60,
		}
	}
	if _, err := store.Amend(ctx, t.readings, id, func(r *Reading) (bool, error) { return r.Rev == 0, nil }, store.OrNew(fresh)); err != nil {
		return nil, err
	}
	courses, err := t.Courses(ctx, learner)
	return slices.DeleteFunc(courses, func(p *course.Progress) bool {
		return !anyOf(p.Course.Units, func(u *catalog.Unit) bool { return u.LessonSlug == slug })
	}), err
}

// activityOf returns the reading's activity.
func activityOf(r *Reading) activity.Entry {
	return activity.Entry{Ref: r.ref(), Quarter: activity.QuarterOf(r.At), Seconds: r.Seconds}
}
