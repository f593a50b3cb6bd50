package server_test

import (
	"context"
	"sync/atomic"
)

// shelf holds the number of the edition that is current.
type shelf struct{ edition atomic.Int64 }

type shelfKey struct{}

func newShelf() *shelf {
	s := &shelf{}
	s.edition.Store(1)
	return s
}

// pin is a server.Config's Pin.
func (s *shelf) pin(ctx context.Context) (context.Context, int) {
	edition := editionOf(ctx)
	if edition == 0 {
		edition = int(s.edition.Load())
		ctx = context.WithValue(ctx, shelfKey{}, edition)
	}
	return ctx, edition
}

// editionOf is what ctx is bound to, 0 when it is not.
func editionOf(ctx context.Context) int {
	edition, _ := ctx.Value(shelfKey{}).(int)
	return edition
}
