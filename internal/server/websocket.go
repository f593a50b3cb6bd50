package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/server/failure"
)

// subprotocol is the only one supported:
// https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
const subprotocol = "graphql-transport-ws"

// closing is the reason for closing a socket, with a close code of the
// protocol.
type closing struct {
	code   websocket.StatusCode
	reason string
}

func (c *closing) Error() string { return c.reason }

var (
	badMessage       = &closing{4400, "Invalid message"}
	unauthorized     = &closing{4401, "Unauthorized"}
	forbidden        = &closing{4403, "Forbidden"}
	initTimeout      = &closing{4408, "Connection initialisation timeout"}
	subscriberExists = &closing{4409, "Subscriber already exists"}
	tooManyInits     = &closing{4429, "Too many initialisation requests"}
	tooManyRunning   = &closing{4429, "Too many subscriptions"}
	goingAway        = &closing{websocket.StatusGoingAway, "Going away"}
	tryAgainLater    = &closing{websocket.StatusTryAgainLater, "Try again later"} // graphql-ws does so after a while
)

// message is one frame in either direction.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

func asksForSocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// serveSocket runs one socket until either side closes it. It returns once
// everything that the socket started has ended.
func (e *endpoint) serveSocket(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if !e.origins.trusts(r) {
		writeErrors(ctx, w, mediaJSON, http.StatusForbidden,
			failure.List(fault.New(fault.Forbidden, "pages of this origin may not open sockets")))
		return
	}
	if !offers(r, subprotocol) {
		e.refuseRequest(w, r, mediaJSON, refuse(http.StatusBadRequest, "the WebSocket subprotocol must be "+subprotocol))
		return
	}
	if !e.gate.enter() {
		e.refuseDraining(ctx, w, mediaJSON)
		return
	}
	defer e.gate.leave()

	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // the origin is already checked above, by the same rule as CORS
	})
	if err != nil {
		return // Accept has sent the answer
	}
	conn.SetReadLimit(e.config.Limits.Body)

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(e.gate.killed, cancel)()
	s := &socket{
		endpoint:      e,
		conn:          conn,
		ctx:           ctx,
		caller:        ctx,
		authorization: r.Header.Get("Authorization"),
		running:       map[string]*run{},
	}
	s.serve(cancel)
}

func offers(r *http.Request, protocol string) bool {
	for _, header := range r.Header.Values("Sec-Websocket-Protocol") {
		for offered := range strings.SplitSeq(header, ",") {
			if strings.TrimSpace(offered) == protocol {
				return true
			}
		}
	}
	return false
}

// socket is the server's side of one connection.
type socket struct {
	*endpoint
	conn          *websocket.Conn
	ctx           context.Context // lives as long as the connection
	authorization string          // from the upgrade request, for clients that can set it

	// Only the reading goroutine writes these, before any operation starts.
	initialised bool
	caller      context.Context // the context for operations, once acknowledged

	mu       sync.Mutex
	acked    bool
	draining bool
	running  map[string]*run
	work     sync.WaitGroup
}

// run is one operation of a socket.
type run struct {
	cancel context.CancelFunc
	kind   ast.Operation // empty until the operation is prepared
}

func (s *socket) serve(cancel context.CancelFunc) {
	var tending sync.WaitGroup
	tending.Go(s.tend)

	err := s.read()
	if end, ok := errors.AsType[*closing](err); ok {
		s.close(end)
	}
	cancel()
	s.work.Wait()
	tending.Wait()
	_ = s.conn.CloseNow() // no effect if the socket is already closed
}

// close closes the socket in order. The peer has five seconds to agree.
func (s *socket) close(end *closing) { _ = s.conn.Close(end.code, end.reason) }

// read handles messages until the socket ends, or returns why to close it.
func (s *socket) read() error {
	for {
		m, err := s.next()
		if err != nil {
			return err
		}
		if err := s.handle(m); err != nil {
			return err
		}
	}
}

// next waits for a message. A peer that neither answers pings nor sends
// anything is dead. There is no ping before connection_init.
func (s *socket) next() (message, error) {
	ctx := s.ctx
	if s.initialised {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 2*s.config.KeepAlive)
		defer cancel()
	}
	kind, data, err := s.conn.Read(ctx)
	if err != nil {
		return message{}, err
	}
	var m message
	if kind != websocket.MessageText || json.Unmarshal(data, &m) != nil {
		return message{}, badMessage
	}
	return m, nil
}

func (s *socket) handle(m message) error {
	switch m.Type {
	case "connection_init":
		return s.initialise(m)
	case "ping":
		return s.send(message{Type: "pong", Payload: m.Payload})
	case "pong":
		return nil
	case "subscribe":
		return s.subscribe(m)
	case "complete":
		return s.complete(m)
	default:
		return badMessage
	}
}

func (s *socket) initialise(m message) error {
	if s.initialised {
		return tooManyInits
	}
	s.initialised = true

	var payload map[string]any
	if len(m.Payload) > 0 && json.Unmarshal(m.Payload, &payload) != nil {
		return badMessage
	}
	for _, name := range []string{"Authorization", "authorization"} {
		if given, ok := payload[name].(string); ok {
			s.authorization = given
		}
	}
	caller, err := s.authenticate(s.caller, s.authorization)
	if err != nil {
		observed(s.caller).failed(failure.List(err))
		if fault.CodeOf(err) == fault.Unavailable {
			return tryAgainLater
		}
		return forbidden
	}
	if _, ok := identity.From(caller); ok {
		var cancel context.CancelFunc
		caller, cancel = s.untilExpiry(caller)
		context.AfterFunc(s.ctx, cancel)
		context.AfterFunc(caller, s.expire)
	}
	s.caller = caller
	if err := s.send(message{Type: "connection_ack"}); err != nil {
		return err
	}
	s.mu.Lock()
	s.acked = true
	s.mu.Unlock()
	return nil
}

// expire closes a socket whose caller's token has expired. Running operations
// send nothing more.
func (s *socket) expire() {
	if s.ctx.Err() != nil {
		return // the socket, and with it its caller's context, has ended
	}
	s.mu.Lock()
	clear(s.running)
	s.mu.Unlock()
	s.close(forbidden)
}

func (s *socket) subscribe(m message) error {
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
	ctx, cancel := context.WithCancel(s.caller)
	// The socket's context carries its observation; operations log their own.
	ctx = context.WithValue(ctx, observationKey{}, &observation{requestID: RequestID(ctx)})
	started := &run{cancel: cancel}
	s.running[m.ID] = started
	s.work.Go(func() {
		defer cancel()
		s.execute(ctx, m.ID, started, params)
	})
	return nil
}

// complete handles the client's cancellation of an operation. It is not an
// error if that has already ended.
func (s *socket) complete(m message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.acked {
		return unauthorized
	}
	if m.ID == "" {
		return badMessage
	}
	if r := s.running[m.ID]; r != nil {
		r.cancel()
		delete(s.running, m.ID)
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

	next := s.engine.run(ctx, op)
	for resp := next(); resp != nil; resp = next() {
		drainDeferred(resp, next)
		o.failed(resp.Errors)
		if !s.live(id, r) || s.send(message{ID: id, Type: "next", Payload: encode(resp)}) != nil {
			return
		}
	}
	s.finish(r, message{ID: id, Type: "complete"})
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

// send writes one message. A peer that does not read it in time loses the
// socket. It uses the socket's context, because ending a write's context closes
// the socket.
func (s *socket) send(m message) error {
	ctx, cancel := context.WithTimeout(s.ctx, s.config.WriteTimeout)
	defer cancel()
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.conn.Write(ctx, websocket.MessageText, data)
}

func encodeErrors(errs gqlerror.List) json.RawMessage {
	data, err := json.Marshal(errs)
	if err != nil {
		return json.RawMessage(`[{"message":"internal error","extensions":{"code":"INTERNAL"}}]`)
	}
	return data
}

// tend handles deadlines: it closes sockets that are not initialised, pings the
// others, and drains when the server does.
func (s *socket) tend() {
	unused := time.NewTimer(s.config.InitTimeout)
	defer unused.Stop()
	ping := time.NewTicker(s.config.KeepAlive)
	defer ping.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-unused.C:
			if !s.acknowledged() {
				s.close(initTimeout)
				return
			}
		case <-ping.C:
			if s.acknowledged() && s.send(message{Type: "ping"}) != nil {
				return
			}
		case <-s.gate.draining.Done():
			s.drain()
			return
		}
	}
}

func (s *socket) acknowledged() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.acked
}

// drain ends subscriptions, lets queries and mutations finish, and closes the
// socket so that the client reconnects elsewhere.
func (s *socket) drain() {
	s.mu.Lock()
	s.draining = true
	for _, r := range s.running {
		if r.kind == ast.Subscription {
			r.cancel()
		}
	}
	s.mu.Unlock()
	s.work.Wait()
	s.close(goingAway)
}
