package quiz

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// NetworkAllowance is how long after the deadline a submission still counts as
// in time if lateness would lose the attempt: it was sent before the deadline
// but delayed on the way. Answers get no allowance; clients send them one by
// one.
const NetworkAllowance = 10 * time.Second

// tick is the resolution of all times.
const tick = time.Millisecond

// setClock starts the clock of a new attempt.
func (a *Attempt) setClock(now time.Time) {
	a.State, a.StartedAt = InProgress, now
	if limit := a.Rules.TimeLimitSeconds; limit != nil {
		deadline := now.Add(time.Duration(*limit) * time.Second)
		a.DeadlineAt = &deadline
	}
	a.TimeCheckAt = a.timeCheck()
}

// timeCheck returns the next instant at which advance changes the state.
func (a *Attempt) timeCheck() *time.Time {
	if a.DeadlineAt == nil || !a.State.Open() {
		return nil
	}
	at := *a.DeadlineAt
	switch {
	case a.State == Overdue:
		at = a.graceEnd().Add(tick)
	case a.Rules.OverdueHandling == catalog.AutoAbandon:
		at = at.Add(NetworkAllowance + tick)
	}
	return &at
}

// graceEnd is the last instant at which an OVERDUE attempt may be submitted.
func (a *Attempt) graceEnd() time.Time {
	return a.DeadlineAt.Add(time.Duration(a.Rules.GraceSeconds) * time.Second)
}

// advance applies changes caused by time alone up to now, and reports whether
// there were any. It fails if key fails, and then changes nothing.
func (a *Attempt) advance(now time.Time, key keyOf) (bool, error) {
	changed := false
	for a.TimeCheckAt != nil && !now.Before(*a.TimeCheckAt) {
		switch {
		case a.State == Overdue:
			a.end(Abandoned, a.graceEnd())
		case a.Rules.OverdueHandling == catalog.GracePeriod:
			a.State = Overdue
			a.TimeCheckAt = a.timeCheck()
		case a.Rules.OverdueHandling == catalog.AutoAbandon:
			a.end(Abandoned, *a.DeadlineAt)
		default:
			if err := a.finish(*a.DeadlineAt, key); err != nil {
				return false, err
			}
		}
		changed = true
	}
	return changed, nil
}

func (a *Attempt) end(state AttemptState, at time.Time) {
	a.State, a.FinishedAt, a.TimeCheckAt = state, &at, nil
	a.Projected = false
}

// timeIsUp reports whether answers no longer count.
func (a *Attempt) timeIsUp(now time.Time) bool {
	return a.DeadlineAt != nil && !now.Before(*a.DeadlineAt)
}

// SecondsLeft returns the whole seconds left to answer, or to submit if the
// attempt is OVERDUE; nil if no clock is running.
func (a *Attempt) SecondsLeft(now time.Time) *int {
	if a.DeadlineAt == nil || !a.State.Open() {
		return nil
	}
	end := *a.DeadlineAt
	if a.State == Overdue {
		end = a.graceEnd()
	}
	left := max(0, int(end.Sub(a.notBefore(now))/time.Second))
	return &left
}

// notBefore returns now, or the latest time in the attempt if that is later:
// setting the clock back neither adds time nor ends an attempt before it
// began.
func (a *Attempt) notBefore(now time.Time) time.Time {
	if now.Before(a.StartedAt) {
		now = a.StartedAt
	}
	for i := range a.Slots {
		if at := a.Slots[i].AnsweredAt; at != nil && now.Before(*at) {
			now = *at
		}
	}
	return now
}

// EndedByTime reports whether time ended the attempt, and not its learner.
func (a *Attempt) EndedByTime() bool {
	if a.DeadlineAt == nil || a.FinishedAt == nil {
		return false
	}
	switch a.Rules.OverdueHandling {
	case catalog.GracePeriod:
		return a.State == Abandoned && a.FinishedAt.Equal(a.graceEnd())
	case catalog.AutoAbandon:
		return a.State == Abandoned && a.FinishedAt.Equal(*a.DeadlineAt)
	default:
		return a.State == Finished && a.FinishedAt.Equal(*a.DeadlineAt)
	}
}
