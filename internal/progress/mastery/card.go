package mastery

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/store"
)

// Card holds one learner's graded answers to one question, and the review
// schedule derived from them. Its _id is <learner>/<question>.
type Card struct {
	store.Meta `bson:",inline"`

	LearnerID    string      `bson:"learner_id"`
	QuestionSlug string      `bson:"question"` // the question's origin
	Entries      []CardEntry `bson:"entries"`  // by time, then by reference

	// Derived from the entries.
	Memory     Memory     `bson:"memory"`
	Reps       int        `bson:"reps"`                  // reviews
	Lapses     int        `bson:"lapses"`                // reviews, after the first, in which it was forgotten
	LastAt     *time.Time `bson:"last_at,omitempty"`     // nil without reviews
	LastRating Rating     `bson:"last_rating,omitempty"` // 0 without reviews
	DueAt      *time.Time `bson:"due_at,omitempty"`      // nil without reviews
	ShownAt    *time.Time `bson:"shown_at,omitempty"`    // when the learner was last shown the key; nil if never
}

// CardEntry is one attempt's contribution to a card: a review, which is a
// graded answer, or only the showing of the key.
type CardEntry struct {
	Ref      string     `bson:"ref"`                // of the attempt
	At       time.Time  `bson:"at"`                 // when it was answered, or else when the key was shown
	Rating   Rating     `bson:"rating"`             // 0 if it was not answered
	Fraction float64    `bson:"fraction"`           // 0 to 1
	ShownAt  *time.Time `bson:"shown_at,omitempty"` // when the attempt showed the key; nil if it has not
}

func (e *CardEntry) stamp() entryStamp { return entryStamp{at: e.At, ref: e.Ref} }

func (e *CardEntry) same(other *CardEntry) bool {
	return e.At.Equal(other.At) && e.Rating == other.Rating && e.Fraction == other.Fraction &&
		sameTime(e.ShownAt, other.ShownAt)
}

func sameTime(a, b *time.Time) bool {
	return a == b || a != nil && b != nil && a.Equal(*b)
}

// Put replaces the entry of the source ref, or removes it if entry is nil, and
// reports whether that changed anything.
func (c *Card) Put(ref string, entry *CardEntry) bool {
	before := len(c.Entries)
	entries, from := putEntry(c.Entries, ref, entry, (*CardEntry).stamp, (*CardEntry).same)
	if from < 0 {
		return false
	}
	c.Entries = entries
	if from < before { // not just an entry appended at the end
		from = 0
	}
	c.fold(from)
	return true
}

// fill replaces all entries, with one per source.
func (c *Card) Fill(entries []CardEntry) {
	c.Entries = sortEntries(entries, (*CardEntry).stamp)
	c.fold(0)
}

// fold processes the entries from an index on; from 0, it starts over.
func (c *Card) fold(from int) {
	if from == 0 {
		c.Memory, c.Reps, c.Lapses, c.LastAt, c.LastRating, c.DueAt = Memory{}, 0, 0, nil, 0, nil
		c.ShownAt = nil
	}
	for i := range c.Entries[from:] {
		e := &c.Entries[from+i]
		if e.ShownAt != nil && (c.ShownAt == nil || e.ShownAt.After(*c.ShownAt)) {
			at := *e.ShownAt
			c.ShownAt = &at
		}
		if e.Rating != 0 {
			c.review(e)
		}
	}
}

func (c *Card) review(e *CardEntry) {
	if c.LastAt == nil {
		c.Memory = FirstMemory(e.Rating)
	} else {
		c.Memory = c.Memory.Review(wholeDays(*c.LastAt, e.At), e.Rating)
		if e.Rating == Again {
			c.Lapses++
		}
	}
	at := e.At
	due := at.Add(time.Duration(c.Memory.Interval()) * reviewDay)
	c.Reps++
	c.LastAt, c.LastRating, c.DueAt = &at, e.Rating, &due
}

// Due reports whether the question is due for review.
func (c *Card) Due(now time.Time) bool { return c.DueAt != nil && !now.Before(*c.DueAt) }

// reviewDay is 24 hours: spacing follows elapsed time rather than the calendar, so
// it is the same in all time zones.
const reviewDay = 24 * time.Hour

func wholeDays(from, to time.Time) int { return int(to.Sub(from) / reviewDay) }
