package resolvers

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

type viewer struct{ *Root }

func (r query) Viewer(ctx context.Context) (*identity.Caller, error) {
	caller, ok := identity.From(ctx)
	if !ok {
		return nil, nil
	}
	return &caller, nil
}

func (r viewer) Attempts(ctx context.Context, caller *identity.Caller, quizSlug *string, state *quiz.AttemptState, mode *quiz.PracticeMode, topic, objective *string, from, to *time.Time, first *int, after *string) (*graph.AttemptConnection, error) {
	filter := quiz.Filter{
		QuizSlug: catalog.KindQuiz.Slug(orZero(quizSlug)), State: orZero(state), Mode: orZero(mode),
		TopicCode: catalog.KindTopic.Slug(orZero(topic)), ObjectiveCode: catalog.KindObjective.Slug(orZero(objective)),
		From: from, To: to,
	}
	page, err := r.Root.Attempts.Views(ctx, caller.Subject, filter, first, orZero(after))
	if err != nil {
		return nil, err
	}
	return &graph.AttemptConnection{
		Edges: edges(page, func(cursor string, v *quiz.View) graph.AttemptEdge {
			return graph.AttemptEdge{Cursor: cursor, Node: v}
		}),
		Nodes:      page.Items,
		PageInfo:   pageInfo(page),
		TotalCount: page.Total,
	}, nil
}

func (r mutation) StartGuestSession(ctx context.Context) (*graph.StartGuestSessionPayload, error) {
	session, err := r.Guests.Start(identity.Address(ctx))
	if err != nil {
		return nil, err
	}
	return &graph.StartGuestSessionPayload{
		Token:     session.Token,
		ExpiresAt: session.ExpiresAt,
		Viewer:    &session.Caller,
	}, nil
}

func (r mutation) RenewGuestSession(ctx context.Context) (*graph.RenewGuestSessionPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	session, err := r.Guests.Renew(caller)
	if err != nil {
		return nil, err
	}
	return &graph.RenewGuestSessionPayload{
		Token:     session.Token,
		ExpiresAt: session.ExpiresAt,
		Viewer:    &session.Caller,
	}, nil
}
