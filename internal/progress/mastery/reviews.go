package mastery

import (
	"math"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Queue is a learner's review queue, for the published questions.
type Queue struct {
	Reviews   []*DueReview // due by now, longest overdue first
	NextDueAt *time.Time   // when the next one after those will be due; nil if there is none
}

// DueReview is a question that is due for review.
type DueReview struct {
	Question       *catalog.Question
	LastAnsweredAt time.Time
	DueAt          time.Time
	Retrievability float64 // the estimated probability, 0 to 1, of recall, to four decimals
}

// DueCount returns how many reviews are due.
func (q *Queue) DueCount() int { return len(q.Reviews) }

// maxDue is the maximum number of due reviews to list.
const maxDue = 100

// Due returns the first n due reviews, n from 1 to 100. It fails with
// fault.InvalidInput.
func (q *Queue) Due(first int) ([]*DueReview, error) {
	if first < 1 || first > maxDue {
		return nil, fault.Invalid("first", "`first` must be between 1 and %[2]d, not %[1]d", first, maxDue)
	}
	return q.Reviews[:min(first, len(q.Reviews))], nil
}

// CardSum is a [Card] without its entries, of which there may be thousands;
// listing due reviews needs none.
type CardSum struct {
	store.Meta `bson:",inline"`

	LearnerID    string     `bson:"learner_id"`
	QuestionSlug string     `bson:"question"` // the question's origin
	Memory       Memory     `bson:"memory"`
	LastAt       *time.Time `bson:"last_at,omitempty"`
	DueAt        *time.Time `bson:"due_at,omitempty"`
}

// due returns the review of a card that is due, which therefore has reviews.
func (c *CardSum) Due(q *catalog.Question, now time.Time) *DueReview {
	days := float64(now.Sub(*c.LastAt)) / float64(reviewDay)
	return &DueReview{Question: q, LastAnsweredAt: *c.LastAt, DueAt: *c.DueAt, Retrievability: math.Round(1e4*c.Memory.Retrievability(days)) / 1e4}
}
