package progress

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Mastery is how well a learner masters what the published content teaches.
type Mastery struct {
	Percent    float64 // 0 to 100, the mean of all objectives' points
	Objectives []*ObjectiveMastery
	Topics     []*TopicMastery
	Courses    []*CourseMastery
}

// ObjectiveMastery is how well a learner masters an objective.
type ObjectiveMastery struct {
	Objective      *catalog.LearningObjective
	Level          MasteryLevel
	LevelAt        *time.Time // since when; nil while it has never changed
	Answered       int        // answers in finished attempts
	Right          int        // of them, wholly right
	LastAnsweredAt *time.Time // the end of the latest attempt with answers; nil without any
	Steps          []*MasteryChange
}

// Points are what the level counts in a mean, 0 to 100.
func (o *ObjectiveMastery) Points() int { return o.Level.Points() }

// MasteryChange is a step of the learner's from one level to another.
type MasteryChange struct {
	*MasteryStep

	learner string
	attempt func(learner, ref string) string
}

// AttemptID returns the global id of the attempt that led to it.
func (c *MasteryChange) AttemptID() string { return c.attempt(c.learner, c.Ref) }

// TopicMastery is how well a learner masters a topic.
type TopicMastery struct {
	Topic      *catalog.Topic
	Percent    float64             // 0 to 100, the mean of its objectives' points
	Objectives []*ObjectiveMastery // in the blueprint's order
}

// CourseMastery is how well a learner masters what a course teaches, enrolled
// or not.
type CourseMastery struct {
	Course     *catalog.Course
	Percent    float64             // 0 to 100, the mean of its objectives' points
	Objectives []*ObjectiveMastery // in the order in which the course comes to them
}

// objectiveSum is what the entries of an [ObjectiveRecord] come to. There may be
// thousands of them, and who asks for the level needs none.
type objectiveSum struct {
	store.Meta `bson:",inline"`

	LearnerID      string        `bson:"learner_id"`
	ObjectiveCode  string        `bson:"objective"`
	Level          MasteryLevel  `bson:"level"`
	LevelAt        *time.Time    `bson:"level_at,omitempty"`
	Steps          []MasteryStep `bson:"steps,omitempty"`
	Answered       int           `bson:"answered"`
	Right          int           `bson:"right"`
	LastAnsweredAt *time.Time    `bson:"last_answered_at,omitempty"`
}

// masteryOf returns how well somebody with the sums, by the codes of objectives,
// masters the content. attempt returns the global id of the attempt with a
// reference.
func masteryOf(s *catalog.Snapshot, sums map[string]*objectiveSum, attempt func(learner, ref string) string) *Mastery {
	m := &Mastery{Objectives: []*ObjectiveMastery{}, Topics: []*TopicMastery{}, Courses: []*CourseMastery{}}
	byCode := map[string]*ObjectiveMastery{}
	for _, topic := range s.Topics() {
		of := &TopicMastery{Topic: topic, Objectives: []*ObjectiveMastery{}}
		for _, objective := range topic.Objectives {
			o := sums[objective.Code].mastery(objective, attempt)
			byCode[objective.Code] = o
			of.Objectives = append(of.Objectives, o)
		}
		of.Percent = meanPoints(of.Objectives)
		m.Topics = append(m.Topics, of)
		m.Objectives = append(m.Objectives, of.Objectives...)
	}
	m.Percent = meanPoints(m.Objectives)
	for _, course := range s.Courses() {
		of := &CourseMastery{Course: course, Objectives: []*ObjectiveMastery{}}
		for _, objective := range course.Objectives() {
			of.Objectives = append(of.Objectives, byCode[objective.Code])
		}
		of.Percent = meanPoints(of.Objectives)
		m.Courses = append(m.Courses, of)
	}
	return m
}

// mastery returns that of the objective; o is nil where nothing was finished.
func (o *objectiveSum) mastery(objective *catalog.LearningObjective, attempt func(learner, ref string) string) *ObjectiveMastery {
	m := &ObjectiveMastery{Objective: objective, Level: NotStarted, Steps: []*MasteryChange{}}
	if o == nil {
		return m
	}
	m.Level, m.LevelAt = o.Level, o.LevelAt
	m.Answered, m.Right, m.LastAnsweredAt = o.Answered, o.Right, o.LastAnsweredAt
	for i := range o.Steps {
		m.Steps = append(m.Steps, &MasteryChange{MasteryStep: &o.Steps[i], learner: o.LearnerID, attempt: attempt})
	}
	return m
}

// meanPoints is 0 without objectives.
func meanPoints(objectives []*ObjectiveMastery) float64 {
	if len(objectives) == 0 {
		return 0
	}
	sum := 0
	for _, o := range objectives {
		sum += o.Points()
	}
	return float64(sum) / float64(len(objectives))
}

// Weakest returns the objective with questions that the learner masters least,
// of those in which they have answered something; nil when there is none that
// is not mastered.
func (m *Mastery) Weakest() *ObjectiveMastery {
	var weakest *ObjectiveMastery
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
