package guide

import (
	"fmt"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
)

// newCertificate is how long a new certificate is suggested.
const newCertificate = 7 * 24 * time.Hour

// earned suggests what the learner has earned but not collected.
func earned(in Known) []*Step {
	var steps []*Step
	for _, v := range in.Certificates {
		if v.Status() == certificate.Issued && v.LearnerName() == nil {
			steps = append(steps, unnamed(v))
			break // one name serves all of them
		}
	}
	for _, v := range in.Certificates {
		if v.Status() == certificate.Issued && v.LearnerName() != nil && in.Now.Sub(v.IssuedAt()) < newCertificate {
			steps = append(steps, ready(v))
		}
	}
	for _, c := range in.Unrecorded {
		steps = append(steps, unrecorded(c))
	}
	return steps
}

func unnamed(v *certificate.View) *Step {
	return &Step{Kind: GiveName, Certificate: v, Reason: Reason{
		Code: CertificateUnnamed,
		Text: fmt.Sprintf("Your certificate for %s has no name on it. Enter yours in your profile, and it will appear there.", quoted(v.CourseTitle())),
	}}
}

func ready(v *certificate.View) *Step {
	return &Step{Kind: FetchCertificate, Certificate: v, Reason: Reason{
		Code: CertificateReady,
		Text: fmt.Sprintf("You have completed %s. Your certificate is ready to download and share.", quoted(v.CourseTitle())),
	}}
}

func unrecorded(c *catalog.Certification) *Step {
	done := len(c.Steps)
	steps := fmt.Sprintf("all %d steps", done)
	switch done {
	case 1:
		steps = "the only step"
	case 2:
		steps = "both steps"
	}
	text := fmt.Sprintf("You have done %s towards the %s. Record the day you earned it, to be reminded of its renewal.", steps, c.Code)
	return &Step{Kind: RecordCertification, Certification: c, Reason: Reason{Code: StepsDone, Count: &done, Of: &done, Text: text}}
}
