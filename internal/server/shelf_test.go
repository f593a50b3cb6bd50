package server_test

import (
	"context"
	"sync/atomic"
)

// shelf holds the number of the current edition.
type shelf struct{ edition atomic.Int64 }

type shelfKey struct{}

func newShelf() *shelf {
	s := &shelf{}
	s.edition.Store(1)
	return s
}

// pin implements server.Config.Pin.
func (s *shelf) pin(ctx context.Context) (context.Context, int) {
	edition := editionOf(ctx)
	if edition == 0 {
		edition = int(s.edition.Load())
		ctx = context.WithValue(ctx, shelfKey{}, edition)
	}
	return ctx, edition
}

// editionOf returns the edition that ctx is bound to, or 0.
func editionOf(ctx context.Context) int {
	edition, _ := ctx.Value(shelfKey{}).(int)
	return edition
}
