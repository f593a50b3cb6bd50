package progress

import (
	"context"
	"fmt"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// tell stores the statements about a learner.
func (t *Tracker) tell(ctx context.Context, learner string, of func(teller) []xapi.Statement) error {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return err
	}
	return t.config.Statements.Put(ctx, learner, of(teller{t.config.Statements.Names(), snapshot}))
}

// tellCourse stores the statements that follow from a course record and were
// not stored for it before, and notes their ids in it.
func (t *Tracker) tellCourse(ctx context.Context, r *course.Record) error {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return err
	}
	told, err := t.courseStatements(ctx, teller{t.config.Statements.Names(), snapshot}, r)
	if err != nil {
		return err
	}
	missing := slices.DeleteFunc(told, func(s xapi.Statement) bool { return slices.Contains(r.Told, s.ID) })
	if err := t.config.Statements.Put(ctx, r.LearnerID, missing); err != nil {
		return err
	}
	for i := range missing {
		r.Told = append(r.Told, missing[i].ID)
	}
	return nil
}

// courseStatements returns the statements of each enrolment. An enrolment whose
// syllabus is lost is skipped.
func (t *Tracker) courseStatements(ctx context.Context, teller teller, r *course.Record) ([]xapi.Statement, error) {
	var all []xapi.Statement
	for i, e := range r.Enrolments {
		course, err := t.syllabus(ctx, r, e)
		if isMissing(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, told := range teller.course(r.Evaluate(course, i)) {
			// What was satisfied in one version is recorded once.
			known := slices.ContainsFunc(all, func(s xapi.Statement) bool { return s.ID == told.ID })
			if !known && !slices.Contains(r.Silent, told.ID) {
				all = append(all, told)
			}
		}
	}
	return all, nil
}

// teller derives statements from a learner's records. Their content depends on
// the record and on the titles of the published content; their ids only on the
// record.
type teller struct {
	names    xapi.Names
	snapshot *catalog.Snapshot
}

// attempt records how an attempt began and ended, once something in it counts,
// except for what was recorded for the guest whose attempt it was.
func (t teller) attempt(a *quiz.Attempt) []xapi.Statement {
	all := t.wholeAttempt(a)
	return all[min(a.Told, len(all)):]
}

func (t teller) wholeAttempt(a *quiz.Attempt) []xapi.Statement {
	if a.State.Open() && !slices.ContainsFunc(a.Slots, func(s quiz.Slot) bool { return graded(&s) }) {
		return nil
	}
	e := xapi.Event{
		Learner: a.LearnerID, Source: "attempt:" + a.Ref(), Registration: "attempt:" + a.Ref(),
		At: a.StartedAt, Activity: t.attempted(a),
	}
	if a.QuizSlug != "" {
		e.For = t.coursesWith(func(u *catalog.Unit) bool { return u.QuizSlug == a.QuizSlug })
	}
	told := []xapi.Statement{t.names.Started(e)}
	if a.State.Open() {
		return told
	}
	e.At = *a.FinishedAt
	took := a.FinishedAt.Sub(a.StartedAt)
	score := a.Score()
	if score == nil {
		return append(told, t.names.Abandoned(e, took))
	}
	return append(told, t.names.Finished(e, xapi.Outcome{
		Duration: took, Marks: score.Marks(), MaxMarks: score.MaxMarks(),
		Percent: score.Percent(), PassPercent: a.Rules.PassPercent, Passed: score.Passed,
	})...)
}

// attempted is the quiz or the practice session of the attempt.
func (t teller) attempted(a *quiz.Attempt) xapi.Activity {
	if a.QuizSlug == "" {
		return xapi.Activity{Kind: xapi.Practice, Path: "practice/" + string(a.Mode()), Name: "Practice"}
	}
	activity := xapi.Activity{Kind: xapi.Quiz, Path: "quiz/" + a.QuizSlug, Name: a.QuizSlug}
	if q := t.snapshot.Quiz(a.QuizSlug); q != nil {
		activity.Name = q.Title
	}
	return activity
}

// reading tells that a lesson was read, unless that was told of a guest.
func (t teller) reading(r *Reading) []xapi.Statement {
	if r.Adopted {
		return nil
	}
	activity := xapi.Activity{Kind: xapi.Lesson, Path: "lesson/" + r.LessonSlug, Name: r.LessonSlug}
	if l := t.snapshot.Lesson(r.LessonSlug); l != nil {
		activity.Name = l.Title
	}
	return []xapi.Statement{t.names.Read(xapi.Event{
		Learner: r.LearnerID, Source: r.ref(), Registration: r.ref(), At: r.At, Activity: activity,
		For: t.coursesWith(func(u *catalog.Unit) bool { return u.LessonSlug == r.LessonSlug }),
	})}
}

// course records which units are satisfied or waived, and whether the course
// is, as far as that follows from the enrolment.
func (t teller) course(p *course.Progress) []xapi.Statement {
	course := toActivity(p.Course)
	source := "course:" + p.Course.Slug
	enrolment := fmt.Sprintf("%s@%d", source, p.Course.Version)
	var told []xapi.Statement
	for _, u := range p.Units {
		if u.SatisfiedAt == nil {
			continue
		}
		e := xapi.Event{
			Learner: p.Learner, Source: source, Registration: enrolment, At: *u.SatisfiedAt,
			Activity: xapi.Activity{Kind: xapi.Unit, Path: u.Unit.ID(), Name: u.Unit.Title}, Within: &course,
		}
		if u.Waiver != nil {
			told = append(told, t.names.Waived(e, toldReason(u.Waiver.Reason)))
		}
		told = append(told, t.names.Satisfied(e))
	}
	if p.CompletedAt != nil {
		told = append(told, t.names.Satisfied(xapi.Event{
			Learner: p.Learner, Source: enrolment, Registration: enrolment, At: *p.CompletedAt, Activity: course,
		}))
	}
	return told
}

func (t teller) coursesWith(unit func(*catalog.Unit) bool) []xapi.Activity {
	var courses []xapi.Activity
	for _, c := range t.snapshot.Courses() {
		if anyOf(c.Units, unit) {
			courses = append(courses, toActivity(c))
		}
	}
	return courses
}

func toActivity(c *catalog.Course) xapi.Activity {
	return xapi.Activity{Kind: xapi.Course, Path: c.ID(), Name: c.Title}
}

func toldReason(r course.WaiverReason) xapi.WaiverReason {
	switch r {
	case course.TestedOut:
		return xapi.TestedOut
	case course.Equivalent:
		return xapi.Equivalent
	default:
		return xapi.Administrative
	}
}

// missingStatements returns the statements that follow from a learner's records but are
// not stored.
func (t *Tracker) missingStatements(ctx context.Context, learner string) ([]xapi.Statement, error) {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return nil, err
	}
	teller := teller{t.config.Statements.Names(), snapshot}
	var all []xapi.Statement
	for attempt, err := range t.config.Attempts.All(ctx, learner) {
		if err != nil {
			return nil, err
		}
		if attempt.Projected {
			all = append(all, teller.attempt(&attempt)...)
		}
	}
	for reading, err := range t.readings.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return nil, err
		}
		if reading.Projected {
			all = append(all, teller.reading(&reading)...)
		}
	}
	for record, err := range t.courses.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return nil, err
		}
		if !record.Projected {
			continue
		}
		told, err := t.courseStatements(ctx, teller, &record)
		if err != nil {
			return nil, err
		}
		all = append(all, told...)
	}
	return t.config.Statements.Missing(ctx, learner, all)
}

// recordMissing stores the missing statements and returns them. Statements once
// stored stay, even if they would not follow any more.
func (t *Tracker) recordMissing(ctx context.Context, learner string) ([]Difference, error) {
	missing, err := t.missingStatements(ctx, learner)
	if err != nil {
		return nil, err
	}
	var found []Difference
	for _, told := range missing {
		found = append(found, Difference{Collection: "statements", ID: statement.ID(learner, told.ID), Problem: Missing})
	}
	return found, t.config.Statements.Put(ctx, learner, missing)
}
