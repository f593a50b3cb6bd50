package mastery

import (
	"fmt"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Level is how well a learner masters an objective, in Khan Academy's
// levels, https://support.khanacademy.org/hc/en-us/articles/5548760867853.
type Level string

const (
	NotStarted Level = "NOT_STARTED"
	Attempted  Level = "ATTEMPTED"
	Familiar   Level = "FAMILIAR"
	Proficient Level = "PROFICIENT"
	Mastered   Level = "MASTERED"
)

// Points are what the level counts in the mean of a topic or a course, 0 to
// 100.
func (l Level) Points() int {
	switch l {
	case Familiar:
		return 50
	case Proficient:
		return 80
	case Mastered:
		return 100
	default:
		return 0
	}
}

// Record is what one learner's finished attempts come to for one
// objective. Its _id is <learner>/<objective>.
type Record struct {
	store.Meta `bson:",inline"`

	LearnerID     string  `bson:"learner_id"`
	ObjectiveCode string  `bson:"objective"`
	Entries       []Entry `bson:"entries"` // by time, then by reference

	// What the entries come to.
	Level          Level      `bson:"level"`
	LevelAt        *time.Time `bson:"level_at,omitempty"`         // when it became so; nil while it has never changed
	Steps          []Step     `bson:"steps,omitempty"`            // changes of the level, in order
	Answered       int        `bson:"answered"`                   // answers
	Right          int        `bson:"right"`                      // answers that were wholly right
	LastAnsweredAt *time.Time `bson:"last_answered_at,omitempty"` // the end of the latest attempt with answers; nil without any
}

// Entry is how an attempt went for the objective. A question that was
// left out is no answer, and counts in the percentage alone.
type Entry struct {
	Ref      string    `bson:"ref"`                // of the attempt
	At       time.Time `bson:"at"`                 // when it was finished
	Practice bool      `bson:"practice,omitempty"` // a practice session on this objective alone
	Percent  float64   `bson:"percent"`            // 0 to 100, of the marks for the objective's questions
	Right    int       `bson:"right"`
	Wrong    int       `bson:"wrong"`
	Partial  int       `bson:"partial"` // neither wholly right nor wholly wrong
}

// Step is a change of the level.
type Step struct {
	At   time.Time `bson:"at"`
	Ref  string    `bson:"ref"` // of the attempt that led to it
	From Level     `bson:"from"`
	To   Level     `bson:"to"`
	Why  string    `bson:"why"` // a sentence for the learner
}

func (e *Entry) stamp() entryStamp { return entryStamp{at: e.At, ref: e.Ref} }

func (e *Entry) same(other *Entry) bool {
	return e.At.Equal(other.At) && e.Practice == other.Practice && e.Percent == other.Percent &&
		e.Right == other.Right && e.Wrong == other.Wrong && e.Partial == other.Partial
}

func (e *Entry) answers() int { return e.Right + e.Wrong + e.Partial }

// count adds an answer that is worth the fraction, 0 to 1.
func (e *Entry) Count(fraction float64) {
	switch {
	case fraction >= 1:
		e.Right++
	case fraction > 0:
		e.Partial++
	default:
		e.Wrong++
	}
}

// Put makes entry the only one of the source ref, or removes the source's when
// it is nil, and reports whether that changed anything.
func (o *Record) Put(ref string, entry *Entry) bool {
	before := len(o.Entries)
	entries, from := putEntry(o.Entries, ref, entry, (*Entry).stamp, (*Entry).same)
	if from < 0 {
		return false
	}
	o.Entries = entries
	if from < before { // not merely one more at the end
		from = 0
	}
	o.fold(from)
	return true
}

// fill makes entries, one of each source, the only ones.
func (o *Record) Fill(entries []Entry) {
	o.Entries = sortEntries(entries, (*Entry).stamp)
	o.fold(0)
}

// fold adds up the entries from an index on; from 0, it starts anew.
func (o *Record) fold(from int) {
	if from == 0 {
		o.Level, o.LevelAt, o.Steps, o.Answered, o.Right, o.LastAnsweredAt = NotStarted, nil, nil, 0, 0, nil
	}
	for i := range o.Entries[from:] {
		o.add(&o.Entries[from+i])
	}
}

func (o *Record) add(e *Entry) {
	if e.answers() == 0 {
		return // nothing was tried
	}
	at := e.At
	o.Answered += e.answers()
	o.Right += e.Right
	o.LastAnsweredAt = &at
	to, why := e.outcome(o.Level)
	if to == o.Level {
		return
	}
	o.Steps = append(o.Steps, Step{At: e.At, Ref: e.Ref, From: o.Level, To: to, Why: why})
	o.Level, o.LevelAt = to, &at
}

// outcome returns the level to which the entry leads from another, and why.
func (e *Entry) outcome(from Level) (Level, string) {
	if e.Practice {
		return e.practised(from)
	}
	return e.mixed(from)
}

// familiarPercent is from where practice of a single objective makes familiar
// with it.
const familiarPercent = 70

// practised is the outcome of a practice session on the objective alone. It
// never lowers the level.
func (e *Entry) practised(from Level) (Level, string) {
	to, why := Attempted, fmt.Sprintf("You practised this objective and scored less than %d %%.", familiarPercent)
	switch {
	case quiz.Passes(quiz.ReadPercent(e.Percent), 100):
		to, why = Proficient, "You practised this objective and had everything right."
	case quiz.Passes(quiz.ReadPercent(e.Percent), familiarPercent):
		to, why = Familiar, fmt.Sprintf("You practised this objective and scored %d %% or more.", familiarPercent)
	}
	if to.rank() <= from.rank() {
		return from, ""
	}
	return to, why
}

// mixed is the outcome of an attempt in which the objective was one of several.
// It moves the level by at most one step: up when more than half of the answers
// are right, down when more than half are wrong. An answer that is partly right
// is neither, so that only a clear majority decides.
func (e *Entry) mixed(from Level) (Level, string) {
	answers := e.answers()
	switch {
	case 2*e.Right > answers:
		return from.up(), fmt.Sprintf("You had %s on this objective right, among questions on others.", ofAnswers(e.Right, answers))
	case 2*e.Wrong > answers:
		return from.down(), fmt.Sprintf("You had %s on this objective wrong, among questions on others.", ofAnswers(e.Wrong, answers))
	default:
		return from, ""
	}
}

func ofAnswers(n, of int) string {
	switch {
	case of == 1:
		return "the question"
	case n == of:
		return fmt.Sprintf("all %d questions", of)
	default:
		return fmt.Sprintf("%d of %d questions", n, of)
	}
}

// up is one step up. Whoever answers right at once is familiar.
func (l Level) up() Level {
	switch l {
	case Familiar:
		return Proficient
	case Proficient, Mastered:
		return Mastered
	default:
		return Familiar
	}
}

// down is one step down. To have tried remains.
func (l Level) down() Level {
	switch l {
	case Mastered:
		return Proficient
	case Proficient:
		return Familiar
	default:
		return Attempted
	}
}

func (l Level) rank() int {
	return slices.Index([]Level{NotStarted, Attempted, Familiar, Proficient, Mastered}, l)
}
