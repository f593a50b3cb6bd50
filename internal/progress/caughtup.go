package progress

import (
	"context"
	"sync"
)

type caughtUpKey struct{}

// caughtUp is who has been caught up for already in a query.
type caughtUp struct {
	mu   sync.Mutex
	done map[string]func() error // by learner
}

// Once returns a context under which CatchUp is done once for each learner,
// however many parts of an answer need it. It is for queries: what is changed
// under it might not be seen.
func Once(ctx context.Context) context.Context {
	return context.WithValue(ctx, caughtUpKey{}, &caughtUp{})
}

// do does something for a learner, or waits until it is done, and returns what
// came of it.
func (o *caughtUp) do(learner string, something func() error) error {
	o.mu.Lock()
	if o.done == nil {
		o.done = map[string]func() error{}
	}
	if o.done[learner] == nil {
		o.done[learner] = sync.OnceValue(something)
	}
	wait := o.done[learner]
	o.mu.Unlock()
	return wait()
}
