package server

import (
	"context"
	"net/http"

	"github.com/scrumkb/scrumkb/internal/answer"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/limit"
	"github.com/scrumkb/scrumkb/internal/server/document"
)

// bounds are what a process has of each of the things that its callers take at
// the same time.
type bounds struct {
	connections *limit.Pool // by the network of the connection itself
	streams     *limit.Pool // sockets and event streams
	sockets     *limit.Pool // of one caller, who is known only when a socket is open
	running     *limit.Pool // subscriptions, and whatever runs on sockets
	operations  *limit.Pool // queries and mutations, from reading them until their answer is made
	bodies      *limit.Pool // request bodies that are not read yet
	memory      *limit.Pool // bytes: answers that are made or sent, and large requests
	answer      int64       // bytes of one answer
}

func newBounds(c Config) *bounds {
	pool := func(name string, b limit.Bounds, reason fault.LimitReason, message string) *limit.Pool {
		return limit.New(limit.Config{
			Name: name, Bounds: b, Reason: reason, Message: message,
			Patience: c.Limits.Patience, Busy: c.Limits.Busy, Metrics: c.Metrics,
		})
	}
	l := c.Limits
	return &bounds{
		answer:      l.Answer,
		connections: pool("connections", l.Connections, fault.TooManyStreams, "there are too many connections from this network; close some"),
		streams:     pool("streams", l.Streams, fault.TooManyStreams, "there are too many sockets and event streams from this network; close some"),
		sockets:     pool("sockets", limit.Bounds{Caller: l.Streams.Caller}, fault.TooManyStreams, "you have too many sockets; close some"),
		running:     pool("running", l.Running, fault.TooManyStreams, "there are too many subscriptions of yours or of this network; end some"),
		operations:  pool("operations", l.Operations, fault.TooManyOperations, "there are too many requests of yours or of this network at the same time"),
		bodies:      pool("bodies", l.Bodies, fault.TooManyOperations, "there are too many unfinished requests from this network"),
		memory:      pool("memory", limit.Bounds{Process: l.Memory, Network: l.Memory / 2}, fault.TooManyOperations, "there are too many large answers on their way to this network"),
	}
}

// holder is on whose behalf a request under ctx takes something.
func holder(ctx context.Context) limit.Holder {
	h := limit.Holder{Network: identity.Network(identity.Address(ctx))}
	if caller, ok := identity.From(ctx); ok {
		h.Caller = caller.ID()
	}
	return h
}

// bytesOfCost is what one unit of an operation's cost makes an answer longer,
// generously. An answer that becomes longer than expected gets more memory if
// there is some.
const bytesOfCost = 128

// newAnswer returns an answer to h. Turn may be nil.
func (b *bounds) newAnswer(h limit.Holder, turn func(context.Context) error) *answer.Answer {
	return answer.New(answer.Config{Most: b.answer, Memory: b.memory, Holder: h, Turn: turn})
}

// held is something that was taken.
type held struct {
	pool   *limit.Pool
	holder limit.Holder
	n      int64
}

// give gives it back, unless that was done.
func (h *held) give() {
	if h.n != 0 {
		h.pool.Give(h.holder, h.n)
		h.n = 0
	}
}

// begin waits until an operation may run and there is memory for its answer. It
// fails with a fault.Limited or with ctx's error. What it returns must be given
// back when the answer is made.
func (b *bounds) begin(ctx context.Context, h limit.Holder, op *document.Operation, a *answer.Answer) (held, error) {
	if err := b.operations.Take(ctx, h, 1); err != nil {
		return held{}, err
	}
	if err := a.Begin(ctx, int64(op.Cost)*bytesOfCost); err != nil {
		b.operations.Give(h, 1)
		return held{}, err
	}
	return held{b.operations, h, 1}, nil
}

const (
	// smallBody is a request that needs no memory set aside: there are few enough
	// at a time.
	smallBody = 16 << 10
	// unpacked is what a byte of a large request takes, read and decoded.
	unpacked = 3
)

// body waits until r's body may be read, and takes the memory for a large one.
// It fails as begin does. read must be given back when it is read, and memory
// when r is answered.
func (b *bounds) body(ctx context.Context, r *http.Request, most int64) (read, memory held, err error) {
	if r.ContentLength == 0 {
		return held{}, held{}, nil
	}
	length := r.ContentLength
	if length < 0 || length > most {
		length = most
	}
	h := holder(ctx)
	if err := b.bodies.Take(ctx, h, 1); err != nil {
		return held{}, held{}, err
	}
	read = held{b.bodies, h, 1}
	if length <= smallBody {
		return read, held{}, nil
	}
	if err := b.memory.Take(ctx, h, unpacked*length); err != nil {
		read.give()
		return held{}, held{}, err
	}
	return read, held{b.memory, h, unpacked * length}, nil
}
