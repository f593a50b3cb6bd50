package quiz

import (
	"context"
	"reflect"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/watch"
)

// Watch sends the learner's attempt at once and after each change until it has
// ended or ctx ends; then it closes the channel. A change by this process is
// seen at once, one by time or by another process at the next tick. Whoever is
// slow misses states that a newer one has replaced. It fails as Get does.
func (s *Attempts) Watch(ctx context.Context, learner, id string, ticks <-chan time.Time) (<-chan Attempt, error) {
	return watch.Follow(ctx, &s.bell, watch.Subject[Attempt]{
		ID:    id,
		Get:   func(ctx context.Context) (Attempt, error) { return s.Get(ctx, learner, id) },
		Same:  same,
		Ended: func(a Attempt) bool { return !a.State.Open() },
		Gone:  func(err error) bool { return fault.CodeOf(err) == fault.NotFound },
	}, ticks)
}

// same reports whether a learner sees no difference between two states of an
// attempt: what was recorded of it elsewhere is none.
func same(a, b Attempt) bool {
	a.Rev, a.Projected = b.Rev, b.Projected
	return reflect.DeepEqual(a, b)
}
