package cohort

import (
	"context"
	"sync"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/progress/course"
)

// once caches the result of one read.
type once[T any] struct {
	once  sync.Once
	value T
	err   error
}

func (o *once[T]) do(read func() (T, error)) (T, error) {
	o.once.Do(func() { o.value, o.err = read() })
	return o.value, o.err
}

// MemberCourse is a member's progress in the version of a course in which they
// are enrolled.
type MemberCourse struct {
	Course         *catalog.Course
	State          course.State
	Percent        float64 // 0 to 100
	CompletedUnits int     // required units that are satisfied or waived
	RequiredUnits  int
	NextUnit       *catalog.Unit // nil when there is nothing left to do
	EnrolledAt     time.Time
	CompletedAt    *time.Time // nil until the course is completed
	LastActiveAt   time.Time  // when the member was last active in the course
}

// Courses returns the member's progress in the courses in which they are
// enrolled, ordered by course slug.
func (v *Member) Courses(ctx context.Context) ([]*MemberCourse, error) {
	s, err := v.standing(ctx)
	if err != nil {
		return nil, err
	}
	courses := make([]*MemberCourse, 0, len(s.Courses))
	for i := range s.Courses {
		p := s.Courses[i].Progress
		c := &MemberCourse{
			Course: p.Course, State: p.State, Percent: p.Percent, CompletedUnits: p.CompletedUnits, RequiredUnits: p.RequiredUnits,
			EnrolledAt: p.EnrolledAt, CompletedAt: p.CompletedAt, LastActiveAt: s.Courses[i].Record.ActiveAt(),
		}
		if next := p.NextUnit(); next != nil {
			c.NextUnit = next.Unit
		}
		courses = append(courses, c)
	}
	return courses, nil
}

// standing returns the member's records.
func (v *Member) standing(ctx context.Context) (*progress.Overview, error) {
	s := v.cohort.standings.of(ctx, v)
	return s, s.Failed
}

// standings holds the records of members of a cohort, each read once.
type standings struct {
	read func(ctx context.Context, learners []string) (map[string]*progress.Overview, error)

	mu      sync.Mutex
	learner map[string]*progress.Overview
}

// of returns the records of a member. If they have not been read, it reads them
// together with those of the members listed with this one, in as many commands
// as for one. A failure is kept as well.
func (s *standings) of(ctx context.Context, m *Member) *progress.Overview {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.learner[m.membership.LearnerID]; known != nil {
		return known
	}
	unread := []string{m.membership.LearnerID}
	for _, other := range m.listed {
		id := other.membership.LearnerID
		if id != m.membership.LearnerID && s.learner[id] == nil {
			unread = append(unread, id)
		}
	}
	found, err := s.read(ctx, unread)
	if s.learner == nil {
		s.learner = map[string]*progress.Overview{}
	}
	for _, id := range unread {
		if s.learner[id] = found[id]; err != nil {
			s.learner[id] = &progress.Overview{Failed: err}
		}
	}
	return s.learner[m.membership.LearnerID]
}
