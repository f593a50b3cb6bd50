package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/answer"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/server/document"
	"github.com/scrumkb/scrumkb/internal/server/failure"
	"github.com/scrumkb/scrumkb/internal/server/kept"
)

// endpoint is /graphql. The operation, and not Accept alone, decides how an
// answer is sent.
type endpoint struct {
	config   Config
	engine   *engine
	gate     *gate
	bounds   *bounds
	proxies  proxies
	origins  origins
	statuses statuses

	answers *kept.Answers // nil if nothing is cached
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := e.located(r)
	if asksForSocket(r) {
		e.serveSocket(w, r.WithContext(ctx))
		return
	}
	ctx, refused := e.authenticate(ctx, r.Header.Get("Authorization"))
	read, memory, err := e.bounds.body(ctx, r, e.config.Limits.Body)
	if err != nil {
		w.Header().Set("Connection", "close") // or net/http would wait for the body
		e.answerErrors(ctx, w, negotiate(r.Header.Values("Accept")), failure.List(err))
		return
	}
	defer memory.give()
	defer read.give()
	var seen *kept.Sighting
	if refused == nil {
		seen = e.see(r)
	}
	if seen != nil {
		defer e.answers.Forget(seen)
		if e.answerAgain(w, r, seen) {
			return
		}
	}

	accept := negotiate(r.Header.Values("Accept"))
	params, err := e.read(w, r, accept)
	read.give()
	if err != nil {
		e.refuseRequest(w, r, accept.errorMedia(), err)
		return
	}
	if refused != nil {
		e.answerErrors(ctx, w, accept, failure.List(refused))
		return
	}
	op, errs := e.engine.prepare(params)
	if errs != nil {
		e.answerErrors(ctx, w, accept, errs)
		return
	}
	observed(ctx).operation = op.Label()
	if op.Public && accept.single != "" && e.answerPublic(ctx, w, r, accept, op, seen) {
		return
	}
	e.answer(ctx, w, r, accept, op)
}

// read checks the request from the outside in, and returns its parameters or a
// refusal.
func (e *endpoint) read(w http.ResponseWriter, r *http.Request, accept acceptance) (*graphql.RawParams, error) {
	switch r.Method {
	case http.MethodGet, http.MethodPost:
	default:
		return nil, &refusal{http.StatusMethodNotAllowed, "use GET or POST", "GET, POST, OPTIONS"}
	}
	if accept.nothing() {
		return nil, refuse(http.StatusNotAcceptable, "Accept must allow "+mediaGraphQL+" or "+mediaJSON)
	}
	if r.Method == http.MethodPost {
		return readBody(w, r, e.config.Limits.Body)
	}
	if err := e.preventForgery(r, accept); err != nil {
		return nil, err
	}
	return readURL(r)
}

// answer runs op and sends its result in a form that suits both client and
// operation.
func (e *endpoint) answer(ctx context.Context, w http.ResponseWriter, r *http.Request, accept acceptance, op *document.Operation) {
	switch {
	case r.Method == http.MethodGet && op.Kind() != ast.Query && (op.Kind() != ast.Subscription || !accept.eventStream):
		e.refuseRequest(w, r, accept.errorMedia(), &refusal{http.StatusMethodNotAllowed, "GET is for queries, use POST", "POST"})
		return
	case op.Kind() == ast.Subscription && accept.eventStream:
		e.streamEvents(ctx, w, op)
		return
	case op.Kind() == ast.Subscription:
		e.answerErrors(ctx, w, accept, failure.List(fault.New(fault.SubscriptionUnsupported,
			"subscriptions need a WebSocket (graphql-transport-ws) or Accept: text/event-stream")))
		return
	}

	ctx, cancel := context.WithTimeout(ctx, e.config.RequestTimeout)
	defer cancel()
	if accept.single == "" && accept.eventStream {
		e.streamEvents(ctx, w, op)
		return
	}
	e.answerOnce(ctx, w, accept, op)
}

func (e *endpoint) answerOnce(ctx context.Context, w http.ResponseWriter, accept acceptance, op *document.Operation) {
	h := holder(ctx)
	a := e.bounds.newAnswer(h, nil)
	defer a.Close()
	made, err := e.bounds.begin(ctx, h, op, a)
	if err != nil {
		e.answerErrors(ctx, w, accept, e.engine.failure(ctx, err).Errors)
		return
	}
	defer made.give()
	next := e.engine.run(ctx, op, a)
	resp := next()
	if resp.Data != nil && accept.multipart && (op.Defers || accept.single == "") {
		observed(ctx).failed(resp.Errors)
		writeMultipart(ctx, w, e.config.StreamTimeout, a, resp, next)
		return
	}
	drainDeferred(resp, next)
	made.give()
	a.Made(cap(resp.Data))
	if resp.Data != nil && a.HasLater() {
		observed(ctx).failed(resp.Errors)
		e.answerLong(ctx, w, accept.single, a, resp)
		return
	}
	e.answerWith(ctx, w, accept, resp)
}

// longest is how long an answer may take that is made while it is sent, to a
// client that goes on reading.
const longest = 10 * time.Minute

// answerLong sends an answer of which parts are made meanwhile. If that fails,
// the connection is broken off, so that the client does not take what it has for
// the whole.
func (e *endpoint) answerLong(ctx context.Context, w http.ResponseWriter, media string, a *answer.Answer, resp *graphql.Response) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
	defer cancel()
	head, tail := envelope(resp)
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.WriteHeader(e.statuses.ofAnswer(resp.Errors))
	stream := newStreamWriter(ctx, w, 0, a)
	if err := stream.write(head, resp.Data, tail); err != nil {
		e.config.Logger.WarnContext(ctx, "an answer was broken off", "err", err)
		panic(http.ErrAbortHandler)
	}
}

// answerWith sends resp as a single answer.
func (e *endpoint) answerWith(ctx context.Context, w http.ResponseWriter, accept acceptance, resp *graphql.Response) {
	if resp.Data == nil {
		media := accept.errorMedia()
		writeErrors(ctx, w, media, e.statuses.ofErrors(media, resp.Errors), resp.Errors)
		return
	}
	observed(ctx).failed(resp.Errors)
	writeResponse(w, accept.single, e.statuses.ofAnswer(resp.Errors), resp)
}

// answerErrors answers a well-formed request that was not executed.
func (e *endpoint) answerErrors(ctx context.Context, w http.ResponseWriter, accept acceptance, errs gqlerror.List) {
	if accept.single == "" && accept.eventStream {
		e.streamErrors(ctx, w, errs)
		return
	}
	media := accept.errorMedia()
	writeErrors(ctx, w, media, e.statuses.ofErrors(media, errs), errs)
}

// refuseRequest answers a request that is not a GraphQL request.
func (e *endpoint) refuseRequest(w http.ResponseWriter, r *http.Request, media string, err error) {
	refused, ok := errors.AsType[*refusal](err)
	if !ok {
		refused = refuse(e.statuses.ofMalformed(), err.Error())
	}
	if refused.allow != "" {
		w.Header().Set("Allow", refused.allow)
	}
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	writeErrors(r.Context(), w, media, refused.status, failure.List(refused.fault()))
}

func (e *endpoint) refuseDraining(ctx context.Context, w http.ResponseWriter, media string) {
	w.Header().Set("Connection", "close")
	errs := failure.List(fault.New(fault.Unavailable, "the server is shutting down; connect again"))
	writeErrors(ctx, w, media, http.StatusServiceUnavailable, errs)
}
