package catalog

import "slices"

// ContentStatus says where an item stands in its life. Only READY items are
// published; DEPRECATED ones stay loadable for the records that refer to them.
type ContentStatus string

const (
	Draft      ContentStatus = "DRAFT"
	Ready      ContentStatus = "READY"
	Hidden     ContentStatus = "HIDDEN"
	Deprecated ContentStatus = "DEPRECATED"
)

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

// ScoringScheme says how picked options become a fraction of the marks.
type ScoringScheme string

const (
	AllOrNothing ScoringScheme = "ALL_OR_NOTHING"
	NetCorrect   ScoringScheme = "NET_CORRECT"
	Coverage     ScoringScheme = "COVERAGE"
	EachAnswer   ScoringScheme = "EACH_ANSWER"
	Halves       ScoringScheme = "HALVES"
)

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

// Applied reports whether the level asks for more than remembering and
// understanding.
func (b BloomLevel) Applied() bool { return slices.Index(bloomLevels, b) >= 2 }

// Difficulty is the author's estimate, until statistics know better.
type Difficulty string

const (
	Easy   Difficulty = "EASY"
	Medium Difficulty = "MEDIUM"
	Hard   Difficulty = "HARD"
)

// FeedbackMode says when a learner sees how an answer was graded.
type FeedbackMode string

const (
	Immediate FeedbackMode = "IMMEDIATE" // after each answer
	Deferred  FeedbackMode = "DEFERRED"  // after the attempt ends
)

// OverdueHandling says what happens to an attempt whose time is over.
type OverdueHandling string

const (
	AutoSubmit  OverdueHandling = "AUTO_SUBMIT"
	GracePeriod OverdueHandling = "GRACE_PERIOD"
	AutoAbandon OverdueHandling = "AUTO_ABANDON"
)

// GradeMethod says which of several attempts counts.
type GradeMethod string

const (
	HighestGrade GradeMethod = "HIGHEST"
	AverageGrade GradeMethod = "AVERAGE"
	FirstGrade   GradeMethod = "FIRST"
	LastGrade    GradeMethod = "LAST"
)

// UnitKind says what a learner does in a unit of a course.
type UnitKind string

const (
	ReadingUnit UnitKind = "READING" // reads a lesson
	QuizUnit    UnitKind = "QUIZ"    // takes a quiz
	StepUnit    UnitKind = "STEP"    // does something outside, and ticks it off
)

// MoveOn says what satisfies a unit; the values are those of cmi5.
type MoveOn string

const (
	OnPassed             MoveOn = "PASSED"
	OnCompleted          MoveOn = "COMPLETED"
	OnCompletedAndPassed MoveOn = "COMPLETED_AND_PASSED"
	OnCompletedOrPassed  MoveOn = "COMPLETED_OR_PASSED"
	NotApplicable        MoveOn = "NOT_APPLICABLE"
)

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

var (
	contentStatuses  = []ContentStatus{Draft, Ready, Hidden, Deprecated}
	questionTypes    = []QuestionType{SingleChoice, MultipleResponse, TrueFalse, Matching, Ordering, ShortText, Numeric}
	scoringSchemes   = []ScoringScheme{AllOrNothing, NetCorrect, Coverage, EachAnswer, Halves}
	bloomLevels      = []BloomLevel{Knowledge, Comprehension, Application, Analysis, Synthesis, Evaluation}
	difficulties     = []Difficulty{Easy, Medium, Hard}
	feedbackModes    = []FeedbackMode{Immediate, Deferred}
	overdueHandlings = []OverdueHandling{AutoSubmit, GracePeriod, AutoAbandon}
	gradeMethods     = []GradeMethod{HighestGrade, AverageGrade, FirstGrade, LastGrade}
	unitKinds        = []UnitKind{ReadingUnit, QuizUnit, StepUnit}
	moveOns          = []MoveOn{OnPassed, OnCompleted, OnCompletedAndPassed, OnCompletedOrPassed, NotApplicable}
)
