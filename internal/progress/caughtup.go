package progress

import (
	"context"
	"sync"
)

type caughtUpKey struct{}

// caughtUp records which learners a query has already caught up.
type caughtUp struct {
	mu   sync.Mutex
	done map[string]func() error // by learner

	loaded map[string]func() (any, error) // by name; shared by all parts of an answer
}

// Once returns a context under which CatchUp runs once for each learner,
// however many parts of an answer need it. It is for queries: changes made
// under it may go unnoticed.
func Once(ctx context.Context) context.Context {
	if _, ok := ctx.Value(caughtUpKey{}).(*caughtUp); ok {
		return ctx
	}
	return context.WithValue(ctx, caughtUpKey{}, &caughtUp{})
}

// once returns the result of load; under a context of Once, all parts of an
// answer share it. what names the result.
func once[T any](ctx context.Context, what, learner string, load func() (T, error)) (T, error) {
	o, ok := ctx.Value(caughtUpKey{}).(*caughtUp)
	if !ok {
		return load()
	}
	loaded, err := o.load(what+" of "+learner, func() (any, error) { return load() })
	if err != nil {
		var none T
		return none, err
	}
	return loaded.(T), nil //nolint:forcetypeassert // everything loaded under a name has the same type
}

func (o *caughtUp) load(name string, load func() (any, error)) (any, error) {
	o.mu.Lock()
	if o.loaded == nil {
		o.loaded = map[string]func() (any, error){}
	}
	if o.loaded[name] == nil {
		o.loaded[name] = sync.OnceValues(load)
	}
	wait := o.loaded[name]
	o.mu.Unlock()
	return wait()
}

// do runs a function for a learner, or waits for the current run, and returns
// its result.
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
