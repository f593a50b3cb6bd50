package mastery

import (
	"math"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Queue is what a learner has to review, of the questions that are
// published.
type Queue struct {
	Reviews   []*DueReview // that are due by now, the longest due first
	NextDueAt *time.Time   // when the next one after those will be due; nil when there is none
}

// DueReview is a question that is due for review.
type DueReview struct {
	Question       *catalog.Question
	LastAnsweredAt time.Time
	DueAt          time.Time
	Retrievability float64 // the estimated chance, 0 to 1, that the learner still remembers, to four decimals
}

// DueCount returns how many reviews are due.
func (q *Queue) DueCount() int { return len(q.Reviews) }

// maxDue is how many due reviews are listed at most.
const maxDue = 100

// Due returns the first n of the reviews that are due, from 1 to 100. It fails
// with fault.InvalidInput.
func (q *Queue) Due(first int) ([]*DueReview, error) {
	if first < 1 || first > maxDue {
		return nil, fault.Invalid("first", "`first` must be between 1 and %[2]d, not %[1]d", first, maxDue)
	}
	return q.Reviews[:min(first, len(q.Reviews))], nil
}

// CardSum is what the entries of a [Card] come to. There may be thousands
// of them, and who asks what is due needs none.
type CardSum struct {
	store.Meta `bson:",inline"`

	LearnerID    string     `bson:"learner_id"`
	QuestionSlug string     `bson:"question"` // the question's origin
	Memory       Memory     `bson:"memory"`
	LastAt       *time.Time `bson:"last_at,omitempty"`
	DueAt        *time.Time `bson:"due_at,omitempty"`
}

// due says that the card is due, which has reviews then.
func (c *CardSum) Due(q *catalog.Question, now time.Time) *DueReview {
	days := float64(now.Sub(*c.LastAt)) / float64(reviewDay)
	return &DueReview{Question: q, LastAnsweredAt: *c.LastAt, DueAt: *c.DueAt, Retrievability: math.Round(1e4*c.Memory.Retrievability(days)) / 1e4}
}
