// Package answer follows an answer while it is made: how long it has become, and
// how much memory it holds. Its one law: code that makes a part of an answer
// announces its bytes before or while they are made, and stops if refused.
package answer

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/limit"
)

// ErrEnded refuses further bytes of an answer that has become too long, or for
// which there is no memory. [Answer.Err] says which.
var ErrEnded = errors.New("the answer has ended")

// Config describes an Answer.
type Config struct {
	Most   int64       // bytes; 0 means any number
	Memory *limit.Pool // in bytes; nil means any amount
	Holder limit.Holder

	// Turn waits until the next answer may be made. Nil does not wait.
	Turn func(context.Context) error
}

// Answer is an answer that is being made, or several one after the other. Its
// methods are safe for concurrent use, and do nothing on nil.
type Answer struct {
	config Config
	begun  atomic.Bool
	size   atomic.Int64 // announced so far
	room   atomic.Int64 // how large size may become with the memory that is held

	mu    sync.Mutex
	sent  int64 // of the answer, as it was encoded
	held  int64 // memory
	ended error
	later []later
}

// While it is made, a byte of an answer takes up to this much memory: in the
// buffer of its field, in that of the answer, and in what both leave behind when
// they grow.
const factor = 3

const (
	first = 64 << 10  // memory for any answer, with what it takes to make it
	step  = 256 << 10 // by which memory grows
)

// New returns an Answer that holds nothing yet.
func New(c Config) *Answer { return &Answer{config: c} }

type key struct{}

// With returns ctx with the answer that is made under it.
func With(ctx context.Context, a *Answer) context.Context { return context.WithValue(ctx, key{}, a) }

// From returns the answer that is made under ctx, or nil.
func From(ctx context.Context) *Answer {
	a, _ := ctx.Value(key{}).(*Answer)
	return a
}

// Begin waits for the answer's turn and for memory. bytes is how long the answer
// will probably be. It fails with a fault.Limited or with ctx's error, and the
// answer has ended. If it was called before, it does nothing.
func (a *Answer) Begin(ctx context.Context, bytes int64) error {
	if a == nil || a.begun.Load() {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.begun.Load() || a.ended != nil {
		return a.ended
	}
	if a.config.Turn != nil {
		if err := a.config.Turn(ctx); err != nil {
			a.ended = err
			return err
		}
	}
	if a.config.Most > 0 {
		bytes = min(bytes, a.config.Most)
	}
	n := first + factor*bytes
	if a.config.Memory != nil {
		if err := a.config.Memory.Take(ctx, a.config.Holder, n); err != nil {
			a.ended = err
			return err
		}
	}
	a.hold(n)
	a.begun.Store(true)
	return nil
}

// hold records that n bytes of memory are held.
func (a *Answer) hold(n int64) {
	a.held = n
	a.room.Store(n / factor)
}

// Grow announces that the answer becomes n bytes longer. It fails with ErrEnded.
func (a *Answer) Grow(n int) error {
	if a == nil {
		return nil
	}
	size := a.size.Add(int64(n))
	if size <= a.room.Load() && (a.config.Most == 0 || size <= a.config.Most) {
		return nil
	}
	return a.grow(size)
}

func (a *Answer) grow(size int64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.ended != nil:
		return ErrEnded
	case a.config.Most > 0 && size > a.config.Most:
		return a.end(tooLong(a.config.Most))
	}
	more := max(factor*size-a.held, 0)
	if more == 0 {
		return nil // somebody else was faster
	}
	more = (more + step - 1) / step * step
	if a.config.Memory != nil {
		// Nobody waits here: all who wait would hold what the others wait for.
		if err := a.config.Memory.Try(a.config.Holder, more); err != nil {
			return a.end(err)
		}
	}
	a.hold(a.held + more)
	return nil
}

func (a *Answer) end(err error) error {
	a.ended = err
	a.room.Store(-1)
	return ErrEnded
}

func tooLong(most int64) error {
	return fault.New(fault.QueryTooComplex, "the answer is longer than %d bytes; select less, or fetch it in pages", most)
}

// Encoded announces a part of the answer that is encoded, and n bytes long.
func (a *Answer) Encoded(n int) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sent += int64(n)
	if a.ended == nil && a.config.Most > 0 && a.sent > a.config.Most {
		_ = a.end(tooLong(a.config.Most))
	}
}

// Err returns why the answer has ended before it was whole: a fault with
// QUERY_TOO_COMPLEX or RATE_LIMITED. It returns nil if it has not.
func (a *Answer) Err() error {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ended
}

// Made says that the answer is made, and waits to be sent in bytes of memory.
func (a *Answer) Made(bytes int) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if spare := a.held - int64(bytes); spare > 0 {
		a.give(spare)
	}
}

// Close gives back what the answer holds. The next answer may begin.
func (a *Answer) Close() {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.give(a.held)
	a.sent, a.ended = 0, nil
	for _, l := range a.later {
		l.done()
	}
	a.later = nil
	a.size.Store(0)
	a.begun.Store(false)
}

func (a *Answer) give(n int64) {
	if a.config.Memory != nil && n > 0 {
		a.config.Memory.Give(a.config.Holder, n)
	}
	a.hold(a.held - n)
}
