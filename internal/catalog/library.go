package catalog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// Library holds the published snapshot, and notifies waiters of a new one. The
// zero value holds none.
type Library struct {
	mu      sync.Mutex
	current *Snapshot
	edition int           // the number of publications here
	changed chan struct{} // closed when current changes; nil if nobody waits
	problem error         // why the latest edition is not the current one, or nil
	refused int           // the number of an edition that cannot be served, or 0
}

// Current returns the published snapshot, and fails with fault.Unavailable
// before the first one.
func (l *Library) Current() (*Snapshot, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current == nil {
		return nil, fault.Unreachable(ErrUnpublished)
	}
	return l.current, nil
}

// Ready fails while there is no snapshot.
func (l *Library) Ready() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.current != nil:
		return nil
	case l.problem != nil:
		return l.problem
	default:
		return ErrUnpublished
	}
}

// Problem returns why the snapshot is not the latest edition, or nil.
func (l *Library) Problem() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.problem
}

// Publish makes the snapshot the current one.
func (l *Library) Publish(s *Snapshot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current, l.problem, l.refused = s, nil, 0
	l.edition++
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// state returns the current snapshot and a channel that closes at the next.
func (l *Library) state() (*Snapshot, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return l.current, l.changed
}

// Revisions sends the current revision at once and each later one until ctx
// ends; then it closes the channel. A slow receiver misses revisions that newer
// ones have replaced.
func (l *Library) Revisions(ctx context.Context) <-chan *Revision {
	revisions := make(chan *Revision)
	go func() {
		defer close(revisions)
		for {
			snapshot, changed := l.state()
			if snapshot != nil {
				revision := snapshot.Revision()
				select {
				case revisions <- &revision:
				case <-ctx.Done():
					return
				}
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	}()
	return revisions
}

// Shelf is where the library reads editions of the content from.
type Shelf interface {
	// Latest returns the latest edition; Number is 0 before the first.
	Latest(context.Context) (Revision, error)
	// Edition reads an edition, except for the items that held has by the ids of
	// their versions, of which it takes copies. It fails with fault.NotFound if
	// there is no such edition, and with a [*BrokenError] if it lacks a part.
	Edition(ctx context.Context, number int, held map[string]Node) (*Edition, error)
}

// ErrUnpublished means that no edition of the content exists yet.
var ErrUnpublished = errors.New("no content is published yet")

// Refresh publishes the shelf's latest edition, unless it is current. If it
// cannot be served, the current one stays; if there is none, the latest one
// that can be served takes its place. Either way Refresh fails.
func (l *Library) Refresh(ctx context.Context, shelf Shelf) error {
	latest, err := shelf.Latest(ctx)
	if err != nil {
		return fmt.Errorf("reading the content's revision: %w", err)
	}
	current, refused := l.served()
	switch {
	case latest.Number == 0:
		return l.refuse(0, ErrUnpublished)
	case current != nil && current.Revision().Number == latest.Number:
		return l.refuse(0, nil)
	case current != nil && refused == latest.Number: // editions do not change
		return l.Problem()
	}
	snapshot, err := read(ctx, shelf, latest.Number, current)
	if err == nil {
		l.Publish(snapshot)
		return nil
	}
	if !IsBroken(err) {
		return l.refuse(0, err)
	}
	if current == nil {
		if failed := l.fallBack(ctx, shelf, latest.Number-1); failed != nil {
			return l.refuse(0, failed)
		}
	}
	return l.refuse(latest.Number, err)
}

// fallBack publishes the newest edition up to the one with the number that can
// be served, if there is one.
func (l *Library) fallBack(ctx context.Context, shelf Shelf, number int) error {
	for ; number > 0; number-- {
		snapshot, err := read(ctx, shelf, number, nil)
		switch {
		case err == nil:
			l.Publish(snapshot)
			return nil
		case fault.CodeOf(err) == fault.NotFound: // it was taken over from another format
			return nil
		case !IsBroken(err):
			return err
		}
	}
	return nil
}

// read reads an edition and links it; before is the snapshot to take unchanged
// items from, or nil.
func read(ctx context.Context, shelf Shelf, number int, before *Snapshot) (*Snapshot, error) {
	var held map[string]Node
	if before != nil {
		held = before.Held()
	}
	edition, err := shelf.Edition(ctx, number, held)
	if err != nil {
		return nil, fmt.Errorf("reading revision %d: %w", number, err)
	}
	return Build(edition)
}

// served returns the current snapshot, and the number of the edition that
// cannot be served in its place, or 0.
func (l *Library) served() (*Snapshot, int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.current, l.refused
}

func (l *Library) refuse(number int, err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused, l.problem = number, err
	return err
}

// Follow refreshes at every tick until ctx ends. It logs a failure when it
// begins, not at every tick.
func (l *Library) Follow(ctx context.Context, shelf Shelf, ticks <-chan time.Time, log *slog.Logger) {
	failing := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		err := l.Refresh(ctx, shelf)
		switch {
		case err == nil:
			failing = ""
		case ctx.Err() == nil && err.Error() != failing:
			failing = err.Error()
			log.ErrorContext(ctx, "content not refreshed", "err", err)
		}
	}
}
