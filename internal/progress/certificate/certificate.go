package certificate

import (
	"fmt"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Status says whether a certificate is valid.
type Status string

const (
	Issued  Status = "ISSUED"
	Expired Status = "EXPIRED"
	Revoked Status = "REVOKED" // even after it would have expired
)

// Certificate confirms that a learner completed one version of a course. It is
// issued once, and never changes, except that a missing name can be added and
// it can be revoked.
type Certificate struct {
	store.Meta `bson:",inline"` // _id is <learner>/<course>/<version>

	LearnerID     string      `bson:"learner_id"`
	CourseSlug    string      `bson:"course_slug"`
	CourseVersion int         `bson:"course_version"`         // of the syllabus, from 1
	CourseTitle   string      `bson:"course_title"`           // as of issue
	LearnerName   string      `bson:"learner_name,omitempty"` // as the learner gave it; "" if not given yet
	Percent       *float64    `bson:"percent,omitempty"`      // as quiz.Percent.Float gives it; nil if nothing is scored
	Code          string      `bson:"code"`                   // see certificateCode; anyone who knows it may see the certificate
	IssuedAt      time.Time   `bson:"issued_at"`              // when the course was completed
	ExpiresAt     *time.Time  `bson:"expires_at,omitempty"`   // nil means never
	Revoked       *Revocation `bson:"revoked,omitempty"`      // nil unless revoked
}

// Revocation says who revoked a certificate, when and why.
type Revocation struct {
	At     time.Time `bson:"at"`
	By     string    `bson:"by"`     // never shown to the public
	Reason string    `bson:"reason"` // visible to anyone who knows the code
}

// Status returns the status at now. A certificate is expired from the instant
// of its expiry.
func (c *Certificate) Status(now time.Time) Status {
	switch {
	case c.Revoked != nil:
		return Revoked
	case c.ExpiresAt != nil && !now.Before(*c.ExpiresAt):
		return Expired
	}
	return Issued
}

// recordID joins what makes a certificate unique. A learner's id may have
// slashes, a slug and a version have none.
func recordID(learner, course string, version int) string {
	return fmt.Sprintf("%s/%s/%d", learner, course, version)
}

// learnerIn returns the learner in the id of a certificate, or "".
func learnerIn(id string) string {
	for range 2 {
		end := strings.LastIndexByte(id, '/')
		if end < 0 {
			return ""
		}
		id = id[:end]
	}
	return id
}

// expiry returns the same time of day that many months later, or on the last
// day of a shorter month; nil for 0 months.
func expiry(issued time.Time, months int) *time.Time {
	if months <= 0 {
		return nil
	}
	first := time.Date(issued.Year(), issued.Month(), 1, issued.Hour(), issued.Minute(), issued.Second(), issued.Nanosecond(), time.UTC).AddDate(0, months, 0)
	last := first.AddDate(0, 1, -1).Day()
	expires := first.AddDate(0, 0, min(issued.Day(), last)-1)
	return &expires
}

// percent is the score as displayed; nil if there is none.
func (c *Certificate) percent() *float64 {
	if c.Percent == nil {
		return nil
	}
	return new(quiz.ReadPercent(*c.Percent).Shown())
}

func (c *Certificate) award() credential.Award {
	return credential.Award{
		Code:          certificateCode.Show(c.Code),
		LearnerName:   c.LearnerName,
		CourseSlug:    c.CourseSlug,
		CourseVersion: c.CourseVersion,
		CourseTitle:   c.CourseTitle,
		Percent:       c.percent(),
		IssuedAt:      c.IssuedAt,
		ExpiresAt:     c.ExpiresAt,
	}
}
