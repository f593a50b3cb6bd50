package mastery

import (
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/store"
)

// Record holds one learner's finished attempts for one objective, and the
// level derived from them. Its _id is <learner>/<objective>.
type Record struct {
	store.Meta `bson:",inline"`

	LearnerID     string  `bson:"learner_id"`
	ObjectiveCode string  `bson:"objective"`
	Entries       []Entry `bson:"entries"` // by time, then by reference

	// Derived from the entries.
	Level          Level      `bson:"level"`
	LevelAt        *time.Time `bson:"level_at,omitempty"`         // since when; nil if it has never changed
	Steps          []Step     `bson:"steps,omitempty"`            // changes in the level, in order
	Answered       int        `bson:"answered"`                   // answers
	Right          int        `bson:"right"`                      // entirely right answers
	LastAnsweredAt *time.Time `bson:"last_answered_at,omitempty"` // the end of the latest attempt with answers; nil if there is none
}

// Entry is an attempt's outcome for the objective. A skipped question is not
// an answer.
type Entry struct {
	Ref      string    `bson:"ref"`                // of the attempt
	At       time.Time `bson:"at"`                 // when it was finished
	Practice bool      `bson:"practice,omitempty"` // a practice session on this objective alone
	Percent  float64   `bson:"percent"`            // 0 to 100, of the marks for the objective's questions; in practice on this objective, only of those that count
	Right    int       `bson:"right"`
	Wrong    int       `bson:"wrong"`
	Partial  int       `bson:"partial"` // neither entirely right nor entirely wrong

	Of      int      `bson:"of,omitempty"`      // how many questions could be drawn when it began; 0 in entries older than this field
	Counted []Answer `bson:"counted,omitempty"` // the evidence, in the order of the slots; empty in entries older than this field
}

// Step is a change in the level.
type Step struct {
	At     time.Time `bson:"at"`
	Ref    string    `bson:"ref"` // of the attempt that caused it
	From   Level     `bson:"from"`
	To     Level     `bson:"to"`
	Reason Reason    `bson:",inline"` // why
}

func (e *Entry) stamp() entryStamp { return entryStamp{at: e.At, ref: e.Ref} }

func (e *Entry) same(other *Entry) bool {
	return e.At.Equal(other.At) && e.Practice == other.Practice && e.Percent == other.Percent &&
		e.Right == other.Right && e.Wrong == other.Wrong && e.Partial == other.Partial &&
		e.Of == other.Of && slices.Equal(e.Counted, other.Counted)
}

func (e *Entry) answers() int { return e.Right + e.Wrong + e.Partial }

// count adds an answer with the given mark, 0 to 1.
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

// Put replaces the entry of the source ref, or removes it if entry is nil, and
// reports whether that changed anything.
func (o *Record) Put(ref string, entry *Entry) bool {
	entries, from := putEntry(o.Entries, ref, entry, (*Entry).stamp, (*Entry).same)
	if from < 0 {
		return false
	}
	o.Entries = entries
	o.fold()
	return true
}

// Fill replaces all entries, with one per source.
func (o *Record) Fill(entries []Entry) {
	o.Entries = sortEntries(entries, (*Entry).stamp)
	o.fold()
}

// fold processes all entries again: intermediate evidence is not stored.
func (o *Record) fold() {
	o.Level, o.LevelAt, o.Steps, o.Answered, o.Right, o.LastAnsweredAt = NotStarted, nil, nil, 0, 0, nil
	j := judgement{right: map[string]bool{}}
	for i := range o.Entries {
		o.add(&j, &o.Entries[i])
	}
}

func (o *Record) add(j *judgement, e *Entry) {
	at := e.At
	if n := e.answers(); n > 0 {
		o.Answered += n
		o.Right += e.Right
		o.LastAnsweredAt = &at
	}
	to, why := o.Level, Reason{}
	switch {
	case e.Of > 0:
		to, why = j.outcome(o.Level, e)
	case e.answers() > 0:
		to, why = e.earlier(o.Level)
	}
	if to == o.Level {
		return
	}
	o.Steps = append(o.Steps, Step{At: e.At, Ref: e.Ref, From: o.Level, To: to, Reason: why})
	o.Level, o.LevelAt = to, &at
}
