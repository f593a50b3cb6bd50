// Package limit limits concurrent work, so that no caller or network can use up
// what a process has. Its one law: whatever is taken is given back, and nothing
// is remembered about those who hold nothing.
package limit

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/metric"
)

// Holder is on whose behalf something is taken.
type Holder struct {
	Network netip.Prefix // the zero Prefix is a network like any other
	Caller  string       // empty if nobody is known; then only the network bounds it

	// Proxy stands for many networks, so that none of their bounds applies.
	Proxy bool
}

// Bounds say how much may be taken at the same time by the whole process, by
// one network, and by one caller. 0 means any amount.
type Bounds struct{ Process, Network, Caller int64 }

// Scope says which of the bounds is reached.
type Scope string

const (
	Process Scope = "process"
	Network Scope = "network"
	Caller  Scope = "caller"
)

// Config describes a Pool.
type Config struct {
	Name   string // in metrics
	Bounds Bounds

	// Reason and Message are those of the RATE_LIMITED of a network or caller
	// that has taken its share. When the process has nothing left, the reason is
	// BUSY.
	Reason  fault.LimitReason
	Message string

	// Patience is how long Take waits for others of the same network or caller,
	// and Busy how long it waits when the process has nothing left.
	Patience, Busy time.Duration

	Metrics *metric.Registry // may be nil
}

// Pool is something of which there is a limited amount. Create it with New; it
// is safe for concurrent use.
type Pool struct {
	config  Config
	refused map[Scope]*metric.Counter

	mu       sync.Mutex
	used     int64
	networks map[netip.Prefix]int64
	callers  map[string]int64
	waiting  []*waiter // oldest first
}

type waiter struct {
	holder  Holder
	n       int64
	granted chan struct{} // closed when it has what it waits for
}

// New returns a Pool of which nothing is taken.
func New(c Config) *Pool {
	p := &Pool{config: c, refused: map[Scope]*metric.Counter{}, networks: map[netip.Prefix]int64{}, callers: map[string]int64{}}
	for _, scope := range []Scope{Process, Network, Caller} {
		p.refused[scope] = c.Metrics.Counter("scrumkb_rate_limited_total",
			metric.Label{Name: "limit", Value: c.Name}, metric.Label{Name: "scope", Value: string(scope)})
	}
	c.Metrics.Gauge("scrumkb_in_use", p.Used, metric.Label{Name: "limit", Value: c.Name})
	return p
}

// Used returns how much is taken.
func (p *Pool) Used() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.used
}

// Try takes n, or fails at once with a fault.Limited.
func (p *Pool) Try(h Holder, n int64) error {
	p.mu.Lock()
	scope := p.reached(h, n)
	if scope == "" {
		p.add(h, n)
	}
	p.mu.Unlock()
	if scope == "" {
		return nil
	}
	return p.refuse(scope)
}

// Take takes n, after those who have waited longer. It fails with a
// fault.Limited when it has waited long enough, and with ctx's error.
func (p *Pool) Take(ctx context.Context, h Holder, n int64) error {
	p.mu.Lock()
	scope := p.reached(h, n)
	if scope == "" {
		p.add(h, n)
		p.mu.Unlock()
		return nil
	}
	w := &waiter{holder: h, n: n, granted: make(chan struct{})}
	p.waiting = append(p.waiting, w)
	p.mu.Unlock()

	patience := time.NewTimer(p.config.Busy)
	defer patience.Stop()
	for left := p.config.Patience - p.config.Busy; ; left = 0 {
		select {
		case <-w.granted:
			return nil
		case <-ctx.Done():
			if p.leave(w) {
				return ctx.Err()
			}
			return nil
		case <-patience.C:
		}
		p.mu.Lock()
		scope = p.reached(h, n)
		p.mu.Unlock()
		if scope != Process && left > 0 {
			patience.Reset(left)
			continue
		}
		if p.leave(w) {
			return p.refuse(scope)
		}
		return nil
	}
}

// leave gives up waiting. It reports false if w was granted what it waited for.
func (p *Pool) leave(w *waiter) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.waiting, w)
	if i < 0 {
		return false
	}
	p.waiting = slices.Delete(p.waiting, i, i+1)
	return true
}

// Give gives n back.
func (p *Pool) Give(h Holder, n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.add(h, -n)
	p.waiting = slices.DeleteFunc(p.waiting, func(w *waiter) bool {
		if p.reached(w.holder, w.n) != "" {
			return false
		}
		p.add(w.holder, w.n)
		close(w.granted)
		return true
	})
}

// reached returns the widest bound that n more would exceed, or "".
func (p *Pool) reached(h Holder, n int64) Scope {
	b := p.config.Bounds
	switch {
	case b.Process > 0 && p.used+n > b.Process:
		return Process
	case b.Network > 0 && !h.Proxy && p.networks[h.Network]+n > b.Network:
		return Network
	case b.Caller > 0 && h.Caller != "" && p.callers[h.Caller]+n > b.Caller:
		return Caller
	}
	return ""
}

func (p *Pool) add(h Holder, n int64) {
	p.used += n
	if p.config.Bounds.Network > 0 && !h.Proxy {
		addTo(p.networks, h.Network, n)
	}
	if p.config.Bounds.Caller > 0 && h.Caller != "" {
		addTo(p.callers, h.Caller, n)
	}
}

func addTo[K comparable](counts map[K]int64, key K, n int64) {
	if counts[key] += n; counts[key] == 0 {
		delete(counts, key)
	}
}

func (p *Pool) refuse(scope Scope) error {
	if scope == "" { // room was made at the last moment, and somebody else was granted it
		scope = Process
	}
	p.refused[scope].Inc()
	if scope == Process {
		return fault.Limited(fault.Busy, 1, "the server is busy; try again in a moment")
	}
	return fault.Limited(p.config.Reason, 1, "%s", p.config.Message)
}
