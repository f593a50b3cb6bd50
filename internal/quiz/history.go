package quiz

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/store"
)

// historyAttempts is how far back History looks. With ten questions each it
// goes through a bank of some hundred questions many times.
const historyAttempts = 200

// History returns what the learner did with which question, in the latest 200
// attempts.
func (s *Attempts) History(ctx context.Context, learner string) (History, error) {
	return s.history(ctx, s.now(), learner)
}

func (s *Attempts) history(ctx context.Context, now time.Time, learner string) (History, error) {
	history := History{}
	graded := map[string]time.Time{} // when the answer was given whose mark is in history
	query := store.Query{Where: store.Where{"learner_id": learner}, Sort: "-started_at", Limit: historyAttempts}
	for attempt, err := range s.attempts.Each(ctx, query) {
		if err != nil {
			return nil, err
		}
		if _, err := attempt.advance(now, s.keys(ctx)); err != nil {
			return nil, err
		}
		for i := range attempt.Slots {
			history.add(graded, attempt.StartedAt, &attempt.Slots[i])
		}
	}
	return history, nil
}

func (h History) add(graded map[string]time.Time, startedAt time.Time, s *Slot) {
	seen := h[s.QuestionSlug]
	at := startedAt
	if s.AnsweredAt != nil {
		at = *s.AnsweredAt
	}
	if at.After(seen.At) {
		seen.At = at
	}
	if s.graded() && s.Response != nil && at.After(graded[s.QuestionSlug]) {
		graded[s.QuestionSlug] = at
		seen.Mark = s.Mark()
	}
	h[s.QuestionSlug] = seen
}
