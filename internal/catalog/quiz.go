package catalog

import "slices"

// Quiz describes how a set of questions is drawn, timed and graded.
type Quiz struct {
	Slug             string          `yaml:"slug" bson:"slug"`
	Status           ContentStatus   `yaml:"status,omitempty" bson:"-"` // seed files: READY when left out
	Title            string          `yaml:"title" bson:"title"`
	Summary          string          `yaml:"summary" bson:"summary"`
	Sections         []*Section      `yaml:"sections" bson:"sections"`
	TimeLimitSeconds *int            `yaml:"time_limit_seconds,omitempty" bson:"time_limit_seconds,omitempty"` // no limit when left out
	GraceSeconds     int             `yaml:"grace_seconds,omitempty" bson:"grace_seconds,omitempty"`           // GRACE_PERIOD: how long after the deadline one may still submit
	OverdueHandling  OverdueHandling `yaml:"overdue_handling,omitempty" bson:"overdue_handling"`               // AUTO_SUBMIT when left out
	MaxAttempts      *int            `yaml:"max_attempts,omitempty" bson:"max_attempts,omitempty"`             // unlimited when left out
	CooldownSeconds  int             `yaml:"cooldown_seconds,omitempty" bson:"cooldown_seconds,omitempty"`     // between the end of an attempt and the start of the next
	PassPercent      int             `yaml:"pass_percent" bson:"pass_percent"`                                 // 1 to 100
	GradeMethod      GradeMethod     `yaml:"grade_method,omitempty" bson:"grade_method"`                       // HIGHEST when left out
	FeedbackMode     FeedbackMode    `yaml:"feedback_mode" bson:"feedback_mode"`
	Reserve          string          `yaml:"reserve,omitempty" bson:"reserve,omitempty"` // a tag: its questions are kept for quizzes that name it, out of practice and reviews

	// Version counts the published editions of the quiz, from 1.
	Version int `yaml:"-" bson:"-"`

	id            string
	topics        []*Topic
	objectives    []*LearningObjective
	questionCount int
}

// ID returns quiz/<slug>.
func (q *Quiz) ID() string { return idOr(q.id, KindQuiz, q.Slug) }

// QuestionCount returns how many questions an attempt has.
func (q *Quiz) QuestionCount() int { return q.questionCount }

// Topics returns the topics that the quiz can draw from, in content order.
func (q *Quiz) Topics() []*Topic { return q.topics }

// Objectives returns the objectives that the quiz can draw from, in content
// order.
func (q *Quiz) Objectives() []*LearningObjective { return q.objectives }

// Fits reports whether the section, which is one of the quiz, may draw the
// question, which belongs to the given topic: a question in a reserve is only for
// quizzes that name it.
func (q *Quiz) Fits(s *Section, question *Question, topicCode string, reserved bool) bool {
	return s.Fits(question, topicCode) && (!reserved || slices.Contains(question.Tags, q.Reserve))
}

// Reserves returns the tags that published quizzes reserve, in order.
func (c *Content) Reserves() []string {
	var reserves []string
	for _, q := range c.Quizzes {
		if q.Status == Ready && q.Reserve != "" {
			reserves = append(reserves, q.Reserve)
		}
	}
	return distinct(reserves)
}

// link determines what an attempt draws from, and registers the quiz there.
func (q *Quiz) link(c *Content) {
	drawn := map[string]bool{}
	for _, s := range q.Sections {
		fitting := 0
		for _, question := range c.Questions {
			topic := question.objective.topic.Code
			if q.Fits(s, question, topic, question.reserved) {
				fitting++
				drawn[topic], drawn[question.ObjectiveCode] = true, true
			}
		}
		if s.Pick > 0 {
			fitting = s.Pick
		}
		q.questionCount += fitting
	}
	q.topics, q.objectives = []*Topic{}, []*LearningObjective{}
	for _, t := range c.Topics {
		if drawn[t.Code] {
			q.topics = append(q.topics, t)
			t.quizzes = append(t.quizzes, q)
		}
		for _, o := range t.Objectives {
			if drawn[o.Code] {
				q.objectives = append(q.objectives, o)
				o.quizzes = append(o.quizzes, q)
			}
		}
	}
}
