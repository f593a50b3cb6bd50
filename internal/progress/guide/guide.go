package guide

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// Config holds the dependencies of a Guide.
type Config struct {
	Current  func() (*catalog.Snapshot, error)
	Now      func() time.Time
	Attempts *quiz.Attempts
	Tracker  *progress.Tracker

	// Zone returns the learner's time zone.
	Zone func(ctx context.Context, learner string) (*time.Location, error)
	// Renewals returns the certifications that the learner should renew soon.
	Renewals func(ctx context.Context, learner string) ([]journey.Reminder, error)
}

// Guide shows learners their activity in their own time zone, and what is
// useful to do next. It stores nothing.
type Guide struct{ config Config }

// New returns a Guide.
func New(config Config) *Guide { return &Guide{config: config} }

// Activity is [Tracker.Activity] in the learner's time zone.
func (g *Guide) Activity(ctx context.Context, learner string, from, to *catalog.Date) ([]*activity.Day, error) {
	zone, err := g.config.Zone(ctx, learner)
	if err != nil {
		return nil, err
	}
	return g.config.Tracker.Activity(ctx, learner, zone, from, to)
}

// Streak is [Tracker.Streak] in the learner's time zone.
func (g *Guide) Streak(ctx context.Context, learner string) (*activity.Streak, error) {
	zone, err := g.config.Zone(ctx, learner)
	if err != nil {
		return nil, err
	}
	streak, err := g.config.Tracker.Streak(ctx, learner, zone)
	return &streak, err
}

// maxNextSteps is more than anybody reads.
const maxNextSteps = 20

// NextSteps returns the n most useful things for the learner to do now, n from
// 1 to 20. It fails with fault.InvalidInput.
func (g *Guide) NextSteps(ctx context.Context, learner string, n int) ([]*Step, error) {
	if n < 1 || n > maxNextSteps {
		return nil, fault.Invalid("first", "`first` must be between 1 and %[2]d, not %[1]d", n, maxNextSteps)
	}
	in, err := g.known(ctx, learner)
	if err != nil {
		return nil, err
	}
	steps := NextSteps(in)
	return steps[:min(n, len(steps))], nil
}

// known collects what NextSteps needs to know about the learner.
func (g *Guide) known(ctx context.Context, learner string) (in Known, err error) {
	t := g.config.Tracker
	snapshot, err := g.config.Current()
	if err != nil {
		return in, err
	}
	in.Now, in.Offered = g.config.Now().UTC().Truncate(time.Millisecond), snapshot.Courses()
	if in.Attempts, err = g.openAttempts(ctx, learner, snapshot); err != nil {
		return in, err
	}
	if in.Review, err = t.Reviews(ctx, learner); err != nil {
		return in, err
	}
	if in.Courses, err = t.Courses(ctx, learner); err != nil {
		return in, err
	}
	if in.Mastery, err = t.Mastery(ctx, learner); err != nil {
		return in, err
	}
	in.Renewals, err = g.config.Renewals(ctx, learner)
	return in, err
}

// manyOpen is how many open attempts are considered: listing more would not
// help a learner.
const manyOpen = 50

func (g *Guide) openAttempts(ctx context.Context, learner string, snapshot *catalog.Snapshot) ([]OpenAttempt, error) {
	var open []OpenAttempt
	for _, state := range []quiz.AttemptState{quiz.Overdue, quiz.InProgress} {
		page, err := g.config.Attempts.Of(ctx, learner, quiz.Filter{State: state}, manyOpen, "")
		if err != nil {
			return nil, err
		}
		for i := range page.Attempts {
			a := OpenAttempt{Attempt: &page.Attempts[i]}
			if q := snapshot.Quiz(a.QuizSlug); q != nil {
				a.Title = q.Title
			}
			if a.State.Open() {
				open = append(open, a)
			}
		}
	}
	return open, nil
}
