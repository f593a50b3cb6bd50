package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/guide"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

type nextStep struct{ *Root }

// guide.Step implements graph.ResolverRoot.
func (r *Root) NextStep() graph.NextStepResolver { return nextStep{r} }

func (r viewer) NextSteps(ctx context.Context, caller *identity.Caller, first int) ([]*guide.Step, error) {
	return r.Guide.NextSteps(ctx, caller.Subject, first)
}

func (r nextStep) Attempt(ctx context.Context, step *guide.Step) (*quiz.View, error) {
	if step.Attempt == nil {
		return nil, nil
	}
	return r.Attempts.View(ctx, *step.Attempt)
}

func (r viewer) Review(ctx context.Context, caller *identity.Caller) (*mastery.Queue, error) {
	return r.Tracker.Reviews(ctx, caller.Subject)
}

func (r viewer) Mastery(ctx context.Context, caller *identity.Caller) (*mastery.Standing, error) {
	return r.Tracker.Mastery(ctx, caller.Subject)
}

func (r viewer) Activity(ctx context.Context, caller *identity.Caller, from, to *catalog.Date) ([]*activity.Day, error) {
	return r.Guide.Activity(ctx, caller.Subject, from, to)
}

func (r viewer) Streak(ctx context.Context, caller *identity.Caller) (*activity.Streak, error) {
	return r.Guide.Streak(ctx, caller.Subject)
}
