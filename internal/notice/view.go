package notice

import (
	"fmt"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/nodeid"
	"github.com/scrumkb/scrumkb/internal/progress/course"
)

// View is a notice as its learner sees it, linked to an edition of the
// content.
type View struct {
	notice   *Notice
	snapshot *catalog.Snapshot
}

func (v *View) key() string { return v.notice.key() }

// ID returns the notice's global id.
func (v *View) ID() string { return nodeid.Notice.Write(v.notice.ID) }

// Code is what the notice is about.
func (v *View) Code() Code { return v.notice.Code }

// At is when its cause occurred.
func (v *View) At() time.Time { return v.notice.At }

// ReadAt is when it was marked as read, or nil.
func (v *View) ReadAt() *time.Time { return v.notice.ReadAt }

// CertificateCode returns the certificate's code, or nil.
func (v *View) CertificateCode() *string { return given(v.notice.CertificateCode) }

// Course returns the course as published now, or nil.
func (v *View) Course() *catalog.Course { return v.snapshot.Course(v.notice.CourseSlug) }

// UnitSlug returns the slug of the unit that was waived, or nil.
func (v *View) UnitSlug() *string { return given(v.notice.UnitSlug) }

// WaiverReason returns why the unit was waived, or nil.
func (v *View) WaiverReason() *course.WaiverReason { return given(v.notice.Reason) }

// AttemptID returns the global id of the attempt that ended, or nil.
func (v *View) AttemptID() *string { return given(v.notice.AttemptID) }

// Quiz returns the quiz of the attempt as published now, or nil.
func (v *View) Quiz() *catalog.Quiz { return v.snapshot.Quiz(v.notice.QuizSlug) }

// Answered returns how many questions of the attempt were answered, or nil.
func (v *View) Answered() *int { return v.ofAttempt(v.notice.Answered) }

// Total returns how many questions the attempt has, or nil.
func (v *View) Total() *int { return v.ofAttempt(v.notice.Total) }

func (v *View) ofAttempt(n int) *int {
	if v.notice.AttemptID == "" {
		return nil
	}
	return &n
}

// Percent returns the attempt's result, or nil.
func (v *View) Percent() *float64 { return v.notice.Percent }

// QuestionID returns the global id of the question, or nil.
func (v *View) QuestionID() *string {
	if v.notice.QuestionSlug == "" {
		return nil
	}
	return given(catalog.KindQuestion.ID(v.notice.QuestionSlug))
}

// Question returns the question as published now, or nil.
func (v *View) Question() *catalog.Question { return v.snapshot.Question(v.notice.QuestionSlug) }

// Objective returns the question's objective as published now, or nil.
func (v *View) Objective() *catalog.LearningObjective {
	return v.snapshot.Objective(v.notice.ObjectiveCode)
}

func given[T comparable](value T) *T {
	var none T
	if value == none {
		return nil
	}
	return &value
}

// Text returns the notice as a sentence or two for the learner.
func (v *View) Text() string {
	n := v.notice
	switch n.Code {
	case CertificateIssued:
		return fmt.Sprintf("You completed “%s” and received a certificate.", n.Title)
	case CertificateRevoked:
		return fmt.Sprintf("Your certificate for “%s” was revoked. The certificate says why.", n.Title)
	case UnitWaived:
		return fmt.Sprintf("A trainer exempted you from “%s” in the course “%s”.", n.UnitTitle, n.Title)
	case AttemptSubmitted:
		return fmt.Sprintf("The time for %s ran out. It was submitted with %d of %s answered.", n.attempted(), n.Answered, questions(n.Total))
	case AttemptAbandoned:
		return fmt.Sprintf("The time for %s ran out before you submitted it, so it was not graded.", n.attempted())
	case QuestionCorrected:
		return fmt.Sprintf("A question that you answered%s was corrected. Your answer would be graded differently now.", v.on())
	case QuestionRetired:
		return fmt.Sprintf("A question that you answered%s was withdrawn. It is no longer asked.", v.on())
	}
	return ""
}

func (n *Notice) attempted() string {
	if n.Title == "" {
		return "your practice session"
	}
	return fmt.Sprintf("“%s”", n.Title)
}

func (v *View) on() string {
	if o := v.Objective(); o != nil {
		return fmt.Sprintf(" on “%s”", o.Title)
	}
	return ""
}

func questions(n int) string {
	if n == 1 {
		return "1 question"
	}
	return fmt.Sprintf("%d questions", n)
}
