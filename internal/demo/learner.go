package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// learner is a person of the class with their private state: what comes easily
// to them, and what they have done so far.
type learner struct {
	*school
	person
	subject  string
	location *time.Location
	talents  map[string]float64 // by topic, how much more often than usual they are right
	arrived  bool
	decided  bool // whether to earn the course's certification
}

// longestSitting is longer than anybody reads and answers in one go.
const longestSitting = 2 * time.Hour

// sit makes the learner learn for a while: continue the course, or practise.
func (l *learner) sit(ctx context.Context) error {
	if !l.arrived {
		l.arrived = true
		if err := l.arrive(ctx); err != nil {
			return err
		}
	}
	progress, err := l.records.Tracker.Course(ctx, l.subject, l.course.Slug)
	if err != nil {
		return err
	}
	next := progress.NextUnit()
	if next != nil && l.happens(0.7) {
		err = l.study(ctx, next.Unit)
	} else {
		err = l.practise(ctx)
	}
	if err != nil {
		return err
	}
	return l.certify(ctx)
}

func (l *learner) arrive(ctx context.Context) error {
	name, zone := l.name, l.zone
	_, err := l.records.UpdateProfile(ctx, l.subject, profile.Change{
		Name: profile.Value[string]{Given: true, To: &name}, TimeZone: profile.Value[string]{Given: true, To: &zone},
	})
	if err != nil {
		return err
	}
	l.pass(20, 60)
	if _, err := l.records.Cohorts.Join(ctx, l.subject, *l.cohort.InvitationCode(), l.name); err != nil {
		return err
	}
	l.pass(5, 30)
	_, err = l.records.Tracker.Enroll(ctx, l.subject, l.course.Slug)
	l.pass(5, 30)
	return err
}

// unitsAtOnce is the maximum number of units in one sitting.
const unitsAtOnce = 4

// study continues the course until a quiz has been taken or time is up.
func (l *learner) study(ctx context.Context, next *catalog.Unit) error {
	for range l.between(2, unitsAtOnce) {
		if next.Kind == catalog.QuizUnit {
			return l.take(ctx, quiz.StartInput{QuizSlug: next.QuizSlug})
		}
		progress, err := l.do(ctx, next)
		if err != nil {
			return err
		}
		unit := progress.NextUnit()
		if unit == nil {
			return nil
		}
		next = unit.Unit
	}
	return nil
}

// do reads a lesson or ticks off a step, and returns the progress made.
func (l *learner) do(ctx context.Context, unit *catalog.Unit) (*course.Progress, error) {
	if unit.Kind == catalog.StepUnit {
		l.pass(60, 300)
		return l.records.Tracker.CompleteUnit(ctx, l.subject, l.course.Slug, unit.Slug)
	}
	minutes := max(1, unit.Lesson().ReadingMinutes())
	l.pass(minutes*40, minutes*80)
	courses, err := l.records.Tracker.CompleteReading(ctx, l.subject, unit.LessonSlug)
	if err != nil {
		return nil, err
	}
	for _, p := range courses {
		if p.Course.Slug == l.course.Slug {
			return p, nil
		}
	}
	return nil, fmt.Errorf("%s was not counted as a unit of %s", unit.LessonSlug, l.course.Slug)
}

const (
	practiceQuestions = 6
	examQuestions     = 20
)

// practise takes a practice session. If the mode finds too few questions, it
// practises those seen longest ago.
func (l *learner) practise(ctx context.Context) error {
	practice := l.practice()
	err := l.take(ctx, quiz.StartInput{Practice: &practice})
	if fault.CodeOf(err) != fault.InvalidInput {
		return err
	}
	rest := quiz.Practice{Mode: quiz.PracticeUnseen, Questions: min(practiceQuestions, len(l.content.Questions()))}
	return l.take(ctx, quiz.StartInput{Practice: &rest})
}

func (l *learner) practice() quiz.Practice {
	modes := []quiz.PracticeMode{
		quiz.PracticeDue, quiz.PracticeDue, quiz.PracticeDue, quiz.PracticeTopic, quiz.PracticeTopic,
		quiz.PracticeUnseen, quiz.PracticeMistake, quiz.PracticeWeak,
	}
	if l.habit.exams {
		modes = append(modes, quiz.PracticeExam)
	}
	p := quiz.Practice{Mode: modes[l.chance.IntN(len(modes))], Questions: practiceQuestions}
	switch p.Mode {
	case quiz.PracticeTopic:
		topics := l.content.Topics()
		p.TopicCode = topics[l.chance.IntN(len(topics))].Code
	case quiz.PracticeExam:
		p.Questions = examQuestions
	default:
	}
	return p
}
