package notice

import (
	"strconv"
	"time"

	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Code is what a notice is about.
type Code string

const (
	CertificateIssued  Code = "CERTIFICATE_ISSUED"
	CertificateRevoked Code = "CERTIFICATE_REVOKED"
	UnitWaived         Code = "UNIT_WAIVED"
	AttemptSubmitted   Code = "ATTEMPT_AUTO_SUBMITTED" // by the clock, not by the learner
	AttemptAbandoned   Code = "ATTEMPT_AUTO_ABANDONED" // by the clock, not by the learner
	QuestionCorrected  Code = "QUESTION_CORRECTED"
	QuestionRetired    Code = "QUESTION_RETIRED"
)

// Notice is a one-time message to a learner. Its code determines which of the
// fields below are set.
type Notice struct {
	store.Meta `bson:",inline"` // _id is <learner>/<cause>

	LearnerID string     `bson:"learner_id"`
	Code      Code       `bson:"code"`
	At        time.Time  `bson:"at"`                // when its cause occurred
	ReadAt    *time.Time `bson:"read_at,omitempty"` // nil until the learner marks it as read

	Title string `bson:"title,omitempty"` // of the course or quiz, at that time

	CertificateCode string              `bson:"certificate,omitempty"` // CERTIFICATE_*
	CourseSlug      string              `bson:"course,omitempty"`      // CERTIFICATE_* and UNIT_WAIVED
	UnitSlug        string              `bson:"unit,omitempty"`        // UNIT_WAIVED
	UnitTitle       string              `bson:"unit_title,omitempty"`  // UNIT_WAIVED
	Reason          course.WaiverReason `bson:"reason,omitempty"`      // UNIT_WAIVED

	AttemptID string   `bson:"attempt,omitempty"`  // ATTEMPT_*: the global id
	QuizSlug  string   `bson:"quiz,omitempty"`     // ATTEMPT_*; "" for a practice session
	Answered  int      `bson:"answered,omitempty"` // ATTEMPT_*
	Total     int      `bson:"total,omitempty"`    // ATTEMPT_*
	Percent   *float64 `bson:"percent,omitempty"`  // ATTEMPT_AUTO_SUBMITTED: as displayed

	QuestionSlug  string `bson:"question,omitempty"`  // QUESTION_*
	ObjectiveCode string `bson:"objective,omitempty"` // QUESTION_*
}

// ByCertificate returns the cause of a notice about a certificate.
func ByCertificate(code Code, certificate string) string { return string(code) + ":" + certificate }

// ByWaiver returns the cause of a notice about a waived unit.
func ByWaiver(course, unit string) string { return string(UnitWaived) + ":" + course + ":" + unit }

// ByAttempt returns the cause of the notice that an attempt ran out of time.
// A learner has only one attempt with a given key and number.
func ByAttempt(key string, number int) string {
	return "ATTEMPT:" + key + ":" + strconv.Itoa(number)
}

// ByCorrection returns the cause of the notice that a version of a question
// would grade the learner's answer differently.
func ByCorrection(question string, version int) string {
	return string(QuestionCorrected) + ":" + question + ":" + strconv.Itoa(version)
}

// ByRetirement returns the cause of the notice that a question was withdrawn.
func ByRetirement(question string) string { return string(QuestionRetired) + ":" + question }

// Of returns a notice to the learner, with its cause.
func Of(learner string, code Code, cause string, at time.Time) Notice {
	return Notice{Meta: store.Meta{ID: learner + "/" + cause}, LearnerID: learner, Code: code, At: at}
}
