package server

import (
	"context"
	"fmt"
	"net/http"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/server/document"
	"github.com/scrumkb/scrumkb/internal/server/kept"
)

// see looks at a request that may be a public query, and returns nil for all
// others.
func (e *endpoint) see(r *http.Request) *kept.Sighting {
	if e.answers == nil || r.Method == http.MethodGet && r.Header.Get("Content-Type") == "" && !forcesPreflight(r) {
		return nil
	}
	return e.answers.See(r)
}

// answerAgain answers a request that looks like an earlier one which got the
// answer of a public query from the same edition of the content. It reports
// false for all others, which then can be read as if nobody had. The caller
// is known to be admitted.
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

// answerPublic answers a public query from what is kept, and keeps what it
// answers. It reports false when there is nothing to keep it in, or no edition
// of the content to answer from. seen may be nil.
func (e *endpoint) answerPublic(w http.ResponseWriter, r *http.Request, accept acceptance, op *document.Operation, seen *kept.Sighting) bool {
	if e.answers == nil {
		return false
	}
	// The context is that of the request before it had a caller, so that no
	// answer for everybody can depend on one.
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

// runForAll runs op for whoever waits for its answer. It ends when it has
// taken too long, but not when the client that came first has left.
func (e *endpoint) runForAll(ctx context.Context, op *document.Operation) (resp *graphql.Response) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.config.RequestTimeout)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil { // only what aborts a response, which this is none of
			resp = e.engine.failure(ctx, fmt.Errorf("aborted: %v", cause))
		}
	}()
	return e.engine.run(ctx, op)()
}
