package activity

import (
	"cmp"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/store"
)

// Month is one learner's activity in a UTC month, by quarters of an hour. The
// offsets of all time zones are multiples of them, so that the days of any zone
// can be computed. Its _id is <learner>/<month>.
type Month struct {
	store.Meta `bson:",inline"`

	LearnerID string  `bson:"learner_id"`
	Month     string  `bson:"month"`   // YYYY-MM
	Entries   []Entry `bson:"entries"` // by quarter, then by reference
}

// Entry is one source's activity in a quarter of an hour. There is at most one
// per source and quarter.
type Entry struct {
	Ref     string `bson:"ref"`     // of the attempt or the reading
	Quarter int    `bson:"quarter"` // quarters of an hour since the start of the month, from 0
	Answers int    `bson:"answers"`
	Right   int    `bson:"right"` // graded answers that are fully right
	Seconds int    `bson:"seconds"`
}

// quarter is the unit of activity.
const quarter = 15 * time.Minute

// monthLayout is the layout of a month for package time.
const monthLayout = "2006-01"

// MonthOf returns the UTC month of at, as YYYY-MM.
func MonthOf(at time.Time) string { return at.UTC().Format(monthLayout) }

// QuarterOf returns the number of quarters of an hour between the start of the
// UTC month and the time.
func QuarterOf(at time.Time) int {
	at = at.UTC()
	return int(at.Sub(time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)) / quarter)
}

// Put replaces all entries of the source ref by entries, whose quarters must
// differ, and reports whether that changed anything.
func (m *Month) Put(ref string, entries []Entry) bool {
	next := slices.DeleteFunc(slices.Clone(m.Entries), func(e Entry) bool { return e.Ref == ref })
	next = append(next, entries...)
	slices.SortFunc(next, Entry.Compare)
	if slices.Equal(next, m.Entries) {
		return false
	}
	m.Entries = next
	return true
}

func (e Entry) Compare(other Entry) int {
	return cmp.Or(cmp.Compare(e.Quarter, other.Quarter), cmp.Compare(e.Ref, other.Ref))
}

// answersOf returns the number of answers in the source ref.
func (m *Month) AnswersOf(ref string) int {
	n := 0
	for _, e := range m.Entries {
		if e.Ref == ref {
			n += e.Answers
		}
	}
	return n
}

func Answers(entries []Entry) int {
	n := 0
	for _, e := range entries {
		n += e.Answers
	}
	return n
}

// maxAnswerSeconds is the most that one answer counts: anyone who takes longer
// has gone for a coffee.
const maxAnswerSeconds = 5 * 60

// SecondsOf returns the seconds that each answer took, for answers given in any
// order: since the previous answer, or since the attempt started, at most five
// minutes.
func SecondsOf(startedAt time.Time, answeredAts []time.Time) []int {
	order := make([]int, len(answeredAts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return answeredAts[a].Compare(answeredAts[b]) })

	seconds := make([]int, len(answeredAts))
	before := startedAt
	for _, i := range order {
		took := int(answeredAts[i].Sub(before) / time.Second)
		seconds[i] = min(max(took, 0), maxAnswerSeconds)
		before = answeredAts[i]
	}
	return seconds
}

// activeAt is the beginning of the latest quarter of an hour with activity.
func (m *Month) ActiveAt() time.Time {
	month, err := time.Parse(monthLayout, m.Month)
	if err != nil || len(m.Entries) == 0 {
		return time.Time{}
	}
	return month.Add(time.Duration(m.Entries[len(m.Entries)-1].Quarter) * quarter)
}
