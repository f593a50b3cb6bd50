// Package watch notifies watchers that an object has changed. It knows nothing
// about the objects.
package watch

import "sync"

// Bell notifies the watchers of an object. The zero value is ready to use.
type Bell struct {
	mu      sync.Mutex
	waiting map[string]*strike // by id
}

// strike is shared by all waiters for one id.
type strike struct {
	rung    chan struct{} // closed at the next change
	waiters int
}

// wait returns a channel that is closed at the next change, and a function to
// call when the caller stops waiting.
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

// Ring notifies all watchers of the object with the id.
func (b *Bell) Ring(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.waiting[id]; s != nil {
		close(s.rung)
		delete(b.waiting, id)
	}
}
