package document

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// cache keeps the most recently used values. It is limited both in entries and
// in bytes, so that neither many small nor a few large texts can fill the
// memory.
type cache[V any] struct {
	mu       sync.Mutex
	entries  *simplelru.LRU[string, sized[V]]
	bytes    int
	maxBytes int
	maxEntry int
}

type sized[V any] struct {
	value V
	bytes int
}

// newCache holds at most entries values and maxBytes in total. Values of more
// than maxEntry bytes are not kept.
func newCache[V any](entries, maxBytes, maxEntry int) *cache[V] {
	c := &cache[V]{maxBytes: maxBytes, maxEntry: maxEntry}
	// NewLRU fails only for a size that is not positive.
	c.entries, _ = simplelru.NewLRU(entries, func(_ string, dropped sized[V]) { c.bytes -= dropped.bytes })
	return c
}

func (c *cache[V]) get(key string) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, ok := c.entries.Get(key)
	return entry.value, ok
}

// add keeps value under key and counts bytes for it.
func (c *cache[V]) add(key string, value V, bytes int) {
	if bytes > c.maxEntry {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries.Remove(key)
	c.entries.Add(key, sized[V]{value, bytes})
	c.bytes += bytes
	for c.bytes > c.maxBytes {
		c.entries.RemoveOldest()
	}
}
