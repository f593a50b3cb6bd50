package progress

import "context"

// Certificates returns the learner's certificates, newest first.
func (t *Tracker) Certificates(ctx context.Context, learner string) ([]*CertificateView, error) {
	if err := t.CatchUp(ctx, learner); err != nil {
		return nil, err
	}
	return t.config.Certificates.Views(ctx, learner)
}

// certify issues the certificate of each version of the course that the
// learner has completed in one of their enrolments. Those that are issued
// already stay as they are.
func (t *Tracker) certify(ctx context.Context, r *CourseRecord) error {
	for i, e := range r.Enrolments {
		course, err := t.syllabus(ctx, r, e)
		if err != nil {
			return err
		}
		p := r.evaluate(course, i)
		if p.CompletedAt == nil {
			continue
		}
		_, err = t.config.Certificates.Issue(ctx, Completion{
			Learner:       r.LearnerID,
			CourseSlug:    r.CourseSlug,
			CourseVersion: course.Version,
			CourseTitle:   course.Title,
			Percent:       r.score(course, *p.CompletedAt),
			CompletedAt:   *p.CompletedAt,
			ValidMonths:   course.CertificateMonths,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
