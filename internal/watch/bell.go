// Package watch tells those who look at a thing that it has changed. It knows
// nothing of what the thing is.
package watch

import "sync"

// Bell tells those who wait for a thing that it has changed. The zero value is
// ready.
type Bell struct {
	mu      sync.Mutex
	waiting map[string]*strike // by id
}

// strike is what all wait for who wait for the same thing.
type strike struct {
	rung    chan struct{} // closed when it has changed
	waiters int
}

// wait returns a channel that is closed at the next change, and a function to
// call when nobody waits for it any more.
func (b *Bell) wait(id string) (<-chan struct{}, func()) {
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

// Ring tells everybody who waits for the thing with the id.
func (b *Bell) Ring(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.waiting[id]; s != nil {
		close(s.rung)
		delete(b.waiting, id)
	}
}
