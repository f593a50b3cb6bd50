package mastery

import (
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/store"
)

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
// left out is no answer.
type Entry struct {
	Ref      string    `bson:"ref"`                // of the attempt
	At       time.Time `bson:"at"`                 // when it was finished
	Practice bool      `bson:"practice,omitempty"` // a practice session on this objective alone
	Percent  float64   `bson:"percent"`            // 0 to 100, of the marks for the objective's questions; in such practice, for those that count
	Right    int       `bson:"right"`
	Wrong    int       `bson:"wrong"`
	Partial  int       `bson:"partial"` // neither wholly right nor wholly wrong

	Of      int      `bson:"of,omitempty"`      // how many questions could be drawn when it began; 0 when that was not kept yet
	Counted []Answer `bson:"counted,omitempty"` // what mastery is judged by, in the order of the slots; empty when it was not kept yet
}

// Step is a change of the level.
type Step struct {
	At     time.Time `bson:"at"`
	Ref    string    `bson:"ref"` // of the attempt that led to it
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
	entries, from := putEntry(o.Entries, ref, entry, (*Entry).stamp, (*Entry).same)
	if from < 0 {
		return false
	}
	o.Entries = entries
	o.fold()
	return true
}

// Fill makes entries, one of each source, the only ones.
func (o *Record) Fill(entries []Entry) {
	o.Entries = sortEntries(entries, (*Entry).stamp)
	o.fold()
}

// fold adds up the entries anew: what is open between two of them is not stored.
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
