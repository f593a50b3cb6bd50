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

// CatchUp projects the learner's pending attempts, readings and course
// records. When it returns nil, all derived records include what was stored
// before the call, or before the query began; see Once.
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
		if _, err := t.projectCourse(ctx, record); err != nil {
			return fmt.Errorf("projecting course %s: %w", record.ID, err)
		}
	}
	return nil
}

// Sweep catches up at most limit learners with pending sources. A failure for
// one does not affect the others.
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

// projectAttempt projects an attempt onto all derived records, and marks it
// last, so that an interrupted projection is repeated.
func (t *Tracker) projectAttempt(ctx context.Context, a *quiz.Attempt) error {
	f := factsOf(a)
	if err := t.putCards(ctx, a.LearnerID, f.cards); err != nil {
		return err
	}
	if err := t.putObjectives(ctx, a.LearnerID, f.objectives); err != nil {
		return err
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
	if err := t.putTally(ctx, a.LearnerID, f); err != nil {
		return err
	}
	if err := t.record(ctx, a.LearnerID, func(d describer) []xapi.Statement { return d.attempt(a) }); err != nil {
		return err
	}
	if err := t.notify(ctx, a); err != nil {
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
	if err := t.record(ctx, r.LearnerID, func(d describer) []xapi.Statement { return d.reading(&r) }); err != nil {
		return err
	}
	r.Projected = true
	return unlessGone(t.readings.Replace(ctx, &r))
}

// unlessGone ignores that a source was changed or deleted during its
// projection: it stays unmarked, and is projected again if it still exists.
func unlessGone(err error) error {
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

func (t *Tracker) putCards(ctx context.Context, learner string, facts []cardFact) error {
	entries := make(map[string][]cardFact, len(facts)) // by card id
	ids := make([]string, 0, len(facts))
	for _, c := range facts {
		id := recordID(learner, c.question)
		ids = append(ids, id)
		entries[id] = append(entries[id], c)
	}
	fresh := func(id string) mastery.Card {
		return mastery.Card{Meta: store.Meta{ID: id}, LearnerID: learner, QuestionSlug: entries[id][0].question}
	}
	return store.AmendMany(ctx, t.cards, ids, fresh, func(card *mastery.Card) (bool, error) {
		changed := false
		for _, c := range entries[card.ID] {
			changed = card.Put(c.entry.Ref, &c.entry) || changed
		}
		return changed, nil
	})
}

func (t *Tracker) putObjectives(ctx context.Context, learner string, entries map[string]mastery.Entry) error {
	codes := make(map[string]string, len(entries)) // by record id
	ids := make([]string, 0, len(entries))
	for code := range entries {
		id := recordID(learner, code)
		ids = append(ids, id)
		codes[id] = code
	}
	fresh := func(id string) mastery.Record {
		return mastery.Record{Meta: store.Meta{ID: id}, LearnerID: learner, ObjectiveCode: codes[id]}
	}
	return store.AmendMany(ctx, t.objectives, ids, fresh, func(o *mastery.Record) (bool, error) {
		entry := entries[codes[o.ID]]
		return o.Put(entry.Ref, &entry), nil
	})
}

func (t *Tracker) putActivity(ctx context.Context, learner, month, ref string, entries []activity.Entry) error {
	id := recordID(learner, month)
	fresh := func() activity.Month {
		return activity.Month{Meta: store.Meta{ID: id}, LearnerID: learner, Month: month}
	}
	_, err := store.Amend(ctx, t.months, id, func(m *activity.Month) (bool, error) {
		if m.AnswersOf(ref) > activity.Answers(entries) {
			return false, nil // attempts only gain answers, so a later state has already been projected
		}
		return m.Put(ref, entries), nil
	}, store.OrNew(fresh))
	return err
}

// putInCourses applies put to the record of each course that has a relevant
// unit in a syllabus in which the learner is or was enrolled.
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
		// If the learner is upgraded concurrently, the new syllabus gets its
		// imports anyway.
		_, err = store.Amend(ctx, t.courses, record.ID, func(r *course.Record) (bool, error) {
			changed := put(r)
			r.Projected = r.Projected && !changed
			return changed, nil
		}, store.Knowing(record))
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
// enrolled. A lost syllabus, for instance after content was restored from an
// older copy, has none, so that it does not block the learner's other
// progress.
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

// projectCourse records the consequences of a changed course record, and marks
// it together with its imports, so that an interrupted projection is repeated.
// It returns an empty record if it was deleted concurrently.
func (t *Tracker) projectCourse(ctx context.Context, known course.Record) (course.Record, error) {
	var failed error // of a consequence; unlike the record itself, these must exist
	r, err := store.Amend(ctx, t.courses, known.ID, func(r *course.Record) (bool, error) {
		if r.Projected {
			return false, nil // a concurrent call was faster
		}
		for _, step := range []func(context.Context, *course.Record) error{t.importInto, t.certify, t.shareTicks, t.recordCourse} {
			if err := step(ctx, r); err != nil {
				failed = err
				return false, err
			}
		}
		r.Projected = true
		return true, nil
	}, store.Knowing(known))
	t.bell.Ring(known.ID)
	if failed == nil {
		err = unlessGone(err)
	}
	return r, err
}

// importInto adds what the learner read and passed before enrolling to the
// record. Anything concurrent already finds the record.
func (t *Tracker) importInto(ctx context.Context, r *course.Record) error {
	if r.Imported {
		return nil
	}
	units, err := t.unitsOf(ctx, r)
	if err != nil {
		return err
	}
	var readings, quizzes []string
	for _, u := range units {
		switch u.Kind {
		case catalog.ReadingUnit:
			readings = append(readings, recordID(r.LearnerID, u.LessonSlug))
		case catalog.QuizUnit:
			quizzes = append(quizzes, u.QuizSlug)
		case catalog.StepUnit: // see importSteps
		}
	}
	if err := t.importSteps(ctx, r); err != nil {
		return err
	}
	read, err := t.readings.GetMany(ctx, readings)
	if err != nil {
		return err
	}
	for _, reading := range read {
		r.PutReading(course.Reading{LessonSlug: reading.LessonSlug, At: reading.At})
	}
	finished, err := t.config.Attempts.Finished(ctx, r.LearnerID, quizzes)
	if err != nil {
		return err
	}
	for i := range finished {
		r.PutResult(*resultOf(&finished[i]))
	}
	r.Imported = true
	return nil
}
