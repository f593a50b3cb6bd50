package progress

import (
	"context"
	"sync"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// standing is where what trainers see of a member comes from. To read it takes
// seven reads, and what CatchUp has to do beside.
type standing struct {
	courses    []courseStanding  // by the courses' slugs
	objectives []ObjectiveRecord // by the objectives' codes
	activeAt   time.Time         // when the learner last did anything at all, to a quarter of an hour; zero when never
}

type courseStanding struct {
	record   CourseRecord
	progress *CourseProgress
}

func (t *Tracker) standing(ctx context.Context, learner string) (standing, error) {
	var s standing
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
		s.courses = append(s.courses, courseStanding{record: record, progress: p})
		s.active(record.activeAt())
	}
	for record, err := range t.objectives.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return s, err
		}
		s.objectives = append(s.objectives, record)
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

func (s *standing) active(at time.Time) {
	if at.After(s.activeAt) {
		s.activeAt = at
	}
}

// activeAt is when the learner last did something in the course. What a trainer
// did is nothing of theirs.
func (r *CourseRecord) activeAt() time.Time {
	var latest time.Time
	see := func(at time.Time) {
		if at.After(latest) {
			latest = at
		}
	}
	for i := range r.Enrolments {
		see(r.Enrolments[i].At)
	}
	for i := range r.Ticks {
		see(r.Ticks[i].At)
	}
	for i := range r.Readings {
		see(r.Readings[i].At)
	}
	for i := range r.Results {
		see(r.Results[i].At)
	}
	return latest
}

// activeAt is the beginning of the latest quarter of an hour with activity.
func (m *ActivityMonth) activeAt() time.Time {
	month, err := time.Parse(monthLayout, m.Month)
	if err != nil || len(m.Entries) == 0 {
		return time.Time{}
	}
	return month.Add(time.Duration(m.Entries[len(m.Entries)-1].Quarter) * activityQuarter)
}

// once remembers what reading gave.
type once[T any] struct {
	once  sync.Once
	value T
	err   error
}

func (o *once[T]) do(read func() (T, error)) (T, error) {
	o.once.Do(func() { o.value, o.err = read() })
	return o.value, o.err
}

// MemberCourse is how a member stands in a course, by the syllabus in which
// they are enrolled.
type MemberCourse struct {
	Course         *catalog.Course
	State          CourseState
	Percent        float64 // 0 to 100
	CompletedUnits int     // how many of the required units are satisfied or waived
	RequiredUnits  int
	NextUnit       *catalog.Unit // what to do next; nil when nothing is left
	EnrolledAt     time.Time
	CompletedAt    *time.Time // nil until the course is completed
	LastActiveAt   time.Time  // when the member last did something in the course
}

// Courses returns how the member stands in the courses in which they are
// enrolled, ordered by the courses' slugs.
func (v *MemberView) Courses(ctx context.Context) ([]*MemberCourse, error) {
	s, err := v.standing(ctx)
	if err != nil {
		return nil, err
	}
	courses := make([]*MemberCourse, 0, len(s.courses))
	for i := range s.courses {
		p := s.courses[i].progress
		c := &MemberCourse{
			Course: p.Course, State: p.State, Percent: p.Percent, CompletedUnits: p.CompletedUnits, RequiredUnits: p.RequiredUnits,
			EnrolledAt: p.EnrolledAt, CompletedAt: p.CompletedAt, LastActiveAt: s.courses[i].record.activeAt(),
		}
		if next := p.NextUnit(); next != nil {
			c.NextUnit = next.Unit
		}
		courses = append(courses, c)
	}
	return courses, nil
}

// standing reads the member's records, once, when there is room for it.
func (v *MemberView) standing(ctx context.Context) (standing, error) {
	return v.stands.do(func() (standing, error) {
		select {
		case v.cohort.reading <- struct{}{}:
		case <-ctx.Done():
			return standing{}, ctx.Err()
		}
		defer func() { <-v.cohort.reading }()
		return v.cohort.cohorts.config.Tracker.standing(ctx, v.membership.LearnerID)
	})
}
