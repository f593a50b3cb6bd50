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

	loaded map[string]func() (any, error) // by name; what is the same for all parts of an answer
}

// Once returns a context under which CatchUp is done once for each learner,
// however many parts of an answer need it. It is for queries: what is changed
// under it might not be seen.
func Once(ctx context.Context) context.Context {
	if _, ok := ctx.Value(caughtUpKey{}).(*caughtUp); ok {
		return ctx
	}
	return context.WithValue(ctx, caughtUpKey{}, &caughtUp{})
}

// once returns what load returns, under a context of Once the same for every part
// of an answer that asks for it. what names it.
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
	return loaded.(T), nil //nolint:forcetypeassert // what is loaded under a name has one type
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
