package catalog

import "context"

type pinKey struct{}

// pin is a snapshot with its number in the order of publication.
type pin struct {
	snapshot *Snapshot
	edition  int
}

// Pin returns ctx bound to the current snapshot, so that everything read under
// it comes from one edition, and that snapshot's number. The number grows with
// each Publish, whereas revisions go back when a database is restored. A
// context that is already bound stays bound. Before the first snapshot the
// number is 0, and nothing is bound.
func (l *Library) Pin(ctx context.Context) (context.Context, int) {
	if pinned, ok := ctx.Value(pinKey{}).(pin); ok {
		return ctx, pinned.edition
	}
	l.mu.Lock()
	current := pin{l.current, l.edition}
	l.mu.Unlock()
	if current.snapshot == nil {
		return ctx, 0
	}
	return context.WithValue(ctx, pinKey{}, current), current.edition
}

// At returns the snapshot that ctx is bound to, or else the current one. It
// fails with fault.Unavailable before the first.
func (l *Library) At(ctx context.Context) (*Snapshot, error) {
	if pinned, ok := ctx.Value(pinKey{}).(pin); ok {
		return pinned.snapshot, nil
	}
	return l.Current()
}
