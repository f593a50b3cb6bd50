package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/limit"
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

	memory int64 // set aside for a large one, until it is handled
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
	h := holder(ctx)
	if err := e.bounds.streams.Try(h, 1); err != nil {
		writeErrors(ctx, w, mediaJSON, http.StatusTooManyRequests, failure.List(err))
		return
	}
	defer e.bounds.streams.Give(h, 1)

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
		holder:        h,
		authorization: r.Header.Get("Authorization"),
		running:       map[string]*run{},
		sending:       make(chan struct{}, 1),
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
	sending       chan struct{}   // has an element while a message is being sent

	// Only the reading goroutine writes these, before any operation starts.
	initialised bool
	caller      context.Context // the context for operations, once acknowledged
	holder      limit.Holder

	mu       sync.Mutex
	acked    bool
	draining bool
	running  map[string]*run
	work     sync.WaitGroup
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
		h := s.holder // another one once the caller is known
		m, err := s.next()
		if err == nil {
			err = s.handle(&m)
		}
		s.bounds.memory.Give(h, m.memory)
		if err != nil {
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
	var m message
	kind, reader, err := s.conn.Reader(ctx)
	if err != nil {
		return m, err
	}
	data, err := s.receive(reader, &m)
	if err != nil {
		return m, err
	}
	if kind != websocket.MessageText || json.Unmarshal(data, &m) != nil {
		return m, badMessage
	}
	return m, nil
}

// receive reads the bytes of a message. It sets memory aside as a large one
// comes in, since it may never become whole.
func (s *socket) receive(r io.Reader, m *message) ([]byte, error) {
	data := make([]byte, 0, 512)
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if errors.Is(err, io.EOF) {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
		if len(data) < cap(data) {
			continue
		}
		if len(data) >= smallBody {
			more := unpacked * int64(len(data))
			if err := s.bounds.memory.Try(s.holder, more); err != nil {
				observed(s.ctx).failed(failure.List(err))
				return nil, tryAgainLater
			}
			m.memory += more
		}
		data = append(make([]byte, 0, 2*len(data)), data...)
	}
}

func (s *socket) handle(m *message) error {
	switch m.Type {
	case "connection_init":
		return s.initialise(m.Payload)
	case "ping":
		return s.send(message{Type: "pong", Payload: m.Payload})
	case "pong":
		return nil
	case "subscribe":
		return s.subscribe(m)
	case "complete":
		return s.complete(m.ID)
	default:
		return badMessage
	}
}

func (s *socket) initialise(given json.RawMessage) error {
	if s.initialised {
		return tooManyInits
	}
	s.initialised = true

	var payload map[string]any
	if len(given) > 0 && json.Unmarshal(given, &payload) != nil {
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
	s.caller, s.holder = caller, holder(caller)
	if err := s.bounds.sockets.Try(s.holder, 1); err != nil {
		observed(s.ctx).failed(failure.List(err))
		return tryAgainLater
	}
	context.AfterFunc(s.ctx, func() { s.bounds.sockets.Give(s.holder, 1) })
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
