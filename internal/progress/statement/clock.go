package statement

import (
	"sync"
	"time"
)

// clock assigns times to statements. It never goes back: if the wall clock is
// set back, it continues from its last time, so that readers who continue from
// a cursor miss nothing.
type clock struct {
	wall func() time.Time

	mu    sync.Mutex
	ahead time.Duration // of the wall clock
	last  time.Time
	next  int // the next free number at the instant last
}

// resume continues after a place that was given at a time.
func (c *clock) resume(at time.Time, place string) {
	c.last, c.next = at, numberIn(place)+1
}

// reserve returns a time, and the first of n consecutive numbers that no other
// statement of this process has at that time.
func (c *clock) reserve(numbers int) (at time.Time, first int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at = c.wall().UTC().Truncate(time.Millisecond).Add(c.ahead)
	if at.Before(c.last) {
		c.ahead += c.last.Sub(at)
		at = c.last
	}
	if at.After(c.last) {
		c.last, c.next = at, 0
	}
	first = c.next
	c.next += numbers
	return at, first
}
