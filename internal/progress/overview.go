package progress

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/store"
)

// overview is all that a learner has achieved, as far as trainers may see it. To read it takes
// seven reads, and what CatchUp has to do beside.
type overview struct {
	Courses    []courseStanding  // by the courses' slugs
	Objectives []ObjectiveRecord // by the objectives' codes
	ActiveAt   time.Time         // when the learner last did anything at all, to a quarter of an hour; zero when never
}

type courseStanding struct {
	Record   CourseRecord
	Progress *CourseProgress
}

func (t *Tracker) overview(ctx context.Context, learner string) (overview, error) {
	var s overview
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
		s.Courses = append(s.Courses, courseStanding{Record: record, Progress: p})
		s.active(record.activeAt())
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
		s.active(months[i].activeAt())
	}
	return s, nil
}

func (s *overview) active(at time.Time) {
	if at.After(s.ActiveAt) {
		s.ActiveAt = at
	}
}
