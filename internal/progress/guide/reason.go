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

// Reason is why a step is suggested: a sentence or two, and the numbers in it,
// so that a client can say the same in another language. Numbers that the code
// does not have are nil.
type Reason struct {
	Code ReasonCode
	Text string

	Count       *int     // CLOCK_RUNNING and ATTEMPT_UNFINISHED: answered; QUESTIONS_DUE: due; NEXT_UNIT: completed; WEAKEST_OBJECTIVE and QUIZ_FAILED: right; STEPS_DONE: done
	Of          *int     // out of which Count is
	SecondsLeft *int     // CLOCK_RUNNING and TIME_IS_UP
	Days        *int     // QUESTIONS_DUE: how long the first has been due; CERTIFICATION_EXPIRES: how many are left; CERTIFICATION_EXPIRED: how many ago
	Percent     *float64 // QUIZ_FAILED: the result, as shown; READY_FOR_SIMULATION: the mastery of all that is published
	PassPercent *int     // QUIZ_FAILED
	SEUs        *float64 // of renewals: how many are missing, in hours; nil also when no source states a number
}

func quoted(title string) string { return "“" + title + "”" }

// counted puts a number before a noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
