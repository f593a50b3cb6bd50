package certificate

import (
	"fmt"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Status says what a certificate is worth now.
type Status string

const (
	Issued  Status = "ISSUED"
	Expired Status = "EXPIRED"
	Revoked Status = "REVOKED" // also after it would have expired
)

// Certificate confirms that a learner completed one version of a course. It is
// issued once, and stays as it was issued: what may still change is the name,
// from none to one, and that it is revoked.
type Certificate struct {
	store.Meta `bson:",inline"` // _id is <learner>/<course>/<version>

	LearnerID     string      `bson:"learner_id"`
	CourseSlug    string      `bson:"course_slug"`
	CourseVersion int         `bson:"course_version"`         // of the syllabus, from 1
	CourseTitle   string      `bson:"course_title"`           // as it was at issue
	LearnerName   string      `bson:"learner_name,omitempty"` // as the learner gave it; "" while they have given none
	Percent       *float64    `bson:"percent,omitempty"`      // 0 to 100, not rounded; nil when nothing was scored
	Code          string      `bson:"code"`                   // see certificateCode; whoever knows it may see the certificate
	IssuedAt      time.Time   `bson:"issued_at"`              // when the course was completed
	ExpiresAt     *time.Time  `bson:"expires_at,omitempty"`   // nil means never
	Revoked       *Revocation `bson:"revoked,omitempty"`      // nil unless it is
}

// Revocation says who took a certificate back, when and why.
type Revocation struct {
	At     time.Time `bson:"at"`
	By     string    `bson:"by"`     // never shown to the public
	Reason string    `bson:"reason"` // shown to everybody who asks for the certificate
}

// Status returns what the certificate is worth at now. One that expires at an
// instant is expired from that instant on.
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

// expiry returns the same time of day so many months later, on the
// last day of a month that is too short for the same day; nil for 0 months.
func expiry(issued time.Time, months int) *time.Time {
	if months <= 0 {
		return nil
	}
	first := time.Date(issued.Year(), issued.Month(), 1, issued.Hour(), issued.Minute(), issued.Second(), issued.Nanosecond(), time.UTC).AddDate(0, months, 0)
	last := first.AddDate(0, 1, -1).Day()
	expires := first.AddDate(0, 0, min(issued.Day(), last)-1)
	return &expires
}

func (c *Certificate) award() credential.Award {
	return credential.Award{
		Code:          certificateCode.Show(c.Code),
		LearnerName:   c.LearnerName,
		CourseSlug:    c.CourseSlug,
		CourseVersion: c.CourseVersion,
		CourseTitle:   c.CourseTitle,
		Percent:       c.Percent,
		IssuedAt:      c.IssuedAt,
		ExpiresAt:     c.ExpiresAt,
	}
}
