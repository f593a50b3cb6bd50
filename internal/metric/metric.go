// Package metric counts what operators want to see, and says what it has
// counted under the names that monitoring uses. Its one law: counting is an
// atomic addition, so that it may be done anywhere.
package metric

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Counter counts events. The zero value is ready to use.
type Counter struct{ n atomic.Int64 }

// Inc counts one event.
func (c *Counter) Inc() { c.n.Add(1) }

// Label is a property by which values of the same name differ. Its values must
// be few, and never come from a client.
type Label struct{ Name, Value string }

// Value is the current value of a name with its labels.
type Value struct {
	Name   string
	Labels []Label
	Value  int64
}

// Registry knows all values of a process. The zero value is ready to use. A nil
// one forgets what is registered: the counters still count.
type Registry struct {
	mu      sync.Mutex
	sources []source
}

type source struct {
	name   string
	labels []Label
	read   func() int64
}

// Counter returns a new counter under a name, which ends in _total.
func (r *Registry) Counter(name string, labels ...Label) *Counter {
	c := &Counter{}
	r.Gauge(name, c.n.Load, labels...)
	return c
}

// Gauge registers a function that returns a current number.
func (r *Registry) Gauge(name string, read func() int64, labels ...Label) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sources = append(r.sources, source{name, labels, read})
}

// Values returns all values, ordered by name and labels.
func (r *Registry) Values() []Value {
	r.mu.Lock()
	defer r.mu.Unlock()
	values := make([]Value, 0, len(r.sources))
	for _, s := range r.sources {
		values = append(values, Value{s.name, s.labels, s.read()})
	}
	slices.SortStableFunc(values, func(a, b Value) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), slices.CompareFunc(a.Labels, b.Labels, func(x, y Label) int {
			return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.Value, y.Value))
		}))
	})
	return values
}
