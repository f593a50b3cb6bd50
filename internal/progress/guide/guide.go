package guide

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/course"
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
	// Journeys returns the learner's certifications that need something now.
	Journeys func(ctx context.Context, learner string) (journey.ToDo, error)
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
	ctx = progress.Once(ctx)
	in.Now, in.Offered = g.config.Now().UTC().Truncate(time.Millisecond), snapshot.Courses()
	if in.Attempts, err = g.openAttempts(ctx, learner, snapshot); err != nil {
		return in, err
	}
	if in.Review, err = t.Reviews(ctx, learner); err != nil {
		return in, err
	}
	if err := g.quizzes(ctx, learner, snapshot, &in); err != nil {
		return in, err
	}
	if in.Courses, err = t.Courses(ctx, learner); err != nil {
		return in, err
	}
	if in.Mastery, err = t.Mastery(ctx, learner); err != nil {
		return in, err
	}
	if in.Certificates, err = t.Certificates(ctx, learner); err != nil {
		return in, err
	}
	toDo, err := g.config.Journeys(ctx, learner)
	in.Renewals, in.Unrecorded = toDo.Renewals, toDo.Unrecorded
	return in, err
}

func (g *Guide) openAttempts(ctx context.Context, learner string, snapshot *catalog.Snapshot) ([]OpenAttempt, error) {
	attempts, err := g.config.Tracker.OpenAttempts(ctx, learner)
	if err != nil {
		return nil, err
	}
	open := make([]OpenAttempt, 0, len(attempts))
	for i := range attempts {
		a := OpenAttempt{Attempt: &attempts[i]}
		if q := snapshot.Quiz(a.QuizSlug); q != nil {
			a.Title = q.Title
		}
		if a.State.Open() {
			open = append(open, a)
		}
	}
	return open, nil
}

// quizzes finds the quiz that the learner failed last, and the simulation if
// they have never tried it.
func (g *Guide) quizzes(ctx context.Context, learner string, snapshot *catalog.Snapshot, in *Known) error {
	var failed *FailedQuiz
	var latest *course.Result
	for _, q := range snapshot.Quizzes() {
		s, open, err := g.config.Tracker.QuizStanding(ctx, learner, q)
		if err != nil {
			return err
		}
		if !s.Failed() || open != nil || (latest != nil && latest.Compare(*s.Latest) > 0) {
			continue
		}
		latest, failed = s.Latest, &FailedQuiz{Quiz: q, StartsAt: s.NextStartAt}
	}
	if failed != nil {
		attempt, err := g.config.Attempts.Get(ctx, learner, latest.AttemptID(learner))
		if err != nil {
			return err
		}
		failed.Attempt, failed.Objective = &attempt, weakestIn(&attempt, snapshot.Objective)
		in.Failed = failed
	}
	q := simulationOf(snapshot.Quizzes())
	if q == nil {
		return nil
	}
	s, _, err := g.config.Tracker.QuizStanding(ctx, learner, q)
	if err == nil && s.AttemptsUsed == 0 {
		in.Simulation = q
	}
	return err
}
