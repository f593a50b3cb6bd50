package progress

import (
	"context"
	"errors"
	"strings"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/typed"
)

// Enroll enrols the learner in the published version of a course; lessons
// already read and quizzes already passed count. Enrolling again changes
// nothing; it does not upgrade, see Upgrade. It fails with fault.NotFound if
// there is no such course.
func (t *Tracker) Enroll(ctx context.Context, learner, slug string) (*course.Progress, error) {
	syllabus, err := t.published(slug)
	if err != nil {
		return nil, err
	}
	record := course.Record{
		Meta: store.Meta{ID: recordID(learner, slug)}, LearnerID: learner, CourseSlug: slug,
		Enrolments: []course.Enrolment{{Version: syllabus.Version, At: t.now()}},
	}
	err = t.courses.Insert(ctx, &record)
	if errors.Is(err, store.ErrDuplicate) {
		return t.Course(ctx, learner, slug)
	}
	if err != nil {
		return nil, err
	}
	// A new record is computed from the sources, not from derived documents.
	if err := t.config.Attempts.Settle(ctx, learner); err != nil {
		return nil, err
	}
	record, err = t.projectCourse(ctx, record)
	if err != nil {
		return nil, err
	}
	if record.ID == "" {
		return nil, notEnrolled()
	}
	return t.progressOf(ctx, &record)
}

// Upgrade moves the learner to the published version of a course in which they
// are enrolled. Completed units stay completed; a completed course stays
// completed in its version. It fails with fault.NotFound if they are not
// enrolled, or the course is no longer published.
func (t *Tracker) Upgrade(ctx context.Context, learner, slug string) (*course.Progress, error) {
	syllabus, err := t.published(slug)
	if err != nil {
		return nil, err
	}
	// What counts for the old syllabus must be known before it is superseded.
	if err := t.CatchUp(ctx, learner); err != nil {
		return nil, err
	}
	err = t.changeCourse(ctx, learner, slug, func(r *course.Record) (bool, error) {
		if r.Current().Version >= syllabus.Version {
			return false, nil
		}
		r.Enrolments = append(r.Enrolments, course.Enrolment{Version: syllabus.Version, At: t.now()})
		r.Imported = false
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	return t.Course(ctx, learner, slug)
}

// CompleteUnit marks a STEP unit as done. Repeating it changes nothing. It
// fails with fault.NotFound if the learner is not enrolled, with
// fault.InvalidInput if the enrolled syllabus has no such STEP unit, and with
// fault.Conflict if a prerequisite is not satisfied.
func (t *Tracker) CompleteUnit(ctx context.Context, learner, slug, unit string) (*course.Progress, error) {
	if err := t.CatchUp(ctx, learner); err != nil {
		return nil, err
	}
	err := t.changeCourse(ctx, learner, slug, func(r *course.Record) (bool, error) {
		p, err := t.progressOf(ctx, r)
		if err != nil {
			return false, err
		}
		u := p.Unit(unit)
		switch {
		case u == nil:
			return false, fault.Invalid("unit", "the course has no such unit")
		case u.Unit.Kind != catalog.StepUnit:
			return false, fault.Invalid("unit", "only STEP units can be marked as done; this unit is completed by its lesson or quiz")
		case u.State == course.UnitLocked:
			return false, fault.Conflicting(fault.UnitLocked, "complete the unit “%s” first", p.MissingBefore(u).Title)
		}
		return r.Tick(unit, t.now()), nil
	})
	if err != nil {
		return nil, err
	}
	return t.Course(ctx, learner, slug)
}

// maxNote limits a waiver's note, in characters.
const maxNote = 500

// Waive records that a learner need not do a unit; the first waiver of a unit
// stays. It fails as CompleteUnit does, except that prerequisites do not
// matter. The caller decides whether the trainer may do so.
func (t *Tracker) Waive(ctx context.Context, learner, slug string, w course.Waiver) (*course.Progress, error) {
	if !w.Reason.Known() {
		return nil, fault.Invalid("reason", "there is no such reason")
	}
	if w.Note = strings.TrimSpace(w.Note); w.Note != "" {
		note, err := typed.Note("note", w.Note, maxNote)
		if err != nil {
			return nil, err
		}
		w.Note = note
	}
	w.At = t.now()
	err := t.changeCourse(ctx, learner, slug, func(r *course.Record) (bool, error) {
		p, err := t.progressOf(ctx, r)
		if err != nil {
			return false, err
		}
		if p.Unit(w.UnitSlug) == nil {
			return false, fault.Invalid("unit", "the course has no such unit")
		}
		return r.Waive(w), nil
	})
	if err != nil {
		return nil, err
	}
	return t.Course(ctx, learner, slug)
}

// changeCourse changes the record of a course in which the learner is enrolled,
// and leaves it to be projected.
func (t *Tracker) changeCourse(ctx context.Context, learner, slug string, change func(*course.Record) (bool, error)) error {
	_, err := store.Amend(ctx, t.courses, recordID(learner, slug), func(r *course.Record) (bool, error) {
		changed, err := change(r)
		if changed {
			r.Projected = false
		}
		return changed, err
	})
	if isMissing(err) {
		return notEnrolled()
	}
	return err
}

func notEnrolled() error {
	return fault.New(fault.NotFound, "you are not enrolled in this course")
}

func isMissing(err error) bool { return errors.Is(err, store.ErrNotFound) }

func (t *Tracker) published(slug string) (*catalog.Course, error) {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return nil, err
	}
	course := snapshot.Course(slug)
	if course == nil {
		return nil, fault.New(fault.NotFound, "there is no such course")
	}
	return course, nil
}
