package watch

import (
	"context"
	"time"
)

// Subject is an object that can be watched.
type Subject[T any] struct {
	ID    string                           // the id with which the bell is rung
	Get   func(context.Context) (T, error) // its current state
	Same  func(a, b T) bool                // whether watchers would see no difference
	Ended func(T) bool                     // whether it can no longer change; nil if it always can
	Gone  func(error) bool                 // whether an error of Get means that the object is gone
}

// Follow sends the subject at once and after each change, until it has ended or
// ctx ends; then it closes the channel. A change that rings the bell is seen at
// once, any other at the next tick. Slow readers miss states that newer ones
// have replaced. Follow fails if the first Get fails; later failures are
// retried at the next tick, unless the subject is gone.
func Follow[T any](ctx context.Context, bell *Bell, subject Subject[T], ticks <-chan time.Time) (<-chan T, error) {
	rung, done := bell.wait(subject.ID)
	current, err := subject.Get(ctx)
	if err != nil {
		done()
		return nil, err
	}
	changes := make(chan T)
	go func() {
		defer close(changes)
		defer func() { done() }()
		for {
			select {
			case changes <- current:
			case <-ctx.Done():
				return
			}
			for sent := current; subject.Same(sent, current); {
				if subject.Ended != nil && subject.Ended(current) {
					return
				}
				select {
				case <-rung:
					done()
					rung, done = bell.wait(subject.ID)
				case <-ticks:
				case <-ctx.Done():
					return
				}
				latest, err := subject.Get(ctx)
				switch {
				case err == nil:
					current = latest
				case subject.Gone(err):
					return
				}
			}
		}
	}()
	return changes, nil
}
