package catalog

import "strings"

// Course is an ordered list of units that leads to a certificate of
// completion.
type Course struct {
	Slug              string        `yaml:"slug" bson:"slug"`
	Status            ContentStatus `yaml:"status,omitempty" bson:"-"` // seed files: READY when left out
	Title             string        `yaml:"title" bson:"title"`
	Summary           string        `yaml:"summary" bson:"summary"`
	CertificationSlug string        `yaml:"certification,omitempty" bson:"certification,omitempty"`           // the certification that it prepares for
	CertificateMonths int           `yaml:"certificate_months,omitempty" bson:"certificate_months,omitempty"` // for how long a certificate is valid; 0 means for ever
	Units             []*Unit       `yaml:"units" bson:"units"`

	// Version counts the published syllabuses, from 1.
	Version int `yaml:"-" bson:"-"`

	id            string
	retired       bool
	certification *Certification
	required      int
	objectives    []*LearningObjective
}

// ID returns course/<slug>.
func (c *Course) ID() string { return idOr(c.id, KindCourse, c.Slug) }

// Retired reports whether the course is no longer published. Nobody can enrol in
// it; those who are enrolled keep it.
func (c *Course) Retired() bool { return c.retired }

// Certification returns the certification that the course prepares for, or
// nil.
func (c *Course) Certification() *Certification { return c.certification }

// CertificateValidity returns for how many months a certificate is valid, or nil
// when it never expires.
func (c *Course) CertificateValidity() *int {
	if c.CertificateMonths == 0 {
		return nil
	}
	return &c.CertificateMonths
}

// RequiredUnits returns how many units count towards completion.
func (c *Course) RequiredUnits() int { return c.required }

// Objectives returns what the lessons of the course teach and its quizzes
// test, each once, in the order of the units.
func (c *Course) Objectives() []*LearningObjective { return c.objectives }

// summarise computes the totals of the linked units.
func (c *Course) summarise() {
	c.required, c.objectives = 0, []*LearningObjective{}
	known := map[string]bool{}
	add := func(o *LearningObjective) {
		if !known[o.Code] {
			known[o.Code] = true
			c.objectives = append(c.objectives, o)
		}
	}
	for _, u := range c.Units {
		if u.Required() {
			c.required++
		}
		if u.lesson != nil {
			add(u.lesson.objective)
		}
		if u.quiz != nil {
			for _, o := range u.quiz.objectives {
				add(o)
			}
		}
	}
}

// Unit is one thing to do in a course. Its kind determines which of Lesson,
// Quiz and Step it has.
type Unit struct {
	Slug       string   `yaml:"id" bson:"id"` // unique in its course, and stable: progress refers to it
	Title      string   `yaml:"title" bson:"title"`
	Kind       UnitKind `yaml:"kind" bson:"kind"`
	LessonSlug string   `yaml:"lesson,omitempty" bson:"lesson,omitempty"`
	QuizSlug   string   `yaml:"quiz,omitempty" bson:"quiz,omitempty"`
	StepText   string   `yaml:"step,omitempty" bson:"step,omitempty"` // the instructions of a STEP, which learners tick off themselves
	MoveOn     MoveOn   `yaml:"move_on" bson:"move_on"`

	// CertificationStep is the slug of the step of the course's certification that
	// a STEP unit stands for: ticking either ticks the other.
	CertificationStep string `yaml:"certification_step,omitempty" bson:"certification_step,omitempty"`

	Optional bool     `yaml:"optional,omitempty" bson:"optional,omitempty"`
	After    []string `yaml:"after,omitempty" bson:"after,omitempty"` // ids of the units to satisfy first

	id            string
	course        *Course
	position      int
	lesson        *Lesson
	quiz          *Quiz
	step          *Step
	prerequisites []*Unit
}

// ID returns unit/<course>/<slug>.
func (u *Unit) ID() string {
	if u.id != "" {
		return u.id
	}
	return unitPrefix(u.course.Slug) + u.Slug
}

// UnitSlug returns the slug in the global id of a unit of the course. Any other
// text it returns as it is, as [ContentKind.Slug] does.
func UnitSlug(course, reference string) string {
	return strings.TrimPrefix(reference, unitPrefix(course))
}

func unitPrefix(course string) string { return "unit/" + course + "/" }

// Position returns the unit's place in its course, from 1.
func (u *Unit) Position() int { return u.position }

// Required reports whether the unit counts towards completion.
func (u *Unit) Required() bool { return !u.Optional }

// Lesson returns the lesson to read, or nil.
func (u *Unit) Lesson() *Lesson { return u.lesson }

// Quiz returns the quiz to take, or nil.
func (u *Unit) Quiz() *Quiz { return u.quiz }

// Step returns the step of a certification that the unit stands for, or nil.
func (u *Unit) Step() *Step { return u.step }

// Instructions returns what to do outside, or nil.
func (u *Unit) Instructions() *string {
	if u.Kind != StepUnit {
		return nil
	}
	return &u.StepText
}

// Prerequisites returns the units to satisfy before this one.
func (u *Unit) Prerequisites() []*Unit { return u.prerequisites }
