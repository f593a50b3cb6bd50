package catalog

// Topic is an area of the blueprint, such as PO1.
type Topic struct {
	Code       string               `yaml:"code" bson:"code"` // two capitals and a digit
	Title      string               `yaml:"title" bson:"title"`
	Summary    string               `yaml:"summary" bson:"summary"`
	Weight     int                  `yaml:"weight" bson:"weight"` // the minimum number of questions in the bank; quizzes draw in the same proportion
	Objectives []*LearningObjective `yaml:"objectives" bson:"objectives"`

	id        string
	questions []*Question
	quizzes   []*Quiz
}

// ID returns topic/<code>.
func (t *Topic) ID() string { return idOr(t.id, KindTopic, t.Code) }

// Questions returns the topic's published questions, ordered by slug.
func (t *Topic) Questions() []*Question { return t.questions }

// QuestionCount returns how many published questions the topic has.
func (t *Topic) QuestionCount() int { return len(t.questions) }

// Quizzes returns the published quizzes that draw from the topic, in content
// order.
func (t *Topic) Quizzes() []*Quiz { return t.quizzes }

// LearningObjective is something that a learner can do after studying it.
type LearningObjective struct {
	Code              string     `yaml:"code" bson:"code"`   // the topic's code, a point and a number, such as PO1.3
	Title             string     `yaml:"title" bson:"title"` // begins with a verb
	Bloom             BloomLevel `yaml:"bloom" bson:"bloom"` // the level that a learner should reach
	PrerequisiteCodes []string   `yaml:"prerequisites,omitempty" bson:"prerequisites,omitempty"`

	id            string
	topic         *Topic
	prerequisites []*LearningObjective
	lessons       []*Lesson
	facts         []Fact
	questions     []*Question
	practisable   int // of them
	quizzes       []*Quiz
}

// ID returns objective/<code>.
func (o *LearningObjective) ID() string { return idOr(o.id, KindObjective, o.Code) }

// BloomLevel returns the level that a learner should reach.
func (o *LearningObjective) BloomLevel() BloomLevel { return o.Bloom }

// Topic returns the topic that the objective is part of.
func (o *LearningObjective) Topic() *Topic { return o.topic }

// Prerequisites returns what is better learnt before.
func (o *LearningObjective) Prerequisites() []*LearningObjective { return o.prerequisites }

// Lessons returns the lessons that teach it.
func (o *LearningObjective) Lessons() []*Lesson { return o.lessons }

// Facts returns the responsibilities and skills that it prepares for.
func (o *LearningObjective) Facts() []Fact { return o.facts }

// Questions returns the objective's published questions, ordered by slug.
func (o *LearningObjective) Questions() []*Question { return o.questions }

// QuestionCount returns how many published questions test it.
func (o *LearningObjective) QuestionCount() int { return len(o.questions) }

// Practisable returns how many of them are in no reserve.
func (o *LearningObjective) Practisable() int { return o.practisable }

// Quizzes returns the published quizzes that draw from the objective, in
// content order.
func (o *LearningObjective) Quizzes() []*Quiz { return o.quizzes }
