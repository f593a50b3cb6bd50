package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/nodeid"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records"
)

// dateLayout is the format of dates.
const dateLayout = time.DateOnly

// Class describes the people of a demonstration.
type Class struct {
	Name       string
	Cohort     string // its global id
	Trainer    Person
	Learner    Person // the learner to show: keen, with an attempt to resume
	Learners   int
	Begin, End time.Time
}

// Person is somebody whose view of the demonstration to show.
type Person struct {
	Name    string
	Subject string // their subject on the server
}

// Subjects returns the subjects of everybody in the class of a world.
func (w *World) Subjects() []string {
	all := []string{trainer.subject(w.seed)}
	for _, p := range people {
		all = append(all, p.subject(w.seed))
	}
	return all
}

// lastPart is the time left at the end for what depends on everything else.
const lastPart = time.Hour

// school is where a class learns.
type school struct {
	*World
	attempts *quiz.Attempts
	records  *records.Records
	content  *catalog.Snapshot
	course   *catalog.Course
	cohort   *cohort.View
}

// ErrNoCourse means that the published content has no course for a class.
var ErrNoCourse = errors.New("the published content has no course")

// Fill simulates a class until the end of the world. The records must use the
// world's clock and random source, and contain nobody of the class yet. It
// fails with ErrNoCourse.
func Fill(ctx context.Context, w *World, content *catalog.Snapshot, kept *records.Records) (Class, error) {
	return fill(ctx, w, people, content, kept)
}

func fill(ctx context.Context, w *World, people []person, content *catalog.Snapshot, kept *records.Records) (Class, error) {
	courses := content.Courses()
	if len(courses) == 0 || len(content.Questions()) == 0 {
		return Class{}, ErrNoCourse
	}
	s := &school{World: w, attempts: kept.Attempts, records: kept, content: content, course: courses[0]}
	if err := s.open(ctx); err != nil {
		return Class{}, fmt.Errorf("making the cohort: %w", err)
	}
	class, err := s.learners(people)
	if err != nil {
		return Class{}, err
	}
	for _, sits := range s.timetable(class) {
		if latest := s.end.Add(-longestSitting - lastPart); sits.at.After(latest) || s.now.After(latest) {
			break
		}
		s.reach(sits.at)
		if err := sits.learner.sit(ctx); err != nil {
			return Class{}, fmt.Errorf("the sitting of %s at %s: %w", sits.learner.subject, sits.at.Format(time.RFC3339), err)
		}
	}
	if err := s.finish(ctx, class); err != nil {
		return Class{}, err
	}
	return Class{
		Name: s.cohort.Name(), Cohort: s.cohort.ID(), Learners: len(class), Begin: w.begin, End: w.end,
		Trainer: Person{trainer.name, trainer.subject(w.seed)},
		Learner: Person{class[0].name, class[0].subject},
	}, nil
}

// open creates the cohort.
func (s *school) open(ctx context.Context) error {
	s.reach(s.begin.Add(time.Hour))
	subject := trainer.subject(s.seed)
	called, zone := trainer.name, trainer.zone
	_, err := s.records.UpdateProfile(ctx, subject, profile.Change{
		Name: profile.Value[string]{Given: true, To: &called}, TimeZone: profile.Value[string]{Given: true, To: &zone},
	})
	if err != nil {
		return err
	}
	s.cohort, err = s.records.Cohorts.Create(ctx, subject, cohort.Draft{Name: "Product Owners, class of " + s.begin.Format("January 2006")})
	return err
}

func (s *school) learners(people []person) ([]*learner, error) {
	class := make([]*learner, 0, len(people))
	for _, p := range people {
		location, err := time.LoadLocation(p.zone)
		if err != nil {
			return nil, fmt.Errorf("the time zone of %s: %w", p.name, err)
		}
		talents := map[string]float64{}
		for _, t := range s.content.Topics() {
			talents[t.Code] = 0.24 * (s.chance.Float64() - 0.5)
		}
		class = append(class, &learner{school: s, person: p, subject: p.subject(s.seed), location: location, talents: talents})
	}
	return class, nil
}

// finish makes the trainer waive a unit, leaves an attempt open to be resumed,
// and completes all projections by the end of the world.
func (s *school) finish(ctx context.Context, class []*learner) error {
	s.reach(s.end.Add(-lastPart))
	if err := s.waive(ctx, class[len(class)-1]); err != nil {
		return fmt.Errorf("waiving a unit: %w", err)
	}
	if err := class[0].begins(ctx); err != nil {
		return fmt.Errorf("the last attempt of %s: %w", class[0].subject, err)
	}
	s.reach(s.end)
	for {
		swept, err := s.attempts.Sweep(ctx, sweepBatch)
		if err != nil {
			return err
		}
		if swept < sweepBatch {
			break
		}
	}
	for _, l := range class {
		if err := s.records.Tracker.CatchUp(ctx, l.subject); err != nil {
			return err
		}
	}
	return nil
}

const sweepBatch = 200

// begins leaves a practice session half finished.
func (l *learner) begins(ctx context.Context) error {
	practice := quiz.Practice{Mode: quiz.PracticeWeak, Questions: min(practiceQuestions, len(l.content.Questions()))}
	a, err := l.attempts.Start(ctx, l.subject, quiz.StartInput{Practice: &practice})
	if err != nil {
		return err
	}
	for i := range len(a.Slots) / 2 {
		if a.Slots[i].State != quiz.Todo {
			continue
		}
		l.think(&a)
		if err := l.answer(ctx, &a, i+1); err != nil {
			return err
		}
	}
	return nil
}

// waive makes the trainer waive a unit for one learner: the first quiz that
// they have not passed.
func (s *school) waive(ctx context.Context, l *learner) error {
	progress, err := s.records.Tracker.Course(ctx, l.subject, s.course.Slug)
	if err != nil {
		return err
	}
	open := slices.IndexFunc(progress.Units, func(u *course.UnitProgress) bool {
		return u.Unit.Kind == catalog.QuizUnit && u.SatisfiedAt == nil
	})
	if open < 0 {
		return nil
	}
	memberships, err := s.records.Cohorts.Memberships(ctx, l.subject)
	if err != nil || len(memberships) == 0 {
		return err
	}
	_, err = s.records.Cohorts.Waive(ctx, trainer.subject(s.seed), nodeid.Membership.Read(memberships[0].ID()), cohort.UnitWaiver{
		CourseSlug: s.course.Slug, UnitSlug: progress.Units[open].Unit.Slug, Reason: course.Equivalent,
		Note: "Passed in class.",
	})
	return err
}
