package mastery

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Mastery is a learner's mastery of the published content.
type Standing struct {
	Percent    float64 // 0 to 100, the mean of all objectives' points
	Objectives []*Objective
	Topics     []*Topic
	Courses    []*Course
}

// Objective is a learner's mastery of an objective.
type Objective struct {
	Objective      *catalog.LearningObjective
	Level          Level
	LevelAt        *time.Time // since when; nil if it has never changed
	Answered       int        // answers in finished attempts
	Right          int        // of these, entirely right
	LastAnsweredAt *time.Time // the end of the latest attempt with answers; nil if there is none
	Steps          []*Change

	questionsAnswered int
}

// QuestionsAnswered returns how many of the objective's published questions were
// answered at least once.
func (o *Objective) QuestionsAnswered() int { return o.questionsAnswered }

// QuestionsTotal returns how many published questions the objective has.
func (o *Objective) QuestionsTotal() int { return o.Objective.QuestionCount() }

// Points is the level's value in a mean, 0 to 100.
func (o *Objective) Points() int { return o.Level.Points() }

// Change is a change in the learner's level.
type Change struct {
	*Step

	learner string
	attempt func(learner, ref string) string
}

// AttemptID returns the global id of the attempt that caused it.
func (c *Change) AttemptID() string { return c.attempt(c.learner, c.Ref) }

// Topic is a learner's mastery of a topic.
type Topic struct {
	Topic      *catalog.Topic
	Percent    float64      // 0 to 100, the mean of its objectives' points
	Objectives []*Objective // in blueprint order
}

// Course is a learner's mastery of what a course teaches, whether or not they
// are enrolled.
type Course struct {
	Course     *catalog.Course
	Percent    float64      // 0 to 100, the mean of its objectives' points
	Objectives []*Objective // in the order of the course
}

// Sum is a [Record] without its entries, of which there may be thousands;
// reading the level needs none.
type Sum struct {
	store.Meta `bson:",inline"`

	LearnerID      string     `bson:"learner_id"`
	ObjectiveCode  string     `bson:"objective"`
	Level          Level      `bson:"level"`
	LevelAt        *time.Time `bson:"level_at,omitempty"`
	Steps          []Step     `bson:"steps,omitempty"`
	Answered       int        `bson:"answered"`
	Right          int        `bson:"right"`
	LastAnsweredAt *time.Time `bson:"last_answered_at,omitempty"`
}

// Head is a [Sum] without its times and steps.
type Head struct {
	store.Meta `bson:",inline"`

	LearnerID     string `bson:"learner_id"`
	ObjectiveCode string `bson:"objective"`
	Level         Level  `bson:"level"`
	Answered      int    `bson:"answered"`
	Right         int    `bson:"right"`
}

// Sums are what a learner's mastery is computed from.
type Sums struct {
	ByCode   map[string]*Sum // by objective code; objectives without answers may be missing
	Answered map[string]bool // the origins of answered questions
}

// Objective returns the learner's mastery of an objective.
func (s *Sums) Objective(o *catalog.LearningObjective, attempt func(learner, ref string) string) *Objective {
	m := s.ByCode[o.Code].mastery(o, attempt)
	for _, q := range o.Questions() {
		if s.Answered[q.Origin()] {
			m.questionsAnswered++
		}
	}
	return m
}

// Of computes mastery of the content from sums. attempt returns the global id of the attempt with a
// reference.
func Of(s *catalog.Snapshot, sums *Sums, attempt func(learner, ref string) string) *Standing {
	m := &Standing{Objectives: []*Objective{}, Topics: []*Topic{}, Courses: []*Course{}}
	byCode := map[string]*Objective{}
	for _, topic := range s.Topics() {
		of := &Topic{Topic: topic, Objectives: []*Objective{}}
		for _, objective := range topic.Objectives {
			o := sums.Objective(objective, attempt)
			byCode[objective.Code] = o
			of.Objectives = append(of.Objectives, o)
		}
		of.Percent = meanPoints(of.Objectives)
		m.Topics = append(m.Topics, of)
		m.Objectives = append(m.Objectives, of.Objectives...)
	}
	m.Percent = meanPoints(m.Objectives)
	for _, course := range s.Courses() {
		of := &Course{Course: course, Objectives: []*Objective{}}
		for _, objective := range course.Objectives() {
			of.Objectives = append(of.Objectives, byCode[objective.Code])
		}
		of.Percent = meanPoints(of.Objectives)
		m.Courses = append(m.Courses, of)
	}
	return m
}

// mastery returns the mastery of the objective; o is nil if nothing was
// finished.
func (o *Sum) mastery(objective *catalog.LearningObjective, attempt func(learner, ref string) string) *Objective {
	m := &Objective{Objective: objective, Level: NotStarted, Steps: []*Change{}}
	if o == nil {
		return m
	}
	m.Level, m.LevelAt = o.Level, o.LevelAt
	m.Answered, m.Right, m.LastAnsweredAt = o.Answered, o.Right, o.LastAnsweredAt
	for i := range o.Steps {
		if o.Steps[i].Reason.Code == "" {
			o.Steps[i].Reason.Code = EarlierRules
		}
		m.Steps = append(m.Steps, &Change{Step: &o.Steps[i], learner: o.LearnerID, attempt: attempt})
	}
	return m
}

// meanPoints is the mean of the points as displayed; 0 without objectives.
func meanPoints(objectives []*Objective) float64 {
	sum := 0
	for _, o := range objectives {
		sum += o.Points()
	}
	return quiz.PercentOf(sum, Mastered.Points()*len(objectives)).Shown()
}

// Weakest returns the weakest of the objectives in which the learner has
// answered something and which have questions; nil if all of these are
// mastered.
func (m *Standing) Weakest() *Objective {
	var weakest *Objective
	for _, o := range m.Objectives {
		if o.Answered == 0 || o.Level == Mastered || o.Objective.QuestionCount() == 0 {
			continue
		}
		if weakest == nil || o.Points() < weakest.Points() {
			weakest = o
		}
	}
	return weakest
}

// Level returns the level of the objective with the code, NotStarted when it is
// not published.
func (m *Standing) Level(code string) Level {
	for _, o := range m.Objectives {
		if o.Objective.Code == code {
			return o.Level
		}
	}
	return NotStarted
}
