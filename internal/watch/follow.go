package watch

import (
	"context"
	"time"
)

// Subject is a thing that can be looked at.
type Subject[T any] struct {
	ID    string                           // by which the bell is rung
	Get   func(context.Context) (T, error) // as it is now
	Same  func(a, b T) bool                // whether nobody would see a difference
	Ended func(T) bool                     // whether it changes no more; nil when it always may
	Gone  func(error) bool                 // whether Get fails because there is no such thing any more
}

// Follow sends the subject at once and after each change until it has ended or
// ctx ends; then it closes the channel. A change that rings the bell is seen at
// once, any other at the next tick. Whoever is slow misses states that a newer
// one has replaced. It fails as the first Get does; when a later one fails, the
// next tick tries again, unless the subject is gone, which ends it.
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
