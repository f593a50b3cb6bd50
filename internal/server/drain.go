package server

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// gate counts the streams that are open and tells them when to end:
// http.Server.Shutdown neither ends a stream nor knows of a socket.
type gate struct {
	announced atomic.Bool

	draining context.Context // ends when streams shall end in order
	drain    context.CancelFunc
	killed   context.Context // ends when they have taken too long
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

// announce makes readiness fail, while everything is still answered.
func (g *gate) announce() { g.announced.Store(true) }

func (g *gate) isDraining() bool { return g.announced.Load() }

// enter counts a stream in, which must leave. It reports false when the gate
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

// hold counts sockets until next has written its log line about them, which
// is after they have left.
func (g *gate) hold(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asksForSocket(r) && g.enter() {
			defer g.leave()
		}
		next.ServeHTTP(w, r)
	})
}

// close tells all streams to end, and lets in no more.
func (g *gate) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.drain()
}

// lastWords is what a stream gets to end after it was cut off. One that takes
// longer hangs in code that does not look at its context.
const lastWords = time.Second

// wait returns when all streams have left. It cuts off those that are still
// there when ctx ends.
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
