package progress

import (
	"context"
	"errors"

	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
)

// adoptRounds limits how often what others do to a guest's records at the same
// time is taken in. Their own requests are refused by then.
const adoptRounds = 10

// Adopt takes the guest's attempts, readings, enrolments, ticks and waivers into
// the account, and projects them there. It may be repeated, also after an
// interruption. Statements that were stored for the guest are not stored for the
// account. It fails as [quiz.Attempts.MayAdopt] does, with everything else
// taken over.
func (t *Tracker) Adopt(ctx context.Context, guest, account string) error {
	err := t.adoptCauses(ctx, guest, account)
	for range adoptRounds {
		if !errors.Is(err, quiz.ErrUnprojected) {
			break
		}
		err = t.adoptCauses(ctx, guest, account)
	}
	return errors.Join(err, t.CatchUp(ctx, account))
}

// adoptCauses fails with quiz.ErrUnprojected if something has changed since the
// guest was caught up.
func (t *Tracker) adoptCauses(ctx context.Context, guest, account string) error {
	// What is told of the guest is told under their own name.
	if err := t.catchUp(ctx, guest); err != nil {
		return err
	}
	if err := t.adoptReadings(ctx, guest, account); err != nil {
		return err
	}
	for record, err := range t.courses.Each(ctx, ofLearner(guest)) {
		if err != nil {
			return err
		}
		if err := t.adoptCourse(ctx, record, account); err != nil {
			return err
		}
	}
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return err
	}
	describer := describer{t.config.Statements.Names(), snapshot}
	return t.config.Attempts.Adopt(ctx, guest, account, func(a *quiz.Attempt) int { return len(describer.attempt(a)) })
}

func (t *Tracker) adoptReadings(ctx context.Context, guest, account string) error {
	for reading, err := range t.readings.Each(ctx, ofLearner(guest)) {
		if err != nil {
			return err
		}
		if !reading.Projected {
			return quiz.ErrUnprojected
		}
		reading.Meta = store.Meta{ID: recordID(account, reading.LessonSlug)}
		reading.LearnerID, reading.Projected, reading.Adopted = account, false, true
		if err := t.readings.Insert(ctx, &reading); err != nil && !errors.Is(err, store.ErrDuplicate) {
			return err
		}
	}
	return nil
}

// adoptCourse makes a guest's course record part of the account's and deletes
// it. A trainer who waives a unit meanwhile either comes before that, or no
// longer finds it.
func (t *Tracker) adoptCourse(ctx context.Context, record course.Record, account string) error {
	if !record.Projected {
		return quiz.ErrUnprojected
	}
	silent, err := t.toldAs(ctx, record, account)
	if err != nil {
		return err
	}
	fresh := func() course.Record {
		return course.Record{
			Meta: store.Meta{ID: recordID(account, record.CourseSlug)}, LearnerID: account, CourseSlug: record.CourseSlug,
			Enrolments: record.Enrolments,
		}
	}
	_, err = store.Amend(ctx, t.courses, recordID(account, record.CourseSlug), func(r *course.Record) (bool, error) {
		changed := r.Adopt(&record, silent)
		r.Projected = r.Projected && !changed
		return changed || r.Rev == 0, nil
	}, store.OrNew(fresh))
	if err != nil {
		return err
	}
	err = t.courses.Delete(ctx, &record)
	if errors.Is(err, store.ErrStale) {
		return quiz.ErrUnprojected
	}
	return unlessGone(err)
}

// toldAs returns the ids that the statements about a guest's course record would
// have if it were the account's.
func (t *Tracker) toldAs(ctx context.Context, record course.Record, account string) ([]string, error) {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return nil, err
	}
	record.LearnerID = account
	told, err := t.courseStatements(ctx, describer{t.config.Statements.Names(), snapshot}, &record)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(told))
	for i := range told {
		ids = append(ids, told[i].ID)
	}
	return ids, nil
}
