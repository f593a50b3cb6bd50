package progress

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/scrumkb/scrumkb/internal/quiz"
)

// queue holds the learners to catch up soon, each once. Losing it does no
// harm: a sweep finds them too.
type queue struct {
	mu      sync.Mutex
	waiting map[string]bool
	order   []string
	filled  chan struct{} // has one element while somebody waits
}

func newQueue() *queue {
	return &queue{waiting: map[string]bool{}, filled: make(chan struct{}, 1)}
}

func (q *queue) add(learner string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting[learner] {
		return
	}
	q.waiting[learner] = true
	q.order = append(q.order, learner)
	q.signal()
}

// take returns the learner who has waited longest, and whether there is one.
func (q *queue) take() (string, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.order) == 0 {
		return "", false
	}
	learner := q.order[0]
	q.order = q.order[1:]
	delete(q.waiting, learner)
	return learner, true
}

func (q *queue) signal() {
	select {
	case q.filled <- struct{}{}:
	default:
	}
}

// Notice is called for each change to an attempt, and has its end projected
// soon, so that watchers of a course need not wait. Graded answers of an open
// attempt wait for a reader or for the sweep. It does not block.
func (t *Tracker) Notice(a quiz.Attempt) {
	if !a.Projected && !a.State.Open() {
		t.queue.add(a.LearnerID)
	}
}

// sweepBatch is how many learners one sweep catches up.
const sweepBatch = 200

// Run catches up the learners from Notice and, at once and at every tick, those
// left behind by a crash, until ctx ends. It logs failures; the next tick
// retries.
func (t *Tracker) Run(ctx context.Context, ticks <-chan time.Time, log *slog.Logger) {
	t.warn(ctx, log, t.Sweep(ctx, sweepBatch))
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.queue.filled:
		case <-ticks:
			t.warn(ctx, log, t.Sweep(ctx, sweepBatch))
		}
		for learner, ok := t.queue.take(); ok && ctx.Err() == nil; learner, ok = t.queue.take() {
			t.warn(ctx, log, t.CatchUp(ctx, learner))
		}
	}
}

func (t *Tracker) warn(ctx context.Context, log *slog.Logger, err error) {
	if err != nil && ctx.Err() == nil {
		log.WarnContext(ctx, "progress not brought up to date", "err", err)
	}
}
