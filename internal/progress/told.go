package progress

import (
	"context"
	"fmt"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// What follows tells other systems what happened. A statement's id is derived
// from what it says, so that it is told once however often its source is
// projected.

// tellAttempt tells how an attempt began and ended, once it has ended.
func (t *Tracker) tellAttempt(ctx context.Context, a *quiz.Attempt, courses []xapi.Activity) error {
	if a.State.Open() {
		return nil
	}
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return err
	}
	return t.config.Statements.Put(ctx, a.LearnerID, attemptStatements(t.config.Names, a, snapshot, courses))
}

func attemptStatements(names xapi.Names, a *quiz.Attempt, s *catalog.Snapshot, courses []xapi.Activity) []xapi.Statement {
	event := xapi.Event{
		Learner: a.LearnerID, Source: "attempt:" + a.Ref(), At: a.StartedAt,
		Activity: attempted(a, s), For: courses, Registration: "attempt:" + a.Ref(),
	}
	told := []xapi.Statement{names.Started(event)}
	event.At = *a.FinishedAt
	took := a.FinishedAt.Sub(a.StartedAt)
	score := a.Score()
	if score == nil {
		return append(told, names.Left(event, took))
	}
	return append(told, names.Finished(event, xapi.Outcome{
		Duration: took, Marks: score.Marks, MaxMarks: score.MaxMarks, Percent: score.Percent,
		PassPercent: a.Rules.PassPercent, Passed: score.Passed,
	})...)
}

// attempted is what the attempt was at. A quiz that is not published any more
// is called by its slug.
func attempted(a *quiz.Attempt, s *catalog.Snapshot) xapi.Activity {
	if p := a.Practice; p != nil {
		about := p.TopicCode + p.ObjectiveCode
		activity := xapi.Activity{Kind: xapi.Practice, Path: "practice/" + string(p.Mode), Name: "Practice"}
		if about != "" {
			activity.Path += "/" + about
			activity.Name += ": " + about
		}
		return activity
	}
	activity := xapi.Activity{Kind: xapi.Quiz, Path: "quiz/" + a.QuizSlug, Name: a.QuizSlug}
	if q := s.Quiz(a.QuizSlug); q != nil {
		activity.Name = q.Title
	}
	return activity
}

// tellReading tells that a lesson was read.
func (t *Tracker) tellReading(ctx context.Context, r *Reading, courses []xapi.Activity) error {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return err
	}
	return t.config.Statements.Put(ctx, r.LearnerID, []xapi.Statement{readingStatement(t.config.Names, r, snapshot, courses)})
}

func readingStatement(names xapi.Names, r *Reading, s *catalog.Snapshot, courses []xapi.Activity) xapi.Statement {
	activity := xapi.Activity{Kind: xapi.Lesson, Path: "lesson/" + r.LessonSlug, Name: r.LessonSlug}
	if lesson := s.Lesson(r.LessonSlug); lesson != nil {
		activity.Name = lesson.Title
	}
	return names.Read(xapi.Event{
		Learner: r.LearnerID, Source: r.ref(), At: r.At, Activity: activity, For: courses, Registration: r.ref(),
	})
}

// courseStatements tell which units of an enrolled syllabus are satisfied or
// waived, and whether the course is completed. Each version of a course is a
// registration of its own.
func courseStatements(names xapi.Names, p *CourseProgress) []xapi.Statement {
	source := fmt.Sprintf("course:%s@%d", p.Course.Slug, p.Course.Version)
	course := courseActivity(p.Course)
	event := xapi.Event{Learner: p.learner, Source: source, Registration: source, Within: &course}
	var told []xapi.Statement
	for _, u := range p.Units {
		if u.SatisfiedAt == nil {
			continue
		}
		event.At, event.Activity = *u.SatisfiedAt, xapi.Activity{Kind: xapi.Unit, Path: u.Unit.ID(), Name: u.Unit.Title}
		if u.State == UnitWaived {
			told = append(told, names.Excused(event, u.Waiver.Reason.cmi5()))
		} else {
			told = append(told, names.Met(event))
		}
	}
	if p.CompletedAt != nil {
		event.At, event.Activity, event.Within = *p.CompletedAt, course, nil
		told = append(told, names.Met(event))
	}
	return told
}

func courseActivity(c *catalog.Course) xapi.Activity {
	return xapi.Activity{Kind: xapi.Course, Path: c.ID(), Name: c.Title}
}

// cmi5 is how cmi5 spells the reason.
func (r WaiverReason) cmi5() xapi.WaiverReason {
	switch r {
	case TestedOut:
		return xapi.TestedOut
	case Equivalent:
		return xapi.Equivalent
	default:
		return xapi.Administrative
	}
}
