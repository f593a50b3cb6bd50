package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/nodeid"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

func (r query) Node(ctx context.Context, id string) (catalog.Node, error) {
	nodes, err := r.Nodes(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

// Nodes returns content and records, the latter only to those who may see
// them. To everybody else they do not exist.
func (r query) Nodes(ctx context.Context, ids []string) ([]catalog.Node, error) {
	snapshot, err := r.Library.At(ctx)
	if err != nil {
		return nil, err
	}
	nodes, err := snapshot.Nodes(ids)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		if nodes[i] != nil {
			continue
		}
		if nodes[i], err = r.record(ctx, id); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// record returns the record with the id if the caller may see it, or nil:
// their own attempts and memberships, their own cohorts and the members of
// those, and certificates whose code they know.
func (r *Root) record(ctx context.Context, id string) (catalog.Node, error) {
	kind, stored := nodeid.Read(id)
	if kind == nodeid.Certificate {
		return orNil(r.certificate(ctx, stored))
	}
	caller, known := identity.From(ctx)
	if !known {
		return nil, nil
	}
	trains := caller.Has(identity.RoleTrainer)
	switch {
	case kind == nodeid.Attempt:
		if _, theirs := quiz.ParseID(caller.Subject, id); theirs {
			return orNil(r.attempt(ctx, id))
		}
	case kind == nodeid.Membership:
		return orNil(r.Cohorts.Membership(ctx, caller.Subject, stored))
	case kind == nodeid.Member && trains:
		return orNil(r.Cohorts.Member(ctx, caller.Subject, stored))
	case kind == nodeid.Cohort && trains:
		return orNil(orNull(r.Cohorts.Get(ctx, caller.Subject, stored)))
	}
	return nil, nil
}

// orNull turns NOT_FOUND into null, for look-ups that may find nothing.
func orNull[T any](found *T, err error) (*T, error) {
	if fault.CodeOf(err) == fault.NotFound {
		return nil, nil
	}
	return found, err
}

// orNil turns a nil pointer into a nil interface.
func orNil[T any, P interface {
	*T
	catalog.Node
}](record P, err error) (catalog.Node, error) {
	if record == nil {
		return nil, err
	}
	return record, err
}
