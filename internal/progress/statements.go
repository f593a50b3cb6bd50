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

// record stores the statements about a learner.
func (t *Tracker) record(ctx context.Context, learner string, of func(describer) []xapi.Statement) error {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return err
	}
	return t.config.Statements.Put(ctx, learner, of(describer{t.config.Statements.Names(), snapshot}))
}

// recordCourse stores the new statements of a course record, and adds their ids
// to the record.
func (t *Tracker) recordCourse(ctx context.Context, r *course.Record) error {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return err
	}
	statements, err := t.courseStatements(ctx, describer{t.config.Statements.Names(), snapshot}, r)
	if err != nil {
		return err
	}
	missing := slices.DeleteFunc(statements, func(s xapi.Statement) bool { return slices.Contains(r.Recorded, s.ID) })
	if err := t.config.Statements.Put(ctx, r.LearnerID, missing); err != nil {
		return err
	}
	for i := range missing {
		r.Recorded = append(r.Recorded, missing[i].ID)
	}
	return nil
}

// courseStatements returns the statements of each enrolment. An enrolment whose
// syllabus is lost is skipped.
func (t *Tracker) courseStatements(ctx context.Context, d describer, r *course.Record) ([]xapi.Statement, error) {
	var all []xapi.Statement
	for i, e := range r.Enrolments {
		course, err := t.syllabus(ctx, r, e)
		if isMissing(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, statement := range d.course(r.Evaluate(course, i)) {
			// What was satisfied in one version is recorded once.
			if !slices.ContainsFunc(all, func(s xapi.Statement) bool { return s.ID == statement.ID }) {
				all = append(all, statement)
			}
		}
	}
	return all, nil
}

// describer derives statements from a learner's records. Their content depends on
// the record and on the titles of the published content; their ids only on the
// record.
type describer struct {
	names    xapi.Names
	snapshot *catalog.Snapshot
}

// attempt describes how an attempt began and ended, once a grade in it counts.
func (d describer) attempt(a *quiz.Attempt) []xapi.Statement {
	if a.State.Open() && !slices.ContainsFunc(a.Slots, func(s quiz.Slot) bool { return graded(&s) }) {
		return nil
	}
	e := xapi.Event{
		Learner: a.LearnerID, Source: "attempt:" + a.Ref(), Registration: "attempt:" + a.Ref(),
		At: a.StartedAt, Activity: d.attempted(a),
	}
	if a.QuizSlug != "" {
		e.For = d.coursesWith(func(u *catalog.Unit) bool { return u.QuizSlug == a.QuizSlug })
	}
	statements := []xapi.Statement{d.names.Started(e)}
	if a.State.Open() {
		return statements
	}
	e.At = *a.FinishedAt
	took := a.FinishedAt.Sub(a.StartedAt)
	score := a.Score()
	if score == nil {
		return append(statements, d.names.Abandoned(e, took))
	}
	return append(statements, d.names.Finished(e, xapi.Outcome{
		Duration: took, Marks: score.Marks(), MaxMarks: score.MaxMarks(),
		Percent: score.Percent(), PassPercent: a.Rules.PassPercent, Passed: score.Passed,
	})...)
}

// attempted returns the quiz or the practice session of the attempt.
func (d describer) attempted(a *quiz.Attempt) xapi.Activity {
	if a.QuizSlug == "" {
		return xapi.Activity{Kind: xapi.Practice, Path: "practice/" + string(a.Mode()), Name: "Practice"}
	}
	activity := xapi.Activity{Kind: xapi.Quiz, Path: "quiz/" + a.QuizSlug, Name: a.QuizSlug}
	if q := d.snapshot.Quiz(a.QuizSlug); q != nil {
		activity.Name = q.Title
	}
	return activity
}

// reading describes that a lesson was read.
func (d describer) reading(r *Reading) []xapi.Statement {
	activity := xapi.Activity{Kind: xapi.Lesson, Path: "lesson/" + r.LessonSlug, Name: r.LessonSlug}
	if l := d.snapshot.Lesson(r.LessonSlug); l != nil {
		activity.Name = l.Title
	}
	return []xapi.Statement{d.names.Read(xapi.Event{
		Learner: r.LearnerID, Source: r.ref(), Registration: r.ref(), At: r.At, Activity: activity,
		For: d.coursesWith(func(u *catalog.Unit) bool { return u.LessonSlug == r.LessonSlug }),
	})}
}

// course describes the satisfied and waived units of an enrolment, and its
// completion.
func (d describer) course(p *course.Progress) []xapi.Statement {
	course := toActivity(p.Course)
	source := "course:" + p.Course.Slug
	enrolment := fmt.Sprintf("%s@%d", source, p.Course.Version)
	var statements []xapi.Statement
	for _, u := range p.Units {
		if u.SatisfiedAt == nil {
			continue
		}
		e := xapi.Event{
			Learner: p.Learner, Source: source, Registration: enrolment, At: *u.SatisfiedAt,
			Activity: xapi.Activity{Kind: xapi.Unit, Path: u.Unit.ID(), Name: u.Unit.Title}, Within: &course,
		}
		if u.Waiver != nil {
			statements = append(statements, d.names.Waived(e, xapiReason(u.Waiver.Reason)))
		}
		statements = append(statements, d.names.Satisfied(e))
	}
	if p.CompletedAt != nil {
		statements = append(statements, d.names.Satisfied(xapi.Event{
			Learner: p.Learner, Source: enrolment, Registration: enrolment, At: *p.CompletedAt, Activity: course,
		}))
	}
	return statements
}

func (d describer) coursesWith(unit func(*catalog.Unit) bool) []xapi.Activity {
	var courses []xapi.Activity
	for _, c := range d.snapshot.Courses() {
		if anyOf(c.Units, unit) {
			courses = append(courses, toActivity(c))
		}
	}
	return courses
}

func toActivity(c *catalog.Course) xapi.Activity {
	return xapi.Activity{Kind: xapi.Course, Path: c.ID(), Name: c.Title}
}

func xapiReason(r course.WaiverReason) xapi.WaiverReason {
	switch r {
	case course.TestedOut:
		return xapi.TestedOut
	case course.Equivalent:
		return xapi.Equivalent
	default:
		return xapi.Administrative
	}
}

// missingStatements returns the statements that follow from a learner's records
// but are not stored.
func (t *Tracker) missingStatements(ctx context.Context, learner string) ([]xapi.Statement, error) {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return nil, err
	}
	d := describer{t.config.Statements.Names(), snapshot}
	var all []xapi.Statement
	for attempt, err := range t.config.Attempts.All(ctx, learner) {
		if err != nil {
			return nil, err
		}
		if attempt.Projected {
			all = append(all, d.attempt(&attempt)...)
		}
	}
	for reading, err := range t.readings.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return nil, err
		}
		if reading.Projected {
			all = append(all, d.reading(&reading)...)
		}
	}
	for record, err := range t.courses.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return nil, err
		}
		if !record.Projected {
			continue
		}
		statements, err := t.courseStatements(ctx, d, &record)
		if err != nil {
			return nil, err
		}
		all = append(all, statements...)
	}
	return t.config.Statements.Missing(ctx, learner, all)
}

// recordMissing stores the missing statements and returns them. Statements once
// stored stay, even if they would no longer follow.
func (t *Tracker) recordMissing(ctx context.Context, learner string) ([]Difference, error) {
	missing, err := t.missingStatements(ctx, learner)
	if err != nil {
		return nil, err
	}
	var found []Difference
	for i := range missing {
		found = append(found, Difference{Collection: "statements", ID: statement.ID(learner, missing[i].ID), Problem: Missing})
	}
	return found, t.config.Statements.Put(ctx, learner, missing)
}
