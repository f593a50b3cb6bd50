package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

type nextStep struct{ *Root }

// NextStep implements graph.ResolverRoot.
func (r *Root) NextStep() graph.NextStepResolver { return nextStep{r} }

func (r viewer) NextSteps(ctx context.Context, caller *identity.Caller, first int) ([]*progress.NextStep, error) {
	return r.Guide.NextSteps(ctx, caller.Subject, first)
}

func (r nextStep) Attempt(ctx context.Context, step *progress.NextStep) (*quiz.View, error) {
	if step.Attempt == nil {
		return nil, nil
	}
	return r.Attempts.View(ctx, *step.Attempt)
}

func (r viewer) Review(ctx context.Context, caller *identity.Caller) (*progress.ReviewQueue, error) {
	return r.Tracker.Reviews(ctx, caller.Subject)
}

func (r viewer) Mastery(ctx context.Context, caller *identity.Caller) (*progress.Mastery, error) {
	return r.Tracker.Mastery(ctx, caller.Subject)
}

func (r viewer) Activity(ctx context.Context, caller *identity.Caller, from, to *catalog.Date) ([]*progress.ActivityDay, error) {
	return r.Guide.Activity(ctx, caller.Subject, from, to)
}

func (r viewer) Streak(ctx context.Context, caller *identity.Caller) (*progress.Streak, error) {
	return r.Guide.Streak(ctx, caller.Subject)
}
