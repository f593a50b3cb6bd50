package quiz

import (
	"context"
	"reflect"
	"sync"
	"time"
)

// bell tells those who wait for an attempt that it has changed. The zero value
// is ready.
type bell struct {
	mu      sync.Mutex
	waiting map[string]*strike // by attempt id
}

// strike is what all wait for who wait for the same attempt.
type strike struct {
	rung    chan struct{} // closed when it has changed
	waiters int
}

// wait returns a channel that is closed at the next change, and a function to
// call when nobody waits for it any more.
func (b *bell) wait(id string) (<-chan struct{}, func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting == nil {
		b.waiting = map[string]*strike{}
	}
	s := b.waiting[id]
	if s == nil {
		s = &strike{rung: make(chan struct{})}
		b.waiting[id] = s
	}
	s.waiters++
	return s.rung, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		s.waiters--
		if s.waiters == 0 && b.waiting[id] == s {
			delete(b.waiting, id)
		}
	}
}

func (b *bell) ring(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.waiting[id]; s != nil {
		close(s.rung)
		delete(b.waiting, id)
	}
}

// Watch sends the learner's attempt at once and after each change until it has
// ended or ctx ends; then it closes the channel. A change by this process is
// seen at once, one by time or by another process at the next tick. Whoever is
// slow misses states that a newer one has replaced. It fails as Get does.
func (s *Attempts) Watch(ctx context.Context, learner, id string, ticks <-chan time.Time) (<-chan Attempt, error) {
	rung, done := s.bell.wait(id)
	attempt, err := s.Get(ctx, learner, id)
	if err != nil {
		done()
		return nil, err
	}
	changes := make(chan Attempt)
	go func() {
		defer close(changes)
		defer func() { done() }()
		for {
			select {
			case changes <- attempt:
			case <-ctx.Done():
				return
			}
			for sent := attempt; same(sent, attempt); {
				if !attempt.State.Open() {
					return
				}
				select {
				case <-rung:
					done()
					rung, done = s.bell.wait(id)
				case <-ticks:
				case <-ctx.Done():
					return
				}
				// A database that is away for a while is no reason to stop
				// watching: the next tick tries again.
				if latest, err := s.Get(ctx, learner, id); err == nil {
					attempt = latest
				}
			}
		}
	}()
	return changes, nil
}

// same reports whether a learner sees no difference between two states of an
// attempt: what was recorded of it elsewhere is none.
func same(a, b Attempt) bool {
	a.Rev, a.Projected = b.Rev, b.Projected
	return reflect.DeepEqual(a, b)
}
