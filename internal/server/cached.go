package server

import (
	"context"
	"fmt"
	"net/http"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/server/document"
	"github.com/scrumkb/scrumkb/internal/server/kept"
)

// see takes a sighting of a request that may be a public query, and returns nil
// for all others.
func (e *endpoint) see(r *http.Request) *kept.Sighting {
	if e.answers == nil || r.Method == http.MethodGet && r.Header.Get("Content-Type") == "" && !forcesPreflight(r) {
		return nil
	}
	return e.answers.See(r)
}

// answerAgain answers a request that looks like an earlier one whose answer was
// public and came from the same edition of the content. Otherwise it reports
// false, and the request can be read as usual. The caller must already be
// admitted.
func (e *endpoint) answerAgain(w http.ResponseWriter, r *http.Request, seen *kept.Sighting) bool {
	_, edition := e.config.Pin(r.Context())
	if a, ok := e.answers.Again(seen, edition); ok {
		observed(r.Context()).operation = a.Label
		a.Write(w, r)
		return true
	}
	seen.Unread(r)
	return false
}

// answerPublic answers a public query from the cache, and caches the answer. It
// reports false when there is no cache or no edition of the content. seen may
// be nil.
func (e *endpoint) answerPublic(w http.ResponseWriter, r *http.Request, accept acceptance, op *document.Operation, seen *kept.Sighting) bool {
	if e.answers == nil {
		return false
	}
	// The context has no caller yet, so that no shared answer can depend on
	// one.
	nobody, edition := e.config.Pin(r.Context())
	if edition == 0 {
		return false
	}
	a, resp, err := e.answers.Answer(r.Context(), kept.Question{
		Operation: op,
		Edition:   edition,
		Media:     accept.single,
		Encodings: r.Header.Values("Accept-Encoding"),
		Run:       func() *graphql.Response { return e.runForAll(nobody, op) },
	}, seen)
	switch {
	case err != nil:
		e.config.Logger.ErrorContext(nobody, "an answer is not cached", "err", err)
		return false
	case a != nil:
		a.Write(w, r)
	case resp != nil:
		e.answerWith(r.Context(), w, accept, resp)
	default:
		e.answerWith(r.Context(), w, accept, e.engine.failure(nobody, r.Context().Err()))
	}
	return true
}

// runForAll runs op for all requests that wait for its answer. It stops at its
// time limit, but not when the first client leaves.
func (e *endpoint) runForAll(ctx context.Context, op *document.Operation) (resp *graphql.Response) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.config.RequestTimeout)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil { // only http.ErrAbortHandler panics, and nothing raises it here
			resp = e.engine.failure(ctx, fmt.Errorf("aborted: %v", cause))
		}
	}()
	return e.engine.run(ctx, op)()
}
