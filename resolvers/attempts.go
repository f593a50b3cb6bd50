package resolvers

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// watchEvery is how often a watched attempt is checked for changes by another
// process or the clock.
const watchEvery = time.Second

func (r query) Attempt(ctx context.Context, id string) (*quiz.View, error) {
	return r.attempt(ctx, id)
}

// attempt returns the caller's attempt, or nil if there is none.
func (r *Root) attempt(ctx context.Context, id string) (*quiz.View, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	stored, ok := quiz.ParseID(caller.Subject, id)
	if !ok {
		return nil, nil
	}
	attempt, err := r.Attempts.Get(ctx, caller.Subject, stored)
	if err != nil {
		return orNull[quiz.View](nil, err)
	}
	return r.Attempts.View(ctx, attempt)
}

func (r mutation) StartAttempt(ctx context.Context, input graph.StartAttemptInput) (*graph.StartAttemptPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	attempt, err := r.Attempts.Start(ctx, caller.Subject, toStart(input))
	if err != nil {
		return nil, err
	}
	view, err := r.Attempts.View(ctx, attempt)
	return &graph.StartAttemptPayload{Attempt: view, Resumed: attempt.Resumed, Drawn: attempt.Total()}, err
}

func toStart(input graph.StartAttemptInput) quiz.StartInput {
	practice := input.Practice.Value()
	if practice == nil {
		return quiz.StartInput{QuizSlug: catalog.KindQuiz.Slug(orZero(input.Quiz.Value()))}
	}
	return quiz.StartInput{Practice: &quiz.Practice{
		Mode:          practice.Mode,
		TopicCode:     catalog.KindTopic.Slug(orZero(practice.Topic.Value())),
		ObjectiveCode: catalog.KindObjective.Slug(orZero(practice.Objective.Value())),
		Questions:     practice.Questions,
	}}
}

func (r mutation) AnswerQuestion(ctx context.Context, input graph.AnswerQuestionInput) (*graph.AnswerQuestionPayload, error) {
	view, err := r.change(ctx, input.AttemptID, input.Slot, func(learner, id string) (quiz.Attempt, error) {
		return r.Attempts.Answer(ctx, learner, id, quiz.AnswerInput{
			Slot:           input.Slot,
			Response:       *input.Response,
			Confidence:     input.Confidence.Value(),
			ExpectedRev:    input.ExpectedRevision.Value(),
			IdempotencyKey: orZero(input.IdempotencyKey.Value()),
		})
	})
	if err != nil {
		return nil, err
	}
	return &graph.AnswerQuestionPayload{Attempt: view, Slot: view.Slot(input.Slot)}, nil
}

func (r mutation) FlagQuestion(ctx context.Context, input graph.FlagQuestionInput) (*graph.FlagQuestionPayload, error) {
	view, err := r.change(ctx, input.AttemptID, input.Slot, func(learner, id string) (quiz.Attempt, error) {
		return r.Attempts.Flag(ctx, learner, id, quiz.FlagInput{Slot: input.Slot, Flagged: input.Flagged})
	})
	if err != nil {
		return nil, err
	}
	return &graph.FlagQuestionPayload{Attempt: view, Slot: view.Slot(input.Slot)}, nil
}

func (r mutation) TakeHint(ctx context.Context, input graph.TakeHintInput) (*graph.TakeHintPayload, error) {
	view, err := r.change(ctx, input.AttemptID, input.Slot, func(learner, id string) (quiz.Attempt, error) {
		return r.Attempts.Hint(ctx, learner, id, quiz.HintInput{Slot: input.Slot, Number: input.Number})
	})
	if err != nil {
		return nil, err
	}
	return &graph.TakeHintPayload{Attempt: view, Slot: view.Slot(input.Slot)}, nil
}

func (r mutation) SubmitAttempt(ctx context.Context, input graph.SubmitAttemptInput) (*graph.SubmitAttemptPayload, error) {
	view, err := r.change(ctx, input.AttemptID, 0, func(learner, id string) (quiz.Attempt, error) {
		return r.Attempts.Submit(ctx, learner, id)
	})
	if err != nil {
		return nil, err
	}
	return &graph.SubmitAttemptPayload{Attempt: view}, nil
}

func (r mutation) AbandonAttempt(ctx context.Context, input graph.AbandonAttemptInput) (*graph.AbandonAttemptPayload, error) {
	view, err := r.change(ctx, input.AttemptID, 0, func(learner, id string) (quiz.Attempt, error) {
		return r.Attempts.Abandon(ctx, learner, id)
	})
	if err != nil {
		return nil, err
	}
	return &graph.AbandonAttemptPayload{Attempt: view}, nil
}

// change applies a change to the caller's attempt and returns the result. A
// CONFLICT includes the state of the slot.
func (r *Root) change(ctx context.Context, id string, slot int, apply func(learner, id string) (quiz.Attempt, error)) (*quiz.View, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	// An invalid id belongs to nobody, like the id of somebody else's attempt.
	stored, _ := quiz.ParseID(caller.Subject, id)
	attempt, err := apply(caller.Subject, stored)
	if err != nil {
		return nil, attempt.Explain(err, slot)
	}
	return r.Attempts.View(ctx, attempt)
}

func (r subscription) AttemptUpdated(ctx context.Context, id string) (<-chan *quiz.View, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	stored, _ := quiz.ParseID(caller.Subject, id)
	return r.Attempts.WatchViews(ctx, caller.Subject, stored, watchEvery)
}

func orZero[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
