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
	problem error         // why the latest edition could not be published
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

// Ready fails while there is no snapshot, or if the latest edition could not be
// published.
func (l *Library) Ready() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current == nil && l.problem == nil {
		return ErrUnpublished
	}
	return l.problem
}

// Publish makes the snapshot the current one.
func (l *Library) Publish(s *Snapshot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current, l.problem = s, nil
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
	// Revision returns the latest edition; Number is 0 before the first.
	Revision(context.Context) (Revision, error)
	// Content returns the content of the latest edition, which has no problems.
	// It fails with ErrUnsettled while an edition is being written, and with
	// ErrUnpublished before the first.
	Content(context.Context) (*Content, Revision, error)
}

// ErrUnsettled means that the stored content is between two editions: it is
// being written, or writing was interrupted and must be repeated.
var ErrUnsettled = errors.New("the content is being written, or was left half written")

// ErrUnpublished means that no edition of the content exists yet.
var ErrUnpublished = errors.New("no content is published yet")

// Refresh publishes the shelf's latest edition, unless it is current. If it
// cannot be published, the current one stays.
func (l *Library) Refresh(ctx context.Context, shelf Shelf) error {
	latest, err := shelf.Revision(ctx)
	if err != nil {
		return fmt.Errorf("reading the content's revision: %w", err)
	}
	current, _ := l.state()
	if current != nil && current.Revision().Number == latest.Number {
		return nil
	}
	content, revision, err := shelf.Content(ctx)
	if err != nil {
		return l.refuse(fmt.Errorf("reading the content: %w", err))
	}
	snapshot, err := Build(content, revision)
	if err != nil {
		return l.refuse(fmt.Errorf("publishing revision %d: %w", revision.Number, err))
	}
	l.Publish(snapshot)
	return nil
}

func (l *Library) refuse(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.problem = err
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
