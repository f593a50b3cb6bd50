package guide

import (
	"fmt"
	"time"

	"github.com/scrumkb/scrumkb/internal/progress/mastery"
)

func dueReviews(queue *mastery.Queue, now time.Time) []*Step {
	due := queue.DueCount()
	if due == 0 {
		return nil
	}
	days := int(now.Sub(queue.Reviews[0].DueAt) / (24 * time.Hour))
	return []*Step{{Kind: ReviewDue, Review: queue, Reason: Reason{
		Code: QuestionsDue, Count: &due, Days: &days, Text: dueText(due, days),
	}}}
}

// dueText says how many questions are due, and how long the first one has
// been.
func dueText(due, days int) string {
	switch {
	case due == 1 && days == 0:
		return "1 question is due for review."
	case due == 1:
		return fmt.Sprintf("1 question has been due for review for %s.", counted(days, "day"))
	case days == 0:
		return fmt.Sprintf("%d questions are due for review.", due)
	default:
		return fmt.Sprintf("%d questions are due for review, the oldest for %s.", due, counted(days, "day"))
	}
}
