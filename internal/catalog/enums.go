package catalog

import (
	"reflect"
	"slices"
)

// ContentStatus says what applying a seed file does with an item: READY
// publishes it, DRAFT checks it alone, and HIDDEN and DEPRECATED retire it.
type ContentStatus string

const (
	Draft      ContentStatus = "DRAFT"
	Ready      ContentStatus = "READY"
	Hidden     ContentStatus = "HIDDEN"
	Deprecated ContentStatus = "DEPRECATED"
)

// Values returns every ContentStatus, in order.
func (ContentStatus) Values() []ContentStatus {
	return []ContentStatus{Draft, Ready, Hidden, Deprecated}
}

// QuestionType says what an answer to a question looks like.
type QuestionType string

const (
	SingleChoice     QuestionType = "SINGLE_CHOICE"
	MultipleResponse QuestionType = "MULTIPLE_RESPONSE"
	TrueFalse        QuestionType = "TRUE_FALSE"
	Matching         QuestionType = "MATCHING"
	Ordering         QuestionType = "ORDERING"
	ShortText        QuestionType = "SHORT_TEXT"
	Numeric          QuestionType = "NUMERIC"
)

// Values returns every QuestionType, in order.
func (QuestionType) Values() []QuestionType {
	return []QuestionType{SingleChoice, MultipleResponse, TrueFalse, Matching, Ordering, ShortText, Numeric}
}

// ScoringScheme says how picked options become a fraction of the marks.
type ScoringScheme string

const (
	AllOrNothing ScoringScheme = "ALL_OR_NOTHING"
	NetCorrect   ScoringScheme = "NET_CORRECT"
	Coverage     ScoringScheme = "COVERAGE"
	EachAnswer   ScoringScheme = "EACH_ANSWER"
	Halves       ScoringScheme = "HALVES"
)

// Values returns every ScoringScheme, in order.
func (ScoringScheme) Values() []ScoringScheme {
	return []ScoringScheme{AllOrNothing, NetCorrect, Coverage, EachAnswer, Halves}
}

// BloomLevel is the kind of thinking asked for, in Bloom's order from
// remembering to judging.
type BloomLevel string

const (
	Knowledge     BloomLevel = "KNOWLEDGE"
	Comprehension BloomLevel = "COMPREHENSION"
	Application   BloomLevel = "APPLICATION"
	Analysis      BloomLevel = "ANALYSIS"
	Synthesis     BloomLevel = "SYNTHESIS"
	Evaluation    BloomLevel = "EVALUATION"
)

// Values returns every BloomLevel, in order.
func (BloomLevel) Values() []BloomLevel {
	return []BloomLevel{Knowledge, Comprehension, Application, Analysis, Synthesis, Evaluation}
}

// Applied reports whether the level asks for more than remembering and
// understanding.
func (b BloomLevel) Applied() bool { return slices.Index(b.Values(), b) >= 2 }

// Difficulty is the author's estimate, until statistics know better.
type Difficulty string

const (
	Easy   Difficulty = "EASY"
	Medium Difficulty = "MEDIUM"
	Hard   Difficulty = "HARD"
)

// Values returns every Difficulty, in order.
func (Difficulty) Values() []Difficulty {
	return []Difficulty{Easy, Medium, Hard}
}

// FeedbackMode says when a learner sees how an answer was graded.
type FeedbackMode string

const (
	Immediate FeedbackMode = "IMMEDIATE" // after each answer
	Deferred  FeedbackMode = "DEFERRED"  // after the attempt ends
)

// Values returns every FeedbackMode, in order.
func (FeedbackMode) Values() []FeedbackMode {
	return []FeedbackMode{Immediate, Deferred}
}

// OverdueHandling says what happens to an attempt after its deadline.
type OverdueHandling string

const (
	AutoSubmit  OverdueHandling = "AUTO_SUBMIT"
	GracePeriod OverdueHandling = "GRACE_PERIOD"
	AutoAbandon OverdueHandling = "AUTO_ABANDON"
)

// Values returns every OverdueHandling, in order.
func (OverdueHandling) Values() []OverdueHandling {
	return []OverdueHandling{AutoSubmit, GracePeriod, AutoAbandon}
}

// GradeMethod says which of several attempts counts.
type GradeMethod string

const (
	HighestGrade GradeMethod = "HIGHEST"
	AverageGrade GradeMethod = "AVERAGE"
	FirstGrade   GradeMethod = "FIRST"
	LastGrade    GradeMethod = "LAST"
)

// Values returns every GradeMethod, in order.
func (GradeMethod) Values() []GradeMethod {
	return []GradeMethod{HighestGrade, AverageGrade, FirstGrade, LastGrade}
}

// UnitKind says what a learner does in a unit of a course.
type UnitKind string

const (
	ReadingUnit UnitKind = "READING" // reads a lesson
	QuizUnit    UnitKind = "QUIZ"    // takes a quiz
	StepUnit    UnitKind = "STEP"    // does something outside, and marks it as done
)

// Values returns every UnitKind, in order.
func (UnitKind) Values() []UnitKind {
	return []UnitKind{ReadingUnit, QuizUnit, StepUnit}
}

// MoveOn says what satisfies a unit; the values are those of cmi5.
type MoveOn string

const (
	OnPassed             MoveOn = "PASSED"
	OnCompleted          MoveOn = "COMPLETED"
	OnCompletedAndPassed MoveOn = "COMPLETED_AND_PASSED"
	OnCompletedOrPassed  MoveOn = "COMPLETED_OR_PASSED"
	NotApplicable        MoveOn = "NOT_APPLICABLE"
)

// Values returns every MoveOn, in order.
func (MoveOn) Values() []MoveOn {
	return []MoveOn{OnPassed, OnCompleted, OnCompletedAndPassed, OnCompletedOrPassed, NotApplicable}
}

// ContentKind names what a piece of content is.
type ContentKind string

const (
	KindSource         ContentKind = "SOURCE"
	KindRole           ContentKind = "ROLE"
	KindResponsibility ContentKind = "RESPONSIBILITY"
	KindSkill          ContentKind = "SKILL"
	KindCertification  ContentKind = "CERTIFICATION"
	KindAudience       ContentKind = "AUDIENCE"
	KindBenefit        ContentKind = "BENEFIT"
	KindUsage          ContentKind = "USAGE"
	KindStep           ContentKind = "CERTIFICATION_STEP"
	KindTopic          ContentKind = "TOPIC"
	KindObjective      ContentKind = "OBJECTIVE"
	KindLesson         ContentKind = "LESSON"
	KindTerm           ContentKind = "TERM"
	KindQuestion       ContentKind = "QUESTION"
	KindQuiz           ContentKind = "QUIZ"
	KindCourse         ContentKind = "COURSE"
)

// EnumValues returns the values of an enum that content files may use, in
// order, and nil for any other type.
func EnumValues(t reflect.Type) []string {
	switch t {
	case reflect.TypeFor[ContentStatus]():
		return names[ContentStatus]()
	case reflect.TypeFor[QuestionType]():
		return names[QuestionType]()
	case reflect.TypeFor[ScoringScheme]():
		return names[ScoringScheme]()
	case reflect.TypeFor[BloomLevel]():
		return names[BloomLevel]()
	case reflect.TypeFor[Difficulty]():
		return names[Difficulty]()
	case reflect.TypeFor[FeedbackMode]():
		return names[FeedbackMode]()
	case reflect.TypeFor[OverdueHandling]():
		return names[OverdueHandling]()
	case reflect.TypeFor[GradeMethod]():
		return names[GradeMethod]()
	case reflect.TypeFor[UnitKind]():
		return names[UnitKind]()
	case reflect.TypeFor[MoveOn]():
		return names[MoveOn]()
	default:
		return nil
	}
}

// enum is a type with known values.
type enum[T any] interface {
	~string
	Values() []T
}

func names[T enum[T]]() []string {
	var zero T
	var names []string
	for _, v := range zero.Values() {
		names = append(names, string(v))
	}
	return names
}
