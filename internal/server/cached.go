package server

import (
	"context"
	"fmt"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
)

// answerAgain answers a request that looks like an earlier one which got the
// answer of a public query from the same edition of the content. It reports
// false for all others, which then can be read as if nobody had. The caller
// is known to be admitted.
func (e *endpoint) answerAgain(w http.ResponseWriter, r *http.Request, seen *sighting) bool {
	if seen == nil {
		return false
	}
	if seen.err == nil {
		_, edition := e.config.Pin(r.Context())
		seen.sign(edition)
		if a, ok := e.answers.recall(seen.digest); ok {
			observed(r.Context()).operation = a.label
			a.write(w, r)
			return true
		}
	}
	seen.unread(r)
	return false
}

// answerPublic answers a public query from what is kept, and keeps what it
// answers. It reports false when there is nothing to keep it in, or no edition
// of the content to answer from. seen may be nil.
func (e *endpoint) answerPublic(w http.ResponseWriter, r *http.Request, accept acceptance, op *operation, seen *sighting) bool {
	if e.answers == nil {
		return false
	}
	// The context is that of the request before it had a caller, so that no
	// answer for everybody can depend on one.
	nobody, edition := e.config.Pin(r.Context())
	if edition == 0 {
		return false
	}
	operation, err := digestOf(edition, accept.single, op)
	if err != nil {
		e.config.Logger.ErrorContext(nobody, "an answer is not cached", "err", err)
		return false
	}
	q := question{
		operation: operation,
		edition:   edition,
		media:     accept.single,
		wish:      wishOf(r.Header.Values("Accept-Encoding")),
		label:     op.label(),
		maxAge:    op.maxAge,
		run:       func() *graphql.Response { return e.runForAll(nobody, op) },
	}
	a, resp := e.answers.obtain(r.Context(), q)
	switch {
	case a != nil:
		// A request that registers its text has to do so each time.
		if seen != nil && seen.edition == edition && !op.registers {
			e.answers.remember(seen.digest, answerKey{operation, q.wish})
		}
		a.write(w, r)
	case resp != nil:
		e.answerWith(r.Context(), w, accept, resp)
	default:
		e.answerWith(r.Context(), w, accept, e.engine.failure(nobody, r.Context().Err()))
	}
	return true
}

// runForAll runs op for whoever waits for its answer. It ends when it has
// taken too long, but not when the client that came first has left.
func (e *endpoint) runForAll(ctx context.Context, op *operation) (resp *graphql.Response) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.config.RequestTimeout)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil { // only what aborts a response, which this is none of
			resp = e.engine.failure(ctx, fmt.Errorf("aborted: %v", cause))
		}
	}()
	return e.engine.run(ctx, op)()
}
