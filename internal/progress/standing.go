package progress

import (
	"context"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
)

// One answer may contain the standing for many pieces of content: under Once,
// each kind of record is read once for all of them.

// putTally adds the end of an attempt to the tally of its quiz.
func (t *Tracker) putTally(ctx context.Context, learner string, f facts) error {
	if f.end == nil {
		return nil
	}
	id := recordID(learner, f.quiz)
	fresh := func() course.Tally {
		return course.Tally{Meta: store.Meta{ID: id}, LearnerID: learner, QuizSlug: f.quiz}
	}
	_, err := store.Amend(ctx, t.tallies, id, func(c *course.Tally) (bool, error) { return c.Put(*f.end), nil }, store.OrNew(fresh))
	return err
}

// quizRecords are a learner's records of quizzes, by slug.
type quizRecords struct {
	tallies map[string]*course.Tally
	open    map[string]*quiz.View
}

// QuizStanding returns the learner's standing at a quiz, and the open attempt
// or nil.
func (t *Tracker) QuizStanding(ctx context.Context, learner string, q *catalog.Quiz) (course.QuizStanding, *quiz.View, error) {
	records, err := once(ctx, "quizzes", learner, func() (*quizRecords, error) { return t.quizRecords(ctx, learner) })
	if err != nil {
		return course.QuizStanding{}, nil, err
	}
	used, open := 0, records.open[q.Slug]
	if open != nil {
		used = open.Number()
		if !open.State().Open() { // since the tally was read
			open = nil
		}
	}
	return records.tallies[q.Slug].Standing(q, used, t.now()), open, nil
}

func (t *Tracker) quizRecords(ctx context.Context, learner string) (*quizRecords, error) {
	if err := t.CatchUp(ctx, learner); err != nil {
		return nil, err
	}
	records := &quizRecords{tallies: map[string]*course.Tally{}, open: map[string]*quiz.View{}}
	for tally, err := range t.tallies.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return nil, err
		}
		records.tallies[tally.QuizSlug] = &tally
	}
	open, err := t.OpenAttempts(ctx, learner)
	if err != nil {
		return nil, err
	}
	views, err := t.config.Attempts.ViewEach(ctx, learner, open)
	if err != nil {
		return nil, err
	}
	for i := range open {
		if open[i].QuizSlug != "" {
			records.open[open[i].QuizSlug] = views[i]
		}
	}
	return records, nil
}

// OpenAttempts is [quiz.Attempts.Open], once for each answer.
func (t *Tracker) OpenAttempts(ctx context.Context, learner string) ([]quiz.Attempt, error) {
	return once(ctx, "open attempts", learner, func() ([]quiz.Attempt, error) { return t.config.Attempts.Open(ctx, learner) })
}

// ReadAt returns when the learner first marked the lesson as read, or nil.
func (t *Tracker) ReadAt(ctx context.Context, learner string, lesson *catalog.Lesson) (*time.Time, error) {
	readings, err := once(ctx, "readings", learner, func() (map[string]*time.Time, error) {
		readings := map[string]*time.Time{}
		for reading, err := range t.readings.Each(ctx, ofLearner(learner)) {
			if err != nil {
				return nil, err
			}
			readings[reading.LessonSlug] = &reading.At
		}
		return readings, nil
	})
	return readings[lesson.Slug], err
}

// CourseStandingOf returns the learner's standing in a course, or nil if they
// are not enrolled.
func (t *Tracker) CourseStandingOf(ctx context.Context, learner, slug string) (*course.Progress, error) {
	courses, err := once(ctx, "courses", learner, func() (map[string]*course.Progress, error) {
		all, err := t.Courses(ctx, learner)
		courses := map[string]*course.Progress{}
		for _, p := range all {
			courses[p.Course.Slug] = p
		}
		return courses, err
	})
	return courses[slug], err
}

// ObjectiveStanding returns the learner's mastery of an objective.
func (t *Tracker) ObjectiveStanding(ctx context.Context, learner string, o *catalog.LearningObjective) (*mastery.Objective, error) {
	sums, err := t.masterySums(ctx, learner)
	if err != nil {
		return nil, err
	}
	return sums.Objective(o, quiz.GlobalID), nil
}

// masterySums returns what a learner's mastery is computed from.
func (t *Tracker) masterySums(ctx context.Context, learner string) (*mastery.Sums, error) {
	return once(ctx, "objectives", learner, func() (*mastery.Sums, error) {
		byCode, err := t.objectiveSums(ctx, learner)
		if err != nil {
			return nil, err
		}
		sums := &mastery.Sums{ByCode: byCode, Answered: map[string]bool{}}
		for card, err := range t.cardHeads.Each(ctx, ofLearner(learner)) {
			if err != nil {
				return nil, err
			}
			if card.DueAt != nil { // the other entries are not needed
				sums.Answered[strings.TrimPrefix(card.ID, recordID(learner, ""))] = true
			}
		}
		return sums, nil
	})
}

// cardHead has the fields needed to know that a question was answered.
type cardHead struct {
	store.Meta `bson:",inline"`

	DueAt *time.Time `bson:"due_at,omitempty"`
}
