package server

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/answer"
	"github.com/scrumkb/scrumkb/internal/limit"
	"github.com/scrumkb/scrumkb/internal/server/document"
)

// The event stream implements the "distinct connections mode" of GraphQL over
// SSE: one operation per request, a next event for each response, then
// complete.

func openEventStream(ctx context.Context, w http.ResponseWriter, wait time.Duration, a *answer.Answer) *streamWriter {
	h := w.Header()
	h.Set("Content-Type", mediaEventStream)
	h.Set("X-Accel-Buffering", "no") // keeps nginx from buffering events
	return newStreamWriter(ctx, w, wait, a)
}

var (
	nextEvent     = []byte("event: next\ndata: ")
	eventEnd      = []byte("\n\n")
	completeEvent = []byte("event: complete\ndata:\n\n") // browsers drop events without data
	keepAlive     = []byte(":\n\n")
)

// streamErrors answers an operation that was not executed.
func (e *endpoint) streamErrors(ctx context.Context, w http.ResponseWriter, errs gqlerror.List) {
	observed(ctx).failed(errs)
	stream := openEventStream(ctx, w, e.config.StreamTimeout, nil)
	_ = stream.write(append(append([][]byte{nextEvent}, encode(&graphql.Response{Errors: stamped(ctx, errs)})...), eventEnd, completeEvent)...)
}

// streamEvents runs op and sends its responses as they arrive. When the server
// drains, a subscription's stream ends without complete: the client sees a lost
// connection and subscribes again, elsewhere.
func (e *endpoint) streamEvents(ctx context.Context, w http.ResponseWriter, op *document.Operation) {
	ctx, cancel := e.untilExpiry(ctx)
	defer cancel()
	if op.Kind() == ast.Subscription {
		if !e.gate.enter() {
			e.refuseDraining(ctx, w, mediaJSON)
			return
		}
		defer e.gate.leave()
		defer context.AfterFunc(e.gate.draining, cancel)()
	}

	h := holder(ctx)
	a := e.bounds.newAnswer(h, nil)
	defer a.Close()
	made, err := e.begin(ctx, h, op, a)
	if err != nil {
		e.streamErrors(ctx, w, e.engine.failure(ctx, err).Errors)
		return
	}
	defer made.give()
	if op.Kind() == ast.Subscription {
		defer e.bounds.streams.Give(h, 1)
	}

	stream := openEventStream(context.WithoutCancel(ctx), w, e.config.StreamTimeout, a)
	var beats sync.WaitGroup
	beats.Go(func() {
		defer cancel() // the client is gone and needs no more events
		beat(ctx, e.config.KeepAlive, func() error { return stream.write(keepAlive) })
	})
	// net/http reclaims the writer when the handler returns.
	quiet := func() {
		cancel()
		beats.Wait()
	}
	defer quiet()

	if stream.write(keepAlive) != nil {
		return
	}
	next := e.engine.run(ctx, op, a)
	for resp := next(); resp != nil; resp = next() {
		drainDeferred(resp, next)
		if op.Kind() != ast.Subscription {
			made.give() // a slow client holds nobody up
		}
		a.Made(cap(resp.Data))
		observed(ctx).failed(resp.Errors)
		if stream.write(append(append([][]byte{nextEvent}, encode(resp)...), eventEnd)...) != nil {
			cancel()
		}
	}
	whole := op.Kind() != ast.Subscription || ctx.Err() == nil
	quiet() // nothing follows complete
	if whole {
		_ = stream.write(completeEvent)
	}
}

// begin takes what op needs to run on a stream of its own: a subscription takes
// one of the streams as well.
func (e *endpoint) begin(ctx context.Context, h limit.Holder, op *document.Operation, a *answer.Answer) (held, error) {
	if op.Kind() != ast.Subscription {
		return e.bounds.begin(ctx, h, op, a)
	}
	if err := e.bounds.streams.Try(h, 1); err != nil {
		return held{}, err
	}
	if err := e.bounds.running.Try(h, 1); err != nil {
		e.bounds.streams.Give(h, 1)
		return held{}, err
	}
	return held{e.bounds.running, h, 1}, nil
}

// beat calls send every interval until ctx ends or send fails.
func beat(ctx context.Context, interval time.Duration, send func() error) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if send() != nil {
				return
			}
		}
	}
}
