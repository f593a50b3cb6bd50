package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/answer"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
)

func (r viewer) Data(ctx context.Context, caller *identity.Caller) (any, error) {
	export, err := r.OwnData.Export(caller.Subject)
	if err != nil {
		return nil, err
	}
	return answer.Later(ctx, export.Write, export.Close)
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
