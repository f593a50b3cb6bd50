package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
)

func (r viewer) Data(ctx context.Context, caller *identity.Caller) (any, error) {
	return r.OwnData.Export(ctx, caller.Subject)
}

func (r mutation) DeleteMyData(ctx context.Context, input graph.DeleteMyDataInput) (*graph.DeleteMyDataPayload, error) {
	caller, err := identity.Learner(ctx)
	if err != nil {
		return nil, err
	}
	if input.Confirm != caller.ID() {
		return nil, fault.Invalid("confirm", "this is not your id, so nothing was deleted")
	}
	deletion, err := r.OwnData.Delete(ctx, caller.Subject)
	if err != nil {
		return nil, err
	}
	return &graph.DeleteMyDataPayload{DeletedRecords: deletion.Records, SettlesAt: deletion.SettlesAt}, nil
}
