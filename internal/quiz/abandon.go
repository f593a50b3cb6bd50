package quiz

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// Abandon gives up an open attempt: it becomes ABANDONED without being graded.
// An ABANDONED attempt is returned unchanged. Abandon fails with
// fault.NotFound as Get does, and with fault.Conflict if the attempt is
// FINISHED; it then still returns the attempt.
func (s *Attempts) Abandon(ctx context.Context, learner, id string) (Attempt, error) {
	return s.change(ctx, learner, id, nil, func(a *Attempt, now time.Time) (bool, error) {
		return a.abandon(now)
	})
}

// abandon ends an open attempt. One whose time was already up, and which would
// be abandoned anyway, ended at its deadline.
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
