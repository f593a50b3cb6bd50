package quiz

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/watch"
)

const defaultPage = 20

// Views is Of as the learner may see it, with a cursor for each attempt. It
// returns the first n, from 0 to 100; nil means 20.
func (s *Attempts) Views(ctx context.Context, learner string, filter Filter, first *int, after string) (catalog.Page[*View], error) {
	n := defaultPage
	if first != nil {
		n = *first
	}
	total, err := s.CountOf(ctx, learner, filter)
	if err != nil {
		return catalog.Page[*View]{}, err
	}
	page := catalog.Page[*View]{HasPrevious: after != "", HasNext: total > 0, Total: total}
	if n == 0 {
		return page, nil
	}
	found, err := s.Of(ctx, learner, filter, n, after)
	if err != nil {
		return catalog.Page[*View]{}, err
	}
	page.HasNext = found.Next != ""
	query, err := filter.query(learner)
	if err != nil {
		return catalog.Page[*View]{}, err
	}
	if page.Items, err = s.ViewEach(ctx, learner, found.Attempts); err != nil {
		return catalog.Page[*View]{}, err
	}
	for i := range found.Attempts {
		cursor, err := s.attempts.CursorOf(query, &found.Attempts[i])
		if err != nil {
			return catalog.Page[*View]{}, err
		}
		page.Cursors = append(page.Cursors, cursor)
	}
	return page, nil
}

// WatchViews is Watch as the learner may see it. It polls the database at the
// given interval.
func (s *Attempts) WatchViews(ctx context.Context, learner, id string, every time.Duration) (<-chan *View, error) {
	ticker := time.NewTicker(every)
	changes, err := s.Watch(ctx, learner, id, ticker.C)
	if err != nil {
		ticker.Stop()
		return nil, err
	}
	views := make(chan *View)
	go func() {
		defer close(views)
		defer ticker.Stop()
		for attempt := range changes {
			view, err := s.View(ctx, attempt)
			if err != nil {
				return // the questions cannot be read; the client will resubscribe
			}
			select {
			case views <- view:
			case <-ctx.Done():
				return
			}
		}
	}()
	return views, nil
}

// SlotConflict is the state of an attempt and its slot when a change of the
// slot is refused.
type SlotConflict struct {
	AttemptState AttemptState   `json:"attemptState"`
	Slot         *int           `json:"slot,omitempty"`
	Revision     *int           `json:"revision,omitempty"`
	State        *ResponseState `json:"state,omitempty"`
}

// Explain adds the state of the attempt and its slot to a CONFLICT, so that
// clients need not query it. Other errors stay unchanged, as do those without
// an attempt.
func (a *Attempt) Explain(err error, slot int) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Code != fault.Conflict || a.ID == "" {
		return err
	}
	current := SlotConflict{AttemptState: a.State}
	if s, err := a.Slot(slot); err == nil {
		current.Slot, current.Revision, current.State = &s.Number, &s.Rev, &s.State
	}
	explained := *f
	explained.Details = map[string]any{"current": current}
	return &explained
}

// Watch sends the learner's attempt at once and after each change until it has
// ended or ctx ends; then it closes the channel. A change by this process is
// seen at once, any other at the next tick. Slow receivers miss states that
// newer ones have replaced. It fails as Get does.
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
// attempt; internal bookkeeping does not count.
func same(a, b Attempt) bool {
	a.Rev, a.Projected, a.Settled = b.Rev, b.Projected, b.Settled
	return reflect.DeepEqual(a, b)
}
