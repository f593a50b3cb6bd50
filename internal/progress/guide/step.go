package guide

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// StepKind is the kind of a step.
type StepKind string

const (
	ResumeAttempt       StepKind = "RESUME_ATTEMPT"
	ReviewDue           StepKind = "REVIEW_DUE"
	RepeatQuiz          StepKind = "REPEAT_QUIZ"
	ContinueCourse      StepKind = "CONTINUE_COURSE"
	StartCourse         StepKind = "START_COURSE"
	PractiseObjective   StepKind = "PRACTISE_OBJECTIVE"
	TrySimulation       StepKind = "TRY_SIMULATION"
	GiveName            StepKind = "GIVE_NAME"
	FetchCertificate    StepKind = "FETCH_CERTIFICATE"
	RecordCertification StepKind = "RECORD_CERTIFICATION"
	RenewCertification  StepKind = "RENEW_CERTIFICATION"
)

// Step is something useful to do now. Its kind determines which links it has.
type Step struct {
	Kind   StepKind
	Reason Reason

	Attempt       *quiz.Attempt              // RESUME_ATTEMPT, and REPEAT_QUIZ: the failed one
	Review        *mastery.Queue             // REVIEW_DUE
	Quiz          *catalog.Quiz              // REPEAT_QUIZ and TRY_SIMULATION
	Course        *catalog.Course            // CONTINUE_COURSE, in the version of the enrolment, and START_COURSE
	Unit          *catalog.Unit              // CONTINUE_COURSE and START_COURSE: the next unit of the course
	Objective     *catalog.LearningObjective // PRACTISE_OBJECTIVE, and REPEAT_QUIZ: the weakest in the failed attempt; nil if none is published
	Certificate   *certificate.View          // GIVE_NAME and FETCH_CERTIFICATE
	Certification *catalog.Certification     // RECORD_CERTIFICATION
	Renewal       *journey.Reminder          // RENEW_CERTIFICATION
}

// Known is what NextSteps knows about a learner.
type Known struct {
	Now          time.Time
	Attempts     []OpenAttempt // in their state at Now
	Review       *mastery.Queue
	Failed       *FailedQuiz
	Courses      []*course.Progress // in which the learner is enrolled
	Offered      []*catalog.Course  // published, starting with the one for beginners
	Mastery      *mastery.Standing
	Simulation   *catalog.Quiz            // that the learner has never started; nil if there is none
	Certificates []*certificate.View      // newest first
	Unrecorded   []*catalog.Certification // all of whose steps are done, but which are not recorded as earned
	Renewals     []journey.Reminder
}

// OpenAttempt is an open attempt.
type OpenAttempt struct {
	*quiz.Attempt

	Title string // of the quiz; "" for a practice session, and for a quiz that is no longer published
}

// FailedQuiz is a published quiz whose latest attempt failed and which may be
// tried again.
type FailedQuiz struct {
	Quiz      *catalog.Quiz
	Attempt   *quiz.Attempt              // the latest, which is finished
	Objective *catalog.LearningObjective // the weakest in it; nil if none is published
	StartsAt  *time.Time                 // when the next attempt may begin; nil if it may begin now
}
