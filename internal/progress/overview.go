package progress

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/store"
)

// overview is everything about a learner's progress that trainers may see. It
// takes seven reads, in addition to those of CatchUp.
type Overview struct {
	Courses    []CourseStanding // by course slug
	Objectives []mastery.Record // by objective code
	ActiveAt   time.Time        // when the learner was last active at all, to a quarter of an hour; zero if never
}

type CourseStanding struct {
	Record   course.Record
	Progress *course.Progress
}

func (t *Tracker) Overview(ctx context.Context, learner string) (Overview, error) {
	var s Overview
	if err := t.CatchUp(ctx, learner); err != nil {
		return s, err
	}
	for record, err := range t.courses.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return s, err
		}
		p, err := t.progressOf(ctx, &record)
		if err != nil {
			return s, err
		}
		s.Courses = append(s.Courses, CourseStanding{Record: record, Progress: p})
		s.active(record.ActiveAt())
	}
	for record, err := range t.objectives.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return s, err
		}
		s.Objectives = append(s.Objectives, record)
	}
	months, _, err := t.months.Find(ctx, store.Query{Where: store.Where{"learner_id": learner}, Sort: "-month", Limit: 1})
	if err != nil {
		return s, err
	}
	for i := range months {
		s.active(months[i].ActiveAt())
	}
	return s, nil
}

func (s *Overview) active(at time.Time) {
	if at.After(s.ActiveAt) {
		s.ActiveAt = at
	}
}
