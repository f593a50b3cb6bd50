package storetest

import "errors"

// ErrCrashed is the result of every call of a crashed process.
var ErrCrashed = errors.New("crashed")

// crash simulates the end of a process at one of its writes.
type crash struct {
	left  int // writes until then; 0 means none is planned
	after bool
	dead  bool
}

// CrashAt makes the process die at the given write, counted from 1 and from
// now: right before it, or right after it took effect. From then on every call
// fails with ErrCrashed.
func (e *Engine) CrashAt(write int, after bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.crash = crash{left: write, after: after}
}

// Revive restarts the process, with no crash planned.
func (e *Engine) Revive() { e.CrashAt(0, false) }

// Crashed reports whether the process has died.
func (e *Engine) Crashed() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.crash.dead
}

// strike reports whether the process dies before the call, is dead already, or
// dies after it.
func (c *crash) strike(operation Operation) (before, after bool) {
	if c.dead {
		return true, false
	}
	if !operation.Writes() || c.left == 0 {
		return false, false
	}
	c.left--
	c.dead = c.left == 0
	return c.dead && !c.after, c.dead && c.after
}
