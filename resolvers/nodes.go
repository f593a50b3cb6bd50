package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

func (r query) Node(ctx context.Context, id string) (catalog.Node, error) {
	nodes, err := r.Nodes(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

// Nodes answers records beside content.
func (r query) Nodes(ctx context.Context, ids []string) ([]catalog.Node, error) {
	snapshot, err := r.Library.Current()
	if err != nil {
		return nil, err
	}
	nodes, err := snapshot.Nodes(ids)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		record, err := r.record(ctx, id)
		if err != nil {
			return nil, err
		}
		if record != nil {
			nodes[i] = record
		}
	}
	return nodes, nil
}

// record returns the record with the global id, or nil when there is none. To
// everybody but its learner an attempt is not there, to an anonymous caller
// included; a certificate is there for all who know its code.
func (r query) record(ctx context.Context, id string) (catalog.Node, error) {
	if code, ok := progress.ParseCertificateID(id); ok {
		return nodeOrNil(r.certificate(ctx, code))
	}
	caller, known := identity.From(ctx)
	if !known {
		return nil, nil
	}
	if _, theirs := quiz.ParseID(caller.Subject, id); theirs {
		return nodeOrNil(r.attempt(ctx, id))
	}
	return nil, nil
}

// nodeOrNil keeps a nil pointer from becoming an interface that is not nil.
func nodeOrNil[T any, P interface {
	*T
	catalog.Node
}](view P, err error) (catalog.Node, error) {
	if view == nil || err != nil {
		return nil, err
	}
	return view, nil
}
