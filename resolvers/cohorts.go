package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/nodeid"
)

type cohortFields struct{ *Root }

func (r query) Cohorts(ctx context.Context, archived bool) ([]*cohort.View, error) {
	return asTrainer(ctx, func(trainer string) ([]*cohort.View, error) {
		return r.Root.Cohorts.Of(ctx, trainer, archived)
	})
}

func (r query) Cohort(ctx context.Context, id string) (*cohort.View, error) {
	return orNull(asTrainer(ctx, func(trainer string) (*cohort.View, error) {
		return r.Root.Cohorts.Get(ctx, trainer, nodeid.Cohort.Read(id))
	}))
}

func (r cohortFields) Members(ctx context.Context, v *cohort.View, first *int, after *string, last *int, before *string) (*graph.CohortMemberConnection, error) {
	page, err := v.Members(ctx, pageOf(ctx, first, after, last, before))
	if err != nil {
		return nil, err
	}
	return &graph.CohortMemberConnection{
		Edges: edges(page, func(cursor string, m *cohort.Member) graph.CohortMemberEdge {
			return graph.CohortMemberEdge{Cursor: cursor, Node: m}
		}),
		Nodes:      page.Items,
		PageInfo:   pageInfo(page),
		TotalCount: page.Total,
	}, nil
}

func (r viewer) Cohorts(ctx context.Context, caller *identity.Caller) ([]*cohort.MembershipView, error) {
	return r.Root.Cohorts.Memberships(ctx, caller.Subject)
}

func (r mutation) CreateCohort(ctx context.Context, input graph.CreateCohortInput) (*graph.CreateCohortPayload, error) {
	v, err := asTrainer(ctx, func(trainer string) (*cohort.View, error) {
		return r.Cohorts.Create(ctx, trainer, cohort.Draft{
			Name: input.Name, IdempotencyKey: orZero(input.IdempotencyKey.Value()),
		})
	})
	return &graph.CreateCohortPayload{Cohort: v}, err
}

func (r mutation) RenewInvitation(ctx context.Context, input graph.RenewInvitationInput) (*graph.RenewInvitationPayload, error) {
	v, err := asTrainer(ctx, func(trainer string) (*cohort.View, error) {
		return r.Cohorts.Renew(ctx, trainer, nodeid.Cohort.Read(input.CohortID))
	})
	return &graph.RenewInvitationPayload{Cohort: v}, err
}

func (r mutation) AddCohortTrainer(ctx context.Context, input graph.AddCohortTrainerInput) (*graph.AddCohortTrainerPayload, error) {
	v, err := asTrainer(ctx, func(trainer string) (*cohort.View, error) {
		return r.Cohorts.AddTrainer(ctx, trainer, nodeid.Cohort.Read(input.CohortID), input.TrainerID)
	})
	return &graph.AddCohortTrainerPayload{Cohort: v}, err
}

func (r mutation) RemoveCohortTrainer(ctx context.Context, input graph.RemoveCohortTrainerInput) (*graph.RemoveCohortTrainerPayload, error) {
	v, err := asTrainer(ctx, func(trainer string) (*cohort.View, error) {
		return r.Cohorts.RemoveTrainer(ctx, trainer, nodeid.Cohort.Read(input.CohortID), input.TrainerID)
	})
	return &graph.RemoveCohortTrainerPayload{Cohort: v}, err
}

func (r mutation) RemoveCohortMember(ctx context.Context, input graph.RemoveCohortMemberInput) (*graph.RemoveCohortMemberPayload, error) {
	v, err := asTrainer(ctx, func(trainer string) (*cohort.View, error) {
		return r.Cohorts.RemoveMember(ctx, trainer, nodeid.Cohort.Read(input.CohortID), nodeid.Member.Read(input.MemberID))
	})
	return &graph.RemoveCohortMemberPayload{Cohort: v}, err
}

func (r mutation) WaiveUnit(ctx context.Context, input graph.WaiveUnitInput) (*graph.WaiveUnitPayload, error) {
	course := catalog.KindCourse.Slug(input.Course)
	v, err := asTrainer(ctx, func(trainer string) (*cohort.Member, error) {
		return r.Cohorts.Waive(ctx, trainer, nodeid.Member.Read(input.MemberID), cohort.UnitWaiver{
			CourseSlug: course, UnitSlug: catalog.UnitSlug(course, input.Unit), Reason: input.Reason, Note: orZero(input.Note.Value()),
		})
	})
	return &graph.WaiveUnitPayload{Member: v}, err
}

func (r mutation) ArchiveCohort(ctx context.Context, input graph.ArchiveCohortInput) (*graph.ArchiveCohortPayload, error) {
	v, err := asTrainer(ctx, func(trainer string) (*cohort.View, error) {
		return r.Cohorts.Archive(ctx, trainer, nodeid.Cohort.Read(input.CohortID))
	})
	return &graph.ArchiveCohortPayload{Cohort: v}, err
}

func (r mutation) JoinCohort(ctx context.Context, input graph.JoinCohortInput) (*graph.JoinCohortPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	m, err := r.Cohorts.Join(ctx, caller.Subject, input.Code, input.Name)
	return &graph.JoinCohortPayload{Membership: m}, err
}

func (r mutation) LeaveCohort(ctx context.Context, input graph.LeaveCohortInput) (*graph.LeaveCohortPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	err = r.Cohorts.Leave(ctx, caller.Subject, nodeid.Cohort.Read(input.CohortID))
	return &graph.LeaveCohortPayload{Viewer: &caller}, err
}

// asTrainer calls a function on behalf of a caller who is a trainer.
func asTrainer[T any](ctx context.Context, do func(trainer string) (T, error)) (T, error) {
	caller, err := identity.Require(ctx, identity.RoleTrainer)
	if err != nil {
		var none T
		return none, err
	}
	return do(caller.Subject)
}
