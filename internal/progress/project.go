package progress

import (
	"context"
	"errors"
	"fmt"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// CatchUp projects what is left to project of the learner's attempts, readings
// and course records. When it returns nil, every sum about the learner counts
// what was stored before it was called, or before the query began; see Once.
func (t *Tracker) CatchUp(ctx context.Context, learner string) error {
	if o, ok := ctx.Value(caughtUpKey{}).(*caughtUp); ok {
		return o.do(learner, func() error { return t.catchUp(ctx, learner) })
	}
	return t.catchUp(ctx, learner)
}

func (t *Tracker) catchUp(ctx context.Context, learner string) error {
	for attempt, err := range t.config.Attempts.Unprojected(ctx, learner) {
		if err != nil {
			return err
		}
		if err := t.projectAttempt(ctx, &attempt); err != nil {
			return fmt.Errorf("projecting attempt %s: %w", attempt.ID, err)
		}
	}
	for reading, err := range t.readings.Each(ctx, unprojected(learner)) {
		if err != nil {
			return err
		}
		if err := t.projectReading(ctx, reading); err != nil {
			return fmt.Errorf("projecting reading %s: %w", reading.ID, err)
		}
	}
	for record, err := range t.courses.Each(ctx, unprojected(learner)) {
		if err != nil {
			return err
		}
		if err := t.projectCourse(ctx, record); err != nil {
			return fmt.Errorf("projecting course %s: %w", record.ID, err)
		}
	}
	return nil
}

// Sweep catches up for at most limit learners of whom something is left to
// project. One who fails does not keep it from the others.
func (t *Tracker) Sweep(ctx context.Context, limit int) error {
	learners, err := t.config.Attempts.UnprojectedLearners(ctx, limit)
	if err != nil {
		return err
	}
	left := store.Query{Where: store.Where{"projected": false}, Limit: limit}
	readings, _, err := t.readings.Find(ctx, left)
	if err != nil {
		return err
	}
	for i := range readings {
		learners = append(learners, readings[i].LearnerID)
	}
	courses, _, err := t.courses.Find(ctx, left)
	if err != nil {
		return err
	}
	for i := range courses {
		learners = append(learners, courses[i].LearnerID)
	}

	var failures []error
	done := map[string]bool{}
	for _, learner := range learners {
		if done[learner] {
			continue
		}
		done[learner] = true
		failures = append(failures, t.CatchUp(ctx, learner))
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failures...)
}

// projectAttempt makes an attempt part of everything that sums it up, and
// marks it last: what is interrupted before that is done again.
func (t *Tracker) projectAttempt(ctx context.Context, a *quiz.Attempt) error {
	f := factsOf(a)
	for _, c := range f.cards {
		if err := t.putCard(ctx, a.LearnerID, c); err != nil {
			return err
		}
	}
	for code, entry := range f.objectives {
		if err := t.putObjective(ctx, a.LearnerID, code, entry); err != nil {
			return err
		}
	}
	for month, entries := range f.activity {
		if err := t.putActivity(ctx, a.LearnerID, month, f.ref, entries); err != nil {
			return err
		}
	}
	if f.result != nil {
		err := t.putInCourses(ctx, a.LearnerID, func(u *catalog.Unit) bool { return u.QuizSlug == f.result.QuizSlug },
			func(r *course.Record) bool { return r.PutResult(*f.result) })
		if err != nil {
			return err
		}
	}
	if err := t.tell(ctx, a.LearnerID, func(tell teller) []xapi.Statement { return tell.attempt(a) }); err != nil {
		return err
	}
	return t.config.Attempts.MarkProjected(ctx, *a)
}

func (t *Tracker) projectReading(ctx context.Context, r Reading) error {
	entry := activityOf(&r)
	if err := t.putActivity(ctx, r.LearnerID, activity.MonthOf(r.At), r.ref(), []activity.Entry{entry}); err != nil {
		return err
	}
	err := t.putInCourses(ctx, r.LearnerID, func(u *catalog.Unit) bool { return u.LessonSlug == r.LessonSlug },
		func(c *course.Record) bool { return c.PutReading(course.Reading{LessonSlug: r.LessonSlug, At: r.At}) })
	if err != nil {
		return err
	}
	if err := t.tell(ctx, r.LearnerID, func(tell teller) []xapi.Statement { return tell.reading(&r) }); err != nil {
		return err
	}
	r.Projected = true
	return unlessGone(t.readings.Replace(ctx, &r))
}

// unlessGone forgives that a source was changed or deleted while it was
// projected: it is not marked then, and projected again if it is still there.
func unlessGone(err error) error {
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

func (t *Tracker) putCard(ctx context.Context, learner string, c cardFact) error {
	id := recordID(learner, c.question)
	fresh := func() mastery.Card {
		return mastery.Card{Meta: store.Meta{ID: id}, LearnerID: learner, QuestionSlug: c.question}
	}
	_, err := store.Amend(ctx, t.cards, id, func(card *mastery.Card) (bool, error) { return card.Put(c.entry.Ref, &c.entry), nil }, store.OrNew(fresh))
	return err
}

func (t *Tracker) putObjective(ctx context.Context, learner, code string, entry mastery.Entry) error {
	id := recordID(learner, code)
	fresh := func() mastery.Record {
		return mastery.Record{Meta: store.Meta{ID: id}, LearnerID: learner, ObjectiveCode: code}
	}
	_, err := store.Amend(ctx, t.objectives, id, func(o *mastery.Record) (bool, error) { return o.Put(entry.Ref, &entry), nil }, store.OrNew(fresh))
	return err
}

func (t *Tracker) putActivity(ctx context.Context, learner, month, ref string, entries []activity.Entry) error {
	id := recordID(learner, month)
	fresh := func() activity.Month {
		return activity.Month{Meta: store.Meta{ID: id}, LearnerID: learner, Month: month}
	}
	_, err := store.Amend(ctx, t.months, id, func(m *activity.Month) (bool, error) {
		if m.AnswersOf(ref) > activity.Answers(entries) {
			return false, nil // an attempt only gets more answers: somebody has projected a later state of it
		}
		return m.Put(ref, entries), nil
	}, store.OrNew(fresh))
	return err
}

// putInCourses applies put to the record of each course that has, in a syllabus
// in which the learner is or was enrolled, a unit that concerns it.
func (t *Tracker) putInCourses(ctx context.Context, learner string, concerns func(*catalog.Unit) bool, put func(*course.Record) bool) error {
	for record, err := range t.courses.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return err
		}
		units, err := t.unitsOf(ctx, &record)
		if err != nil {
			return err
		}
		if !anyOf(units, concerns) {
			continue
		}
		// A syllabus that the learner moves to meanwhile is imported into.
		_, err = store.Amend(ctx, t.courses, record.ID, func(r *course.Record) (bool, error) {
			changed := put(r)
			r.Projected = r.Projected && !changed
			return changed, nil
		})
		if err := unlessGone(err); err != nil {
			return err
		}
	}
	return nil
}

func anyOf(units []*catalog.Unit, concerns func(*catalog.Unit) bool) bool {
	for _, u := range units {
		if concerns(u) {
			return true
		}
	}
	return false
}

// unitsOf returns the units of every syllabus in which the learner is or was
// enrolled. One that is lost, as after content was restored from an older copy,
// has none: nothing else about the learner waits for it.
func (t *Tracker) unitsOf(ctx context.Context, r *course.Record) ([]*catalog.Unit, error) {
	var units []*catalog.Unit
	for _, e := range r.Enrolments {
		course, err := t.syllabus(ctx, r, e)
		if isMissing(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		units = append(units, course.Units...)
	}
	return units, nil
}

// projectCourse does what follows from a change of a course record, and marks
// it last.
func (t *Tracker) projectCourse(ctx context.Context, r course.Record) error {
	if !r.Imported {
		var err error
		if r, err = t.importInto(ctx, r.ID); err != nil {
			return unlessGone(err)
		}
	}
	if err := t.certify(ctx, &r); err != nil {
		return err
	}
	if err := t.tellCourse(ctx, &r); err != nil {
		return err
	}
	r.Projected = true
	err := unlessGone(t.courses.Replace(ctx, &r))
	t.bell.Ring(r.ID)
	return err
}

// importInto makes what the learner has read and passed before they enrolled
// part of the record. Whatever they do meanwhile finds the record there.
func (t *Tracker) importInto(ctx context.Context, id string) (course.Record, error) {
	return store.Amend(ctx, t.courses, id, func(r *course.Record) (bool, error) {
		units, err := t.unitsOf(ctx, r)
		if err != nil {
			return false, err
		}
		for _, u := range units {
			if err := t.importUnit(ctx, r, u); err != nil {
				return false, err
			}
		}
		changed := !r.Imported
		r.Imported = true
		return changed, nil
	})
}

func (t *Tracker) importUnit(ctx context.Context, r *course.Record, u *catalog.Unit) error {
	switch u.Kind {
	case catalog.ReadingUnit:
		reading, err := t.readings.Get(ctx, recordID(r.LearnerID, u.LessonSlug))
		if isMissing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		r.PutReading(course.Reading{LessonSlug: u.LessonSlug, At: reading.At})
	case catalog.QuizUnit:
		for attempt, err := range t.config.Attempts.Finished(ctx, r.LearnerID, u.QuizSlug) {
			if err != nil {
				return err
			}
			r.PutResult(*resultOf(&attempt))
		}
	case catalog.StepUnit: // is ticked off in the course itself
	}
	return nil
}
