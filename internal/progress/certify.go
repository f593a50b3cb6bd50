package progress

import (
	"context"
	"slices"

	"github.com/scrumkb/scrumkb/internal/progress/certificate"
	"github.com/scrumkb/scrumkb/internal/progress/course"
)

// Certificates returns the learner's certificates, newest first.
func (t *Tracker) Certificates(ctx context.Context, learner string) ([]*certificate.View, error) {
	if err := t.CatchUp(ctx, learner); err != nil {
		return nil, err
	}
	views, err := t.config.Certificates.Views(ctx, learner)
	if err != nil || !slices.ContainsFunc(views, func(v *certificate.View) bool { return v.LearnerName() == nil }) {
		return views, err
	}
	// A crash may have prevented a given name from reaching the certificate.
	profile, err := t.config.Profiles.Get(ctx, learner)
	if err != nil || profile.Name == "" {
		return views, err
	}
	if err := t.config.Certificates.NameLater(ctx, learner, profile.Name); err != nil {
		return nil, err
	}
	return t.config.Certificates.Views(ctx, learner)
}

// CertificateFor returns the certificate for the version of the course in this
// progress, or nil if there is none.
func (t *Tracker) CertificateFor(ctx context.Context, p *course.Progress) (*certificate.View, error) {
	if p.CompletedAt == nil {
		return nil, nil
	}
	views, err := t.Certificates(ctx, p.Learner)
	if err != nil {
		return nil, err
	}
	for _, v := range views {
		if v.CourseSlug() == p.Course.Slug && v.CourseVersion() == p.Course.Version && v.OlderCode() == nil {
			return v, nil
		}
	}
	return nil, nil
}

// certify issues the certificate of each version of the course that the learner
// has completed in one of their enrolments. Existing ones stay unchanged.
func (t *Tracker) certify(ctx context.Context, r *course.Record) error {
	for i, e := range r.Enrolments {
		course, err := t.syllabus(ctx, r, e)
		if isMissing(err) {
			continue // its requirements are unknown by now
		}
		if err != nil {
			return err
		}
		p := r.Evaluate(course, i)
		if p.CompletedAt == nil {
			continue
		}
		profile, err := t.config.Profiles.Get(ctx, r.LearnerID)
		if err != nil {
			return err
		}
		_, err = t.config.Certificates.Issue(ctx, certificate.Completion{
			Learner:       r.LearnerID,
			Name:          profile.Name,
			CourseSlug:    r.CourseSlug,
			CourseVersion: course.Version,
			CourseTitle:   course.Title,
			Percent:       r.Score(course, *p.CompletedAt),
			CompletedAt:   *p.CompletedAt,
			ValidMonths:   course.CertificateMonths,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
