package catalog_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
)

func TestPin(t *testing.T) {
	l := &catalog.Library{}
	unbound, number := l.Pin(t.Context())
	if number != 0 {
		t.Errorf("edition %d of an empty library", number)
	}
	if _, err := l.At(unbound); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("At: %v, want UNAVAILABLE", err)
	}

	first, second := edition(t, 7), edition(t, 6) // as after a restore
	l.Publish(first)
	bound, number := l.Pin(t.Context())
	if got, err := l.At(bound); number != 1 || got != first || err != nil {
		t.Errorf("bound to edition %d, and At answers %v, %v", number, got, err)
	}
	l.Publish(second)
	if again, number := l.Pin(bound); number != 1 || again != bound {
		t.Errorf("binding again moves to edition %d", number)
	}
	if got, err := l.At(bound); got != first || err != nil {
		t.Errorf("after a publish the bound context reads %v, %v", got, err)
	}
	if _, number := l.Pin(unbound); number != 2 {
		t.Errorf("the second edition has the number %d", number)
	}
	if got, err := l.At(unbound); got != second || err != nil {
		t.Errorf("an unbound context reads %v, %v", got, err)
	}
}
