package document

import (
	"fmt"
	"testing"
)

func TestCache(t *testing.T) {
	c := newCache[int](3, 100, 50)
	c.add("large", 1, 51)
	if _, ok := c.get("large"); ok {
		t.Error("an entry above the maximum is kept")
	}
	c.add("a", 1, 40)
	c.add("a", 2, 40)
	if v, _ := c.get("a"); v != 2 || c.bytes != 40 {
		t.Errorf("a replaced entry is %d at %d bytes, want 2 at 40", v, c.bytes)
	}
	c.add("b", 3, 40)
	c.get("a")
	c.add("c", 4, 40)
	if _, ok := c.get("b"); ok || c.bytes != 80 {
		t.Errorf("%d bytes are kept; the least used entry is there: %t", c.bytes, ok)
	}
	for i := range 10 {
		c.add(fmt.Sprint(i), i, 1)
	}
	if c.entries.Len() != 3 || c.bytes != 3 {
		t.Errorf("%d entries of %d bytes, want 3 of 3", c.entries.Len(), c.bytes)
	}
}
