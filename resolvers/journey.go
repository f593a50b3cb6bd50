package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/journey"
)

func (r viewer) CertificationJourney(ctx context.Context, caller *identity.Caller, certification string) (*journey.View, error) {
	return r.Journeys.Of(ctx, caller.Subject, catalog.KindCertification.Slug(certification))
}

func (r mutation) CompleteCertificationStep(ctx context.Context, input graph.CompleteCertificationStepInput) (*graph.CompleteCertificationStepPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	journey, err := r.Journeys.CompleteStep(ctx, caller.Subject, journey.CompleteStepInput{
		CertificationSlug: catalog.KindCertification.Slug(input.Certification),
		StepSlug:          catalog.KindStep.Slug(input.Step),
		Done:              input.Done,
		DoneOn:            input.DoneOn.Value(),
	})
	if err != nil {
		return nil, err
	}
	return &graph.CompleteCertificationStepPayload{Journey: journey}, nil
}

func (r mutation) RecordCertificationEarned(ctx context.Context, input graph.RecordCertificationEarnedInput) (*graph.RecordCertificationEarnedPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	journey, err := r.Journeys.Earn(ctx, caller.Subject, catalog.KindCertification.Slug(input.Certification), input.EarnedOn)
	if err != nil {
		return nil, err
	}
	return &graph.RecordCertificationEarnedPayload{Journey: journey}, nil
}

func (r mutation) UndoCertificationEarned(ctx context.Context, input graph.UndoCertificationEarnedInput) (*graph.UndoCertificationEarnedPayload, error) {
	j, err := asLearner(ctx, func(learner string) (*journey.View, error) {
		return r.Journeys.UndoEarn(ctx, learner, catalog.KindCertification.Slug(input.Certification))
	})
	return &graph.UndoCertificationEarnedPayload{Journey: j}, err
}

func (r mutation) LogSeu(ctx context.Context, input graph.LogSeuInput) (*graph.LogSeuPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	journey, seu, err := r.Journeys.LogSEU(ctx, caller.Subject, journey.LogSEUInput{
		CertificationSlug: catalog.KindCertification.Slug(input.Certification),
		Activity:          input.Activity,
		Title:             input.Title,
		Hours:             input.Hours,
		On:                input.Date,
		IdempotencyKey:    orZero(input.IdempotencyKey.Value()),
	})
	if err != nil {
		return nil, err
	}
	return &graph.LogSeuPayload{Seu: seu, Journey: journey}, nil
}

func (r mutation) RemoveSeu(ctx context.Context, input graph.RemoveSeuInput) (*graph.RemoveSeuPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	journey, err := r.Journeys.RemoveSEU(ctx, caller.Subject, input.ID)
	if err != nil {
		return nil, err
	}
	return &graph.RemoveSeuPayload{Journey: journey}, nil
}

func (r mutation) RecordRenewal(ctx context.Context, input graph.RecordRenewalInput) (*graph.RecordRenewalPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	journey, err := r.Journeys.Renew(ctx, caller.Subject, catalog.KindCertification.Slug(input.Certification), input.RenewedOn)
	if err != nil {
		return nil, err
	}
	return &graph.RecordRenewalPayload{Journey: journey}, nil
}

func (r mutation) UndoRenewal(ctx context.Context, input graph.UndoRenewalInput) (*graph.UndoRenewalPayload, error) {
	j, err := asLearner(ctx, func(learner string) (*journey.View, error) {
		return r.Journeys.UndoRenewal(ctx, learner, catalog.KindCertification.Slug(input.Certification))
	})
	return &graph.UndoRenewalPayload{Journey: j}, err
}
