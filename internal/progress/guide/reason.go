package guide

import "fmt"

// ReasonCode says why a step is suggested.
type ReasonCode string

const (
	ClockRunning         ReasonCode = "CLOCK_RUNNING"
	TimeIsUp             ReasonCode = "TIME_IS_UP"
	AttemptUnfinished    ReasonCode = "ATTEMPT_UNFINISHED"
	QuestionsDue         ReasonCode = "QUESTIONS_DUE"
	QuizFailed           ReasonCode = "QUIZ_FAILED"
	NextUnit             ReasonCode = "NEXT_UNIT"
	FirstCourse          ReasonCode = "FIRST_COURSE"
	NextCourse           ReasonCode = "NEXT_COURSE"
	WeakestObjective     ReasonCode = "WEAKEST_OBJECTIVE"
	ReadyForSimulation   ReasonCode = "READY_FOR_SIMULATION"
	CertificateUnnamed   ReasonCode = "CERTIFICATE_UNNAMED"
	CertificateReady     ReasonCode = "CERTIFICATE_READY"
	StepsDone            ReasonCode = "STEPS_DONE"
	CertificationExpires ReasonCode = "CERTIFICATION_EXPIRES"
	LastDayOfValidity    ReasonCode = "LAST_DAY_OF_VALIDITY"
	CertificationExpired ReasonCode = "CERTIFICATION_EXPIRED"
)

// Reason is why a step is suggested: a sentence or two, and its numbers, so
// that a client can say the same in another language. Numbers that do not
// apply to the code are nil.
type Reason struct {
	Code ReasonCode
	Text string

	Count       *int     // CLOCK_RUNNING and ATTEMPT_UNFINISHED: answered; QUESTIONS_DUE: due; NEXT_UNIT: completed; WEAKEST_OBJECTIVE and QUIZ_FAILED: right; STEPS_DONE: done
	Of          *int     // the total that Count is out of
	SecondsLeft *int     // CLOCK_RUNNING and TIME_IS_UP
	Days        *int     // QUESTIONS_DUE: for how many days; CERTIFICATION_EXPIRES: days left; CERTIFICATION_EXPIRED: days ago
	Percent     *float64 // QUIZ_FAILED: the result, as displayed; READY_FOR_SIMULATION: the mastery of all published content
	PassPercent *int     // QUIZ_FAILED
	SEUs        *float64 // of renewals: missing hours; also nil if no source states a number
}

func quoted(title string) string { return "“" + title + "”" }

// counted returns a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
