package progress

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/quiz"
)

// KeysShown implements [quiz.Learning]. It reads pending sources without
// projecting them, so that starting an attempt does not wait. If an attempt ran
// out of time, its keys count as shown once it is swept.
func (t *Tracker) KeysShown(ctx context.Context, learner string, questions []string, attempts []quiz.Attempt) (map[string]time.Time, error) {
	shown := map[string]time.Time{}
	note := func(question string, at *time.Time) {
		if at != nil && at.After(shown[question]) {
			shown[question] = *at
		}
	}
	for i := range attempts {
		if attempts[i].Projected {
			continue
		}
		for _, c := range factsOf(&attempts[i]).cards {
			note(c.question, c.entry.ShownAt)
		}
	}
	ids := make([]string, 0, len(questions))
	for _, question := range questions {
		ids = append(ids, recordID(learner, question))
	}
	cards, err := t.cards.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i := range cards {
		note(cards[i].QuestionSlug, cards[i].ShownAt)
	}
	return shown, nil
}
