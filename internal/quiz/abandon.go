package quiz

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// Abandon gives up an attempt that is open: it becomes ABANDONED, without being
// graded. One that is ABANDONED is returned as it stands. It fails with
// fault.NotFound as Get does, and with fault.Conflict when the attempt is
// FINISHED, returning it even so.
func (s *Attempts) Abandon(ctx context.Context, learner, id string) (Attempt, error) {
	return s.change(ctx, learner, id, nil, func(a *Attempt, now time.Time) (bool, error) {
		return a.abandon(now)
	})
}

// abandon ends an attempt that is open. One whose time is up, and which time is
// about to abandon, ended at its deadline.
func (a *Attempt) abandon(now time.Time) (bool, error) {
	switch a.State {
	case Abandoned:
		return false, nil
	case Finished:
		return false, fault.Conflicting(fault.AttemptEnded, "this attempt is finished")
	case InProgress:
		if a.timeIsUp(now) {
			now = *a.DeadlineAt
		}
	case Overdue:
	}
	a.end(Abandoned, now)
	return true, nil
}
