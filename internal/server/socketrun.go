package server

import (
	"context"
	"log/slog"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/server/failure"
)

// run is one operation of a socket.
type run struct {
	cancel context.CancelFunc
	kind   ast.Operation // empty until the operation is prepared
}

func (s *socket) subscribe(m *message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.acked {
		return unauthorized
	}
	if s.caller.Err() != nil {
		return forbidden // the token has expired, and the close frame is being sent
	}
	params, err := decodeParams(m.Payload)
	if m.ID == "" || err != nil {
		return badMessage
	}
	if s.running[m.ID] != nil {
		return subscriberExists
	}
	if len(s.running) >= s.config.Limits.Subscriptions {
		return tooManyRunning
	}
	if s.draining {
		return nil // the close frame is being sent
	}
	if err := s.bounds.running.Try(s.holder, 1); err != nil {
		// Sent by others, so that the socket goes on reading.
		id := m.ID
		s.work.Go(func() { s.refuse(id, err) })
		return nil
	}
	ctx, cancel := context.WithCancel(s.caller)
	// The socket's context carries its observation; operations log their own.
	ctx = context.WithValue(ctx, observationKey{}, &observation{requestID: RequestID(ctx)})
	started := &run{cancel: cancel}
	s.running[m.ID] = started
	id, memory := m.ID, m.memory // params are in it
	m.memory = 0
	s.work.Go(func() {
		defer cancel()
		defer s.bounds.running.Give(s.holder, 1)
		defer s.bounds.memory.Give(s.holder, memory)
		s.execute(ctx, id, started, params)
	})
	return nil
}

// refuse answers an operation that is not run.
func (s *socket) refuse(id string, err error) {
	errs := failure.List(err)
	observed(s.ctx).failed(errs)
	_ = s.send(message{ID: id, Type: "error", Payload: encodeErrors(stamped(s.ctx, errs))})
}

// complete handles the client's cancellation of an operation. It is not an
// error if that has already ended.
func (s *socket) complete(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.acked {
		return unauthorized
	}
	if id == "" {
		return badMessage
	}
	if r := s.running[id]; r != nil {
		r.cancel()
		delete(s.running, id)
	}
	return nil
}

// execute runs one operation and sends its results: a single error, or
// responses and then complete.
func (s *socket) execute(ctx context.Context, id string, r *run, params *graphql.RawParams) {
	start := time.Now()
	o := observed(ctx)
	defer func() {
		s.config.Logger.LogAttrs(ctx, slog.LevelInfo, "operation",
			o.appendTo([]slog.Attr{slog.Duration("duration", time.Since(start))})...)
	}()

	op, errs := s.engine.prepare(params)
	if errs != nil {
		o.failed(errs)
		s.finish(r, message{ID: id, Type: "error", Payload: encodeErrors(stamped(ctx, errs))})
		return
	}
	o.operation = op.Label()
	if !s.begin(r, op.Kind()) {
		return
	}
	if op.Kind() != ast.Subscription {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.config.RequestTimeout)
		defer cancel()
	}

	a := s.bounds.newAnswer(s.holder, s.turn)
	defer a.Close()
	var made held
	if op.Kind() != ast.Subscription {
		err := s.turn(ctx)
		if err == nil {
			made, err = s.bounds.begin(ctx, s.holder, op, a)
		}
		if err != nil {
			errs := s.engine.failure(ctx, err).Errors
			o.failed(errs)
			s.finish(r, message{ID: id, Type: "error", Payload: encodeErrors(errs)})
			return
		}
		defer made.give()
	}
	next := s.engine.run(ctx, op, a)
	for resp := next(); resp != nil; resp = next() {
		drainDeferred(resp, next)
		made.give()
		a.Made(cap(resp.Data))
		o.failed(resp.Errors)
		if !s.live(id, r) || s.sendNext(id, a, resp) != nil {
			return
		}
	}
	s.finish(r, message{ID: id, Type: "complete"})
}

// turn waits until the peer has taken what was sent: no answer is made for one
// that does not read.
func (s *socket) turn(ctx context.Context) error {
	select {
	case s.sending <- struct{}{}:
		<-s.sending
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}

// begin records r's kind of operation. It reports false for a subscription that
// would start while the server drains.
func (s *socket) begin(r *run, kind ast.Operation) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.kind = kind
	return !s.draining || kind != ast.Subscription
}

// live reports whether the client still wants the operation's responses and
// may receive them: when its token expires, its operations end before the
// socket.
func (s *socket) live(id string, r *run) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running[id] == r && s.caller.Err() == nil
}

// finish sends an operation's last message and frees its id. A subscription
// that ends because the server drains gets none: complete would mean that
// there is nothing more to come.
func (s *socket) finish(r *run, last message) {
	s.mu.Lock()
	live := s.running[last.ID] == r
	if live {
		delete(s.running, last.ID)
	}
	silent := s.draining && r.kind == ast.Subscription || s.caller.Err() != nil
	s.mu.Unlock()
	if live && !silent {
		_ = s.send(last) // the reader notices a closed socket
	}
}
