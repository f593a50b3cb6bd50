package catalog

import "slices"

// Question is an entry of the question bank, with its key.
//
// The key's location depends on the type: the correct options for
// SINGLE_CHOICE, MULTIPLE_RESPONSE and TRUE_FALSE, prompts for MATCHING, order
// for ORDERING, accepted for SHORT_TEXT, number for NUMERIC.
type Question struct {
	Slug          string        `yaml:"slug" bson:"slug"`
	Was           string        `yaml:"was,omitempty" bson:"-"`    // seed files: the slug that it had before, if it was renamed
	Status        ContentStatus `yaml:"status,omitempty" bson:"-"` // seed files: defaults to READY
	Type          QuestionType  `yaml:"type" bson:"type"`
	ObjectiveCode string        `yaml:"objective" bson:"objective"`
	FactID        string        `yaml:"fact,omitempty" bson:"fact,omitempty"` // kind/slug of the fact that it tests, if any
	Bloom         BloomLevel    `yaml:"bloom" bson:"bloom"`
	Difficulty    Difficulty    `yaml:"difficulty" bson:"difficulty"`
	Tags          []string      `yaml:"tags,omitempty" bson:"tags,omitempty"`
	Stem          string        `yaml:"stem" bson:"stem"`
	Options       []*Option     `yaml:"options,omitempty" bson:"options,omitempty"`   // as authored; attempts shuffle those that are not fixed
	Prompts       []*Prompt     `yaml:"prompts,omitempty" bson:"prompts,omitempty"`   // MATCHING: what to match with an option
	Order         []string      `yaml:"order,omitempty" bson:"order,omitempty"`       // ORDERING: the option keys in the right order
	Accepted      []string      `yaml:"accepted,omitempty" bson:"accepted,omitempty"` // SHORT_TEXT: accepted answers; case and spacing do not matter
	Number        *NumericKey   `yaml:"number,omitempty" bson:"number,omitempty"`
	Mistakes      []*Mistake    `yaml:"mistakes,omitempty" bson:"mistakes,omitempty"` // SHORT_TEXT, NUMERIC: common wrong answers
	Scoring       ScoringScheme `yaml:"scoring,omitempty" bson:"scoring,omitempty"`   // MULTIPLE_RESPONSE; defaults to NET_CORRECT
	Explanation   string        `yaml:"explanation" bson:"explanation"`               // why the right answer is right, with the section of the source
	Hints         []string      `yaml:"hints,omitempty" bson:"hints,omitempty"`       // given one at a time, from vague to nearly the answer
	Citations     []*Citation   `yaml:"citations" bson:"citations"`

	// Version numbers the published versions of the question from 1. The store
	// sets it, not the author.
	Version int `yaml:"-" bson:"-"`

	id          string
	origin      string // once linked, and if it was renamed
	retired     bool
	instruction string // once linked
	objective   *LearningObjective
	reserved    bool
}

// Option is something that can be picked, matched or put in order.
type Option struct {
	Key      string `yaml:"id" bson:"id"` // unique in its question; learners see it, so it must reveal nothing
	Text     string `yaml:"text" bson:"text"`
	Correct  bool   `yaml:"correct,omitempty" bson:"correct,omitempty"`
	Feedback string `yaml:"feedback,omitempty" bson:"feedback,omitempty"` // for learners who picked it; for a wrong option, names the mistake
	Missed   string `yaml:"missed,omitempty" bson:"missed,omitempty"`     // for learners who should have picked it and did not
	Fixed    bool   `yaml:"fixed,omitempty" bson:"fixed,omitempty"`       // keeps its position when the others are shuffled

	id       string
	question *Question
}

// ID returns <question slug>.<key>: client caches keep objects by type and
// id, so an id has to be unique among all options.
func (o *Option) ID() string {
	if o.id != "" {
		return o.id
	}
	return o.question.Slug + "." + o.Key
}

// Prompt is the left-hand side of a MATCHING question.
type Prompt struct {
	Key      string `yaml:"id" bson:"id"` // unique among the prompts of its question
	Text     string `yaml:"text" bson:"text"`
	Match    string `yaml:"match" bson:"match"`                           // the key of the matching option
	Feedback string `yaml:"feedback,omitempty" bson:"feedback,omitempty"` // for learners who matched it wrongly

	id       string
	question *Question
}

// ID returns <question slug>.<key>, unique among all prompts.
func (p *Prompt) ID() string {
	if p.id != "" {
		return p.id
	}
	return p.question.Slug + "." + p.Key
}

// NumericKey is the right answer to a NUMERIC question: every number within the
// tolerance of the value.
type NumericKey struct {
	Value     float64 `yaml:"value" bson:"value"`
	Tolerance float64 `yaml:"tolerance,omitempty" bson:"tolerance,omitempty"`
	Unit      string  `yaml:"unit" bson:"unit"` // the plural: minutes, hours, people
}

// Mistake is a common wrong answer, with feedback.
type Mistake struct {
	Answer   string `yaml:"answer" bson:"answer"` // text or number
	Feedback string `yaml:"feedback" bson:"feedback"`
}

// ID returns question/<slug>.
func (q *Question) ID() string { return idOr(q.id, KindQuestion, q.Slug) }

// Origin returns the first slug that the question had. Learners' records know
// it by that one, so that renaming it changes none of them.
func (q *Question) Origin() string {
	if q.origin != "" {
		return q.origin
	}
	return q.Slug
}

// Retired reports whether the question is no longer published.
func (q *Question) Retired() bool { return q.retired }

// BloomLevel returns the kind of thinking that the question asks for.
func (q *Question) BloomLevel() BloomLevel { return q.Bloom }

// Objective returns the learning objective that the question tests.
func (q *Question) Objective() *LearningObjective { return q.objective }

// InReserve reports whether the question has one of the tags, which are those
// that quizzes reserve.
func (q *Question) InReserve(reserves []string) bool {
	return slices.ContainsFunc(q.Tags, func(tag string) bool { return slices.Contains(reserves, tag) })
}

// Reserved reports whether a published quiz reserves the question: then it is
// left out of practice and of reviews.
func (q *Question) Reserved() bool { return q.reserved }

// WithOptions returns the question with its options in another order.
func (q *Question) WithOptions(options []*Option) Question {
	ordered := *q
	ordered.Options = options
	return ordered
}
