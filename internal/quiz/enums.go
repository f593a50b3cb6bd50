package quiz

import "slices"

// AttemptState is the stage of an attempt's life cycle.
type AttemptState string

const (
	InProgress AttemptState = "IN_PROGRESS"
	Overdue    AttemptState = "OVERDUE"   // the deadline has passed; it can still be submitted, but not answered
	Finished   AttemptState = "FINISHED"  // graded
	Abandoned  AttemptState = "ABANDONED" // not submitted in time, or given up; not graded
)

// Open reports whether the attempt can still become FINISHED.
func (s AttemptState) Open() bool { return s == InProgress || s == Overdue }

func (s AttemptState) known() bool {
	return slices.Contains([]AttemptState{InProgress, Overdue, Finished, Abandoned}, s)
}

// ResponseState is the state of a slot's answer.
type ResponseState string

const (
	Todo          ResponseState = "TODO"
	Complete      ResponseState = "COMPLETE" // answered but not graded yet
	GaveUp        ResponseState = "GAVE_UP"  // not answered when the attempt ended
	GradedWrong   ResponseState = "GRADED_WRONG"
	GradedPartial ResponseState = "GRADED_PARTIAL"
	GradedRight   ResponseState = "GRADED_RIGHT"
)

// Confidence is how sure learners say they are of an answer.
type Confidence string

const (
	LowConfidence    Confidence = "LOW"
	MediumConfidence Confidence = "MEDIUM"
	HighConfidence   Confidence = "HIGH"
)

func (c Confidence) known() bool {
	return slices.Contains([]Confidence{LowConfidence, MediumConfidence, HighConfidence}, c)
}

// PracticeMode says what a practice session draws.
type PracticeMode string

const (
	PracticeTopic   PracticeMode = "TOPIC"           // questions on one topic or objective
	PracticeUnseen  PracticeMode = "UNSEEN"          // questions that the learner has not seen, then those seen longest ago
	PracticeMistake PracticeMode = "MISTAKES"        // questions whose last answer was not right
	PracticeDue     PracticeMode = "DUE_REVIEW"      // questions due for review, longest overdue first
	PracticeWeak    PracticeMode = "WEAK_OBJECTIVES" // questions on the learner's weakest objectives
	PracticeExam    PracticeMode = "EXAM_SIMULATION" // all topics by weight, timed, with feedback at the end
)

// ReasonCode says why a question was drawn.
type ReasonCode string

const (
	FromSection    ReasonCode = "SECTION"
	OfTopic        ReasonCode = "TOPIC"
	Unseen         ReasonCode = "UNSEEN"
	LeastRecent    ReasonCode = "LEAST_RECENT"
	Mistaken       ReasonCode = "MISTAKE"
	DueForReview   ReasonCode = "DUE"
	OfWeakness     ReasonCode = "WEAK_OBJECTIVE"
	InExamByWeight ReasonCode = "EXAM_WEIGHT"
)
