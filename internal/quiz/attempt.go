package quiz

import (
	"fmt"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Attempt is one learner's attempt at a quiz or a practice session. Times are
// UTC with milliseconds.
type Attempt struct {
	store.Meta `bson:",inline"` // _id is <learner>/<key>/<number>

	LearnerID   string    `bson:"learner_id"`
	Key         string    `bson:"key"`                    // the quiz's slug, or practice:<mode> with the topic or objective
	QuizSlug    string    `bson:"quiz_slug"`              // "" for a practice session
	QuizVersion int       `bson:"quiz_version,omitempty"` // 0 for a practice session
	Practice    *Practice `bson:"practice,omitempty"`     // nil for a quiz
	Number      int       `bson:"number"`                 // counts the learner's attempts with the same key, from 1

	Rules Rules  `bson:"rules"`
	Seed  int64  `bson:"seed"` // the bits of the draw's seed, a uint64
	Slots []Slot `bson:"slots"`

	State       AttemptState `bson:"state"`
	StartedAt   time.Time    `bson:"started_at"`
	DeadlineAt  *time.Time   `bson:"deadline_at,omitempty"`   // answers must arrive before it; nil without a time limit
	FinishedAt  *time.Time   `bson:"finished_at,omitempty"`   // when it became FINISHED or ABANDONED; nil while it is open
	FlaggedAt   *time.Time   `bson:"flagged_at,omitempty"`    // when a slot was last flagged; nil if none is
	TimeCheckAt *time.Time   `bson:"time_check_at,omitempty"` // when time alone next changes the state; nil if never

	Requests  []request `bson:"requests,omitempty"` // the latest that had an idempotency key
	Projected bool      `bson:"projected"`          // false while something graded in it, or its end, is not part of the learner's progress yet
	Settled   bool      `bson:"settled"`            // it has ended and is projected: neither draws nor progress depend on it any more

	Resumed bool `bson:"-"` // set only by Start: the attempt was already open
}

// Rules are the rules of the quiz when the attempt started.
type Rules struct {
	TimeLimitSeconds *int                    `bson:"time_limit_seconds,omitempty"`
	GraceSeconds     int                     `bson:"grace_seconds,omitempty"`
	OverdueHandling  catalog.OverdueHandling `bson:"overdue_handling"`
	PassPercent      int                     `bson:"pass_percent"`
	FeedbackMode     catalog.FeedbackMode    `bson:"feedback_mode"`
	GradeMethod      catalog.GradeMethod     `bson:"grade_method,omitempty"` // which of several attempts counts; HIGHEST when it is ""
}

// Slot is a place in an attempt, with the question that was drawn for it.
type Slot struct {
	Number          int      `bson:"number"` // from 1
	QuestionSlug    string   `bson:"question_slug"`
	OriginSlug      string   `bson:"origin,omitempty"` // the question's first slug, where it had another one before; see [Slot.Origin]
	QuestionVersion int      `bson:"question_version"`
	TopicCode       string   `bson:"topic"`
	ObjectiveCode   string   `bson:"objective"`
	Reason          Reason   `bson:"reason"`
	OptionOrder     []string `bson:"option_order,omitempty"` // keys

	// What mastery judges the answer by, as it was when the attempt began.
	KeyShownAt  *time.Time `bson:"key_shown_at,omitempty"` // when the learner was last shown the key; nil when never
	OfObjective int        `bson:"of_objective,omitempty"` // how many questions on the objective could be practised, at least 1; 0 in attempts that began before this was kept
	Reserved    bool       `bson:"reserved,omitempty"`     // the question is in a reserve

	Rev        int           `bson:"rev"` // counts changes to the answer, from 0
	State      ResponseState `bson:"state"`
	Response   *Response     `bson:"response,omitempty"` // nil while there is none
	AnsweredAt *time.Time    `bson:"answered_at,omitempty"`
	Confidence Confidence    `bson:"confidence,omitempty"` // "" if the learner did not say
	Flagged    bool          `bson:"flagged,omitempty"`
	HintsUsed  int           `bson:"hints_used,omitempty"`

	// The marks of the answer, see [Slot.Mark]; both are nil until it is
	// graded.
	Graded      *Mark    `bson:"mark,omitempty"`
	FloatGraded *float64 `bson:"fraction,omitempty"` // in attempts graded before marks were exact
}

// Mark returns the marks of the answer, or nil while it is not graded.
func (s *Slot) Mark() *Mark {
	if s.Graded == nil && s.FloatGraded != nil {
		m := readMark(*s.FloatGraded)
		return &m
	}
	return s.Graded
}

// Origin returns the slug by which records know the question: the first that it
// had. It stays the same however often the question is renamed.
func (s *Slot) Origin() string {
	if s.OriginSlug != "" {
		return s.OriginSlug
	}
	return s.QuestionSlug
}

// graded reports whether the answer has a mark.
func (s *Slot) graded() bool { return s.Graded != nil || s.FloatGraded != nil }

// attemptID joins the parts that identify an attempt. A learner's id may
// contain slashes; keys and numbers do not.
func attemptID(learner, key string, number int) string {
	return fmt.Sprintf("%s/%s/%d", learner, key, number)
}

// learnerIn returns the learner in the id of an attempt, or "".
func learnerIn(id string) string {
	for range 2 {
		end := strings.LastIndexByte(id, '/')
		if end < 0 {
			return ""
		}
		id = id[:end]
	}
	return id
}

func toSlots(drawn []Drawn) []Slot {
	slots := make([]Slot, 0, len(drawn))
	for i, d := range drawn {
		slots = append(slots, Slot{
			Number:          i + 1,
			QuestionSlug:    d.Question.Slug,
			QuestionVersion: d.Question.Version,
			OriginSlug:      originUnlessSlug(d.Question),
			TopicCode:       topicOf(d.Question),
			ObjectiveCode:   d.Question.ObjectiveCode,
			Reason:          d.Reason,
			OptionOrder:     d.OptionOrder,
			OfObjective:     max(1, d.Question.Objective().Practisable()),
			Reserved:        d.Question.Reserved(),
			State:           Todo,
		})
	}
	return slots
}

// originUnlessSlug returns the origin of a question that was renamed, or "".
func originUnlessSlug(q *catalog.Question) string {
	if q.Origin() == q.Slug {
		return ""
	}
	return q.Origin()
}

// Mode returns the mode of a practice session, or "" for a quiz.
func (a *Attempt) Mode() PracticeMode {
	if a.Practice == nil {
		return ""
	}
	return a.Practice.Mode
}

// FeedbackMode returns when the learner sees how answers were graded.
func (a *Attempt) FeedbackMode() catalog.FeedbackMode { return a.Rules.FeedbackMode }

// Total returns how many slots there are.
func (a *Attempt) Total() int { return len(a.Slots) }

// Answered returns how many slots have an answer.
func (a *Attempt) Answered() int {
	n := 0
	for i := range a.Slots {
		if a.Slots[i].Response != nil {
			n++
		}
	}
	return n
}

// Slot returns the slot with a number, from 1. It fails with
// fault.InvalidInput.
func (a *Attempt) Slot(number int) (*Slot, error) {
	if number < 1 || number > len(a.Slots) {
		return nil, fault.Invalid("slot", "`slot` must be between 1 and %d", len(a.Slots))
	}
	return &a.Slots[number-1], nil
}

// optionCount returns how many options all slots show.
func (a *Attempt) optionCount() int {
	n := 0
	for i := range a.Slots {
		n += len(a.Slots[i].OptionOrder)
	}
	return n
}

// appendOptions appends the options of the slot's question in the order of
// this attempt.
func (s *Slot) appendOptions(options []*catalog.Option, q *catalog.Question) []*catalog.Option {
	for _, key := range s.OptionOrder {
		if o := q.OptionByKey(key); o != nil {
			options = append(options, o)
		}
	}
	return options
}

// show returns the question with its options in the order of this attempt.
func (s *Slot) show(q *catalog.Question) catalog.Question {
	return q.WithOptions(s.appendOptions(make([]*catalog.Option, 0, len(s.OptionOrder)), q))
}

// Hints returns the hints that the learner has taken.
func (s *Slot) Hints(q *catalog.Question) []string {
	return q.Hints[:min(s.HintsUsed, len(q.Hints))]
}
