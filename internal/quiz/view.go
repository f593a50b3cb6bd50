package quiz

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/nodeid"
)

// View is an attempt as its learner may see it at one instant, with the
// questions as drawn. It is immutable.
type View struct {
	attempt     Attempt
	quiz        *catalog.Quiz
	secondsLeft *int
	slots       []*SlotView
	score       *ScoreView
}

// View returns what the learner may see of an attempt now. Questions come from
// memory as a rule, and where something is graded the learner's open exams are
// looked up; it fails as Question does.
func (s *Attempts) View(ctx context.Context, a Attempt) (*View, error) {
	views, err := s.ViewEach(ctx, a.LearnerID, []Attempt{a})
	if err != nil {
		return nil, err
	}
	return views[0], nil
}

// ViewEach is View for attempts of one learner, which look up the open exams once.
func (s *Attempts) ViewEach(ctx context.Context, learner string, attempts []Attempt) ([]*View, error) {
	var withheld map[string]*Withheld
	if slices.ContainsFunc(attempts, func(a Attempt) bool { return a.tells() }) {
		var err error
		if withheld, err = s.withheldOf(ctx, s.now(), learner); err != nil {
			return nil, err
		}
	}
	views := make([]*View, 0, len(attempts))
	for i := range attempts {
		view, err := s.view(ctx, attempts[i], withheld)
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return views, nil
}

func (s *Attempts) view(ctx context.Context, a Attempt, withheld map[string]*Withheld) (*View, error) {
	snapshot, err := s.config.Library.Current()
	if err != nil {
		return nil, err
	}
	v := &View{attempt: a, secondsLeft: s.SecondsLeft(&a), quiz: snapshot.Quiz(a.QuizSlug)}
	// Attempts are read often and as a whole, so all slots share one
	// allocation, and so do their options.
	slots := make([]SlotView, len(a.Slots))
	options := make([]*catalog.Option, 0, v.attempt.optionCount())
	v.slots = make([]*SlotView, len(a.Slots))
	for i := range slots {
		slot := &v.attempt.Slots[i]
		q, err := s.Question(ctx, slot)
		if err != nil {
			return nil, err
		}
		from := len(options)
		options = slot.appendOptions(options, q)
		slots[i] = SlotView{slot: slot, question: q.WithOptions(slices.Clip(options[from:]))}
		if slot.graded() && withheld[slot.Origin()] != nil {
			slots[i].withheld = withheld[slot.Origin()]
		} else {
			slots[i].review = v.attempt.Review(slot, q)
		}
		v.slots[i] = &slots[i]
	}
	v.score = v.scoreView()
	return v, nil
}

// ownerSize is the number of bytes in a global id that identify the owner:
// enough that no two learners ever share them.
const ownerSize = 12

// ID returns the global id of the attempt.
func (v *View) ID() string { return GlobalID(v.attempt.LearnerID, v.attempt.Ref()) }

// GlobalID returns the permanent global id of the learner's attempt with the
// reference. It identifies the owner by a digest, so that ids of two learners
// differ without revealing a name.
func GlobalID(learner, ref string) string {
	return nodeid.Attempt.Write(string(ownerOf(learner)) + ref)
}

// ParseID returns the stored id in a global one, and whether it belongs to the
// learner.
func ParseID(learner, global string) (id string, ok bool) {
	ref, ok := strings.CutPrefix(nodeid.Attempt.Read(global), string(ownerOf(learner)))
	if !ok || !utf8.ValidString(ref) {
		return "", false // databases accept only valid text
	}
	return learner + "/" + ref, true
}

func ownerOf(learner string) []byte {
	sum := sha256.Sum256([]byte("attempt/" + learner))
	return sum[:ownerSize]
}

// Quiz returns the quiz as currently published; nil for a practice session,
// and for a quiz that is no longer published.
func (v *View) Quiz() *catalog.Quiz { return v.quiz }

// Mode returns the mode of a practice session, or nil.
func (v *View) Mode() *PracticeMode { return orNil(v.attempt.Mode()) }

// Number counts the learner's attempts with the same quiz or practice key,
// from 1.
func (v *View) Number() int { return v.attempt.Number }

// State is the attempt's state.
func (v *View) State() AttemptState { return v.attempt.State }

// StartedAt is when the attempt began.
func (v *View) StartedAt() time.Time { return v.attempt.StartedAt }

// DeadlineAt is the time until which answers count, or nil.
func (v *View) DeadlineAt() *time.Time { return v.attempt.DeadlineAt }

// FinishedAt is when the attempt was finished or abandoned, or nil.
func (v *View) FinishedAt() *time.Time { return v.attempt.FinishedAt }

// SecondsLeft is what was left on the clock when the view was created, or nil.
func (v *View) SecondsLeft() *int { return v.secondsLeft }

// FeedbackMode says when the learner sees how answers were graded.
func (v *View) FeedbackMode() catalog.FeedbackMode { return v.attempt.FeedbackMode() }

// Answered returns how many slots have an answer.
func (v *View) Answered() int { return v.attempt.Answered() }

// Total returns the number of slots.
func (v *View) Total() int { return v.attempt.Total() }

// Slots returns the slots in order.
func (v *View) Slots() []*SlotView { return v.slots }

// Slot returns the slot with a number that exists.
func (v *View) Slot(number int) *SlotView { return v.slots[number-1] }

// Score returns the result of the attempt, or nil before it is finished.
func (v *View) Score() *ScoreView { return v.score }

// SlotView is a slot as the learner may see it.
type SlotView struct {
	slot     *Slot
	question catalog.Question
	review   *Review
	withheld *Withheld
}

// Number is the slot's place, from 1.
func (v *SlotView) Number() int { return v.slot.Number }

// Question returns the question with its options in the attempt's order.
func (v *SlotView) Question() *catalog.Question { return &v.question }

// Reason says why the question was drawn.
func (v *SlotView) Reason() *Reason { return &v.slot.Reason }

// Confidence is how sure the learner was, or nil.
func (v *SlotView) Confidence() *Confidence { return orNil(v.slot.Confidence) }

// Revision counts the changes to the answer.
func (v *SlotView) Revision() int { return v.slot.Rev }

// State is the state of the slot's answer.
func (v *SlotView) State() ResponseState { return v.slot.State }

// Flagged reports whether the learner flagged the slot.
func (v *SlotView) Flagged() bool { return v.slot.Flagged }

// Hints returns the hints that the learner has taken.
func (v *SlotView) Hints() []string { return slices.Clone(v.slot.Hints(&v.question)) }

// Review returns how the answer was graded, or nil while the learner may not
// see it.
func (v *SlotView) Review() *Review { return v.review }

// Withheld says why neither the answer nor its review is shown, or nil.
func (v *SlotView) Withheld() *Withheld { return v.withheld }

// Response returns what was answered, or nil.
func (v *SlotView) Response() *ResponseView {
	r := v.slot.Response
	if r == nil || v.withheld != nil {
		return nil
	}
	view := &ResponseView{
		Options: optionsByKey(&v.question, r.Options),
		Order:   optionsByKey(&v.question, r.Order),
		Pairs:   make([]*PairView, 0, len(r.Pairs)),
		Text:    orNil(r.Text),
		Number:  r.Number,
	}
	for _, p := range r.Pairs {
		view.Pairs = append(view.Pairs, &PairView{
			Prompt: v.question.PromptByKey(p.Prompt), Option: v.question.OptionByKey(p.Option),
		})
	}
	return view
}

// ResponseView is an answer with the options that it refers to.
type ResponseView struct {
	Options []*catalog.Option
	Pairs   []*PairView
	Order   []*catalog.Option
	Text    *string
	Number  *float64
}

// PairView is a prompt and what it was matched with.
type PairView struct {
	Prompt *catalog.Prompt
	Option *catalog.Option
}

func optionsByKey(q *catalog.Question, keys []string) []*catalog.Option {
	options := make([]*catalog.Option, 0, len(keys))
	for _, key := range keys {
		options = append(options, q.OptionByKey(key))
	}
	return options
}

// ScoreView is a score with the topics and objectives that it refers to.
type ScoreView struct {
	Share
	Passed      bool
	ByTopic     []*TopicScore
	ByObjective []*ObjectiveScore
}

// TopicScore is a topic's part of a score.
type TopicScore struct {
	PartScore
	Topic *catalog.Topic
}

// ObjectiveScore is an objective's part of a score.
type ObjectiveScore struct {
	PartScore
	Objective *catalog.LearningObjective
}

func (v *View) scoreView() *ScoreView {
	score := v.attempt.Score()
	if score == nil {
		return nil
	}
	objectives := map[string]*catalog.LearningObjective{}
	topics := map[string]*catalog.Topic{}
	for _, s := range v.slots {
		o := s.question.Objective()
		objectives[o.Code], topics[o.Topic().Code] = o, o.Topic()
	}
	view := &ScoreView{Share: score.Share, Passed: score.Passed}
	for _, part := range score.ByTopic {
		view.ByTopic = append(view.ByTopic, &TopicScore{PartScore: part, Topic: topics[part.Code]})
	}
	for _, part := range score.ByObjective {
		view.ByObjective = append(view.ByObjective, &ObjectiveScore{PartScore: part, Objective: objectives[part.Code]})
	}
	return view
}

// orNil returns nil for the empty string, which means absence in documents.
func orNil[T ~string](value T) *T {
	if value == "" {
		return nil
	}
	return &value
}
