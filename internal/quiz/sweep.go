package quiz

import (
	"context"
	"errors"
)

// Sweep stores what time has done to attempts that nobody looked at, at most
// limit of them (1 to 1000), and returns how many it changed: as many as limit means that
// there may be more. An attempt that fails does not keep it from the others.
// Several processes may sweep at the same time.
func (s *Attempts) Sweep(ctx context.Context, limit int) (int, error) {
	now := s.now()
	query := dueAt(now)
	query.Limit = limit
	due, _, err := s.attempts.Find(ctx, query)
	if err != nil {
		return 0, err
	}
	changed := 0
	var failures []error
	for _, attempt := range due {
		advanced, err := s.advanceStored(ctx, now, attempt)
		if err != nil {
			failures = append(failures, err)
		}
		if advanced {
			changed++
		}
		if ctx.Err() != nil {
			break
		}
	}
	return changed, errors.Join(failures...)
}
