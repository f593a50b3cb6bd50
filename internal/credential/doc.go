// Package credential creates what a learner can show of a completed course: a
// signed Open Badges 3.0 credential, and a picture. It is a leaf: it stores
// nothing, and knows only what an Award says.
//
// The rules are those of Open Badges 3.0 (1EdTech) with the Verifiable
// Credentials Data Model 2.0 (W3C), secured as a VC-JWT.
package credential

import "time"

// Statement is the disclaimer in every credential and picture.
const Statement = "This certificate confirms the completion of this course. It is not the Certified Scrum Product Owner (CSPO) certification, which Scrum Alliance alone awards."

// Award is one learner's completion of one version of a course.
type Award struct {
	Code          string // part of its URLs; must be fit for a URL path
	LearnerName   string // as the learner gave it; "" if they gave none
	CourseSlug    string
	CourseVersion int
	CourseTitle   string
	Percent       *float64 // 0 to 100, as shown; nil when nothing in the course was scored
	IssuedAt      time.Time
	ExpiresAt     *time.Time // nil if it never expires
}
