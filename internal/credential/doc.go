// Package credential makes what a learner shows of a completed course: a
// signed Open Badges 3.0 credential, and a picture. It is a leaf: it keeps
// nothing, and knows neither courses nor learners but for what an Award says.
//
// The rules are those of Open Badges 3.0 (1EdTech) with the Verifiable
// Credentials Data Model 2.0 (W3C), secured as a VC-JWT.
package credential

import "time"

// Statement is what every credential and every picture says of itself.
const Statement = "This certificate confirms the completion of this course. It is not the Certified Scrum Product Owner (CSPO) certification, which Scrum Alliance alone awards."

// Award is one learner's completion of one version of a course.
type Award struct {
	Code          string // what makes its addresses; must be fit for a URL's path
	LearnerName   string // as the learner gave it; "" when they gave none
	CourseSlug    string
	CourseVersion int
	CourseTitle   string
	Percent       *float64 // 0 to 100, as shown; nil when nothing in the course was scored
	IssuedAt      time.Time
	ExpiresAt     *time.Time // nil when it never expires
}
