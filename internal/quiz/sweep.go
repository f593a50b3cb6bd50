package quiz

import (
	"context"
	"errors"
)

// Sweep stores state changes that time has caused in attempts since they were last read,
// in at most limit attempts (1 to 1000), and returns how many it changed: if that equals
// limit, there may be more. A failing attempt does not stop the sweep. Several processes
// may sweep at the same time.
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
