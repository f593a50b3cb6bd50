package course

import (
	"cmp"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Tally summarises one learner's ended attempts at a quiz. Its _id is
// <learner>/<quiz>.
type Tally struct {
	store.Meta `bson:",inline"`

	LearnerID string `bson:"learner_id"`
	QuizSlug  string `bson:"quiz"`
	Ends      []End  `bson:"ends"` // by number

	// Derived from the ends.
	Used     int        `bson:"used"`                // the number of the latest
	EndedAt  *time.Time `bson:"ended_at,omitempty"`  // when the latest ended; nil if there is none
	Best     *float64   `bson:"best,omitempty"`      // as quiz.Percent.Float gives it; nil without results
	PassedAt *time.Time `bson:"passed_at,omitempty"` // nil while the quiz is not passed
}

// End is how an attempt ended.
type End struct {
	Number int       `bson:"number"`
	At     time.Time `bson:"at"`
	Result *Result   `bson:"result,omitempty"` // nil if it was abandoned
}

// Put adds an end, replacing an earlier record of the same attempt, and
// reports whether that changed anything.
func (t *Tally) Put(e End) bool {
	at, found := slices.BinarySearchFunc(t.Ends, e.Number, func(o End, number int) int { return cmp.Compare(o.Number, number) })
	switch {
	case !found:
		t.Ends = slices.Insert(t.Ends, at, e)
	case t.Ends[at].same(&e):
		return false
	default:
		t.Ends[at] = e
	}
	t.fold()
	return true
}

func (e *End) same(other *End) bool {
	return e.At.Equal(other.At) && (e.Result == nil) == (other.Result == nil) &&
		(e.Result == nil || *e.Result == *other.Result)
}

// Fill replaces all ends, with at most one per attempt.
func (t *Tally) Fill(ends []End) {
	slices.SortFunc(ends, func(a, b End) int { return cmp.Compare(a.Number, b.Number) })
	t.Ends = ends
	t.fold()
}

// fold derives the totals from the ends. Attempts at a quiz do not overlap, so
// their numbers are in the order of their times.
func (t *Tally) fold() {
	t.Used, t.EndedAt, t.Best, t.PassedAt = 0, nil, nil, nil
	var g grading
	for i := range t.Ends {
		e := &t.Ends[i]
		at := e.At
		t.Used, t.EndedAt = e.Number, &at
		if e.Result != nil {
			g.add(*e.Result)
		}
	}
	if g.since != nil {
		t.Best, t.PassedAt = new(g.best.Float()), g.passed
	}
}

// QuizStanding is a learner's standing at a quiz.
type QuizStanding struct {
	AttemptsUsed int        // including open and abandoned attempts
	AttemptsLeft *int       // nil if the quiz has no limit
	Best         *float64   // the highest percentage, as displayed; nil without finished attempts
	NextStartAt  *time.Time // when the next attempt may begin; nil if no waiting time is left
	Passed       bool       // by the quiz's grade method
	Latest       *Result    // of the finished attempt with the highest number; nil without any
}

// Failed reports whether the learner failed their latest attempt at the quiz,
// has never passed it, and has attempts left.
func (s *QuizStanding) Failed() bool {
	return s.Latest != nil && !s.Passed && !s.Latest.passed() && (s.AttemptsLeft == nil || *s.AttemptsLeft > 0)
}

// latest returns the result of the finished attempt with the highest number, or
// nil.
func (t *Tally) latest() *Result {
	for _, e := range slices.Backward(t.Ends) {
		if e.Result != nil {
			return e.Result
		}
	}
	return nil
}

// Standing returns the learner's standing at an instant, from the tally of
// ended attempts and the number of attempts used. t is nil if none has ended.
func (t *Tally) Standing(q *catalog.Quiz, used int, now time.Time) QuizStanding {
	s := QuizStanding{AttemptsUsed: used}
	if t != nil {
		s.AttemptsUsed = max(used, t.Used)
		s.Passed = t.PassedAt != nil
		s.Latest = t.latest()
		if t.Best != nil {
			s.Best = new(quiz.ReadPercent(*t.Best).Shown())
		}
		if t.EndedAt != nil && s.AttemptsUsed == t.Used {
			if next := t.EndedAt.Add(time.Duration(q.CooldownSeconds) * time.Second); now.Before(next) {
				s.NextStartAt = &next
			}
		}
	}
	if q.MaxAttempts != nil {
		left := max(0, *q.MaxAttempts-s.AttemptsUsed)
		s.AttemptsLeft = &left
	}
	return s
}
