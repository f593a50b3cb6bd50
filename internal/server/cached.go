package server

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/answer"
	"github.com/scrumkb/scrumkb/internal/limit"
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
func (e *endpoint) answerPublic(ctx context.Context, w http.ResponseWriter, r *http.Request, accept acceptance, op *document.Operation, seen *kept.Sighting) bool {
	if e.answers == nil {
		return false
	}
	// The context has no caller yet, so that no shared answer can depend on
	// one.
	nobody, edition := e.config.Pin(r.Context())
	if edition == 0 {
		return false
	}
	own := &lease{}
	a, resp, err := e.answers.Answer(r.Context(), kept.Question{
		Operation: op,
		Edition:   edition,
		Media:     accept.single,
		Encodings: r.Header.Values("Accept-Encoding"),
		Run:       func() *graphql.Response { return e.runForAll(nobody, holder(ctx), op, own) },
	}, seen)
	defer own.leave()
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

// lease is the memory of an answer that was made for all, as long as the request
// that had it made needs it.
type lease struct {
	mu   sync.Mutex
	of   *answer.Answer
	left bool
}

// keep leaves the answer to the request, unless that is gone.
func (l *lease) keep(a *answer.Answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of.Close()
	if l.of = a; l.left {
		a.Close()
	}
}

// leave gives the memory back, now or when the answer is made.
func (l *lease) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = true
	l.of.Close()
}

// runForAll runs op for all requests that wait for its answer. It stops at its
// time limit, but not when the first client leaves. The memory is that client's.
func (e *endpoint) runForAll(ctx context.Context, first limit.Holder, op *document.Operation, own *lease) (resp *graphql.Response) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.config.RequestTimeout)
	defer cancel()
	a := e.bounds.newAnswer(first, nil)
	made, err := e.bounds.begin(ctx, first, op, a)
	if err != nil {
		return e.engine.failure(ctx, err)
	}
	defer func() {
		made.give()
		a.Made(cap(resp.Data))
		own.keep(a)
	}()
	defer func() {
		if cause := recover(); cause != nil { // only http.ErrAbortHandler panics, and nothing raises it here
			resp = e.engine.failure(ctx, fmt.Errorf("aborted: %v", cause))
		}
	}()
	return e.engine.run(ctx, op, a)()
}
