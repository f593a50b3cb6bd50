package server

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// gate counts open streams and signals them to end: http.Server.Shutdown
// neither ends streams nor knows about sockets.
type gate struct {
	announced atomic.Bool

	draining context.Context // ends when streams should end in order
	drain    context.CancelFunc
	killed   context.Context // ends when they are cut off
	kill     context.CancelFunc

	mu      sync.Mutex
	closed  bool
	streams sync.WaitGroup
}

func newGate() *gate {
	g := &gate{}
	g.draining, g.drain = context.WithCancel(context.Background())
	g.killed, g.kill = context.WithCancel(context.Background())
	return g
}

// announce makes readiness fail, while requests are still answered.
func (g *gate) announce() { g.announced.Store(true) }

func (g *gate) isDraining() bool { return g.announced.Load() }

// enter registers a stream, which must call leave. It reports false if the gate
// is closed.
func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.streams.Add(1)
	return true
}

func (g *gate) leave() { g.streams.Done() }

// hold keeps the gate open until next has logged a socket, which happens after
// the socket has left.
func (g *gate) hold(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asksForSocket(r) && g.enter() {
			defer g.leave()
		}
		next.ServeHTTP(w, r)
	})
}

// close signals all streams to end and admits no more.
func (g *gate) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.drain()
}

// lastWords is how long a stream may take to end after it was cut off. One that
// takes longer is stuck in code that ignores its context.
const lastWords = time.Second

// wait returns when all streams have left. It cuts off the remaining ones when
// ctx ends.
func (g *gate) wait(ctx context.Context) {
	left := make(chan struct{})
	go func() {
		g.streams.Wait()
		close(left)
	}()
	select {
	case <-left:
		return
	case <-ctx.Done():
		g.kill()
	}
	select {
	case <-left:
	case <-time.After(lastWords):
	}
}
