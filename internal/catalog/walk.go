package catalog

import "slices"

// Walk visits everything with a global id, in the order of the lists and of
// their contents. Items without a status of their own are READY.
func (c *Content) Walk(visit func(kind ContentKind, slug string, status ContentStatus, item Node)) {
	for _, s := range c.Sources {
		visit(KindSource, s.Slug, Ready, s)
	}
	for _, r := range c.Roles {
		visit(KindRole, r.Slug, Ready, r)
		for _, f := range r.Responsibilities {
			visit(KindResponsibility, f.Slug, Ready, f)
		}
		for _, f := range r.Skills {
			visit(KindSkill, f.Slug, Ready, f)
		}
	}
	for _, cert := range c.Certifications {
		visit(KindCertification, cert.Slug, Ready, cert)
		for _, f := range cert.Audiences {
			visit(KindAudience, f.Slug, Ready, f)
		}
		for _, f := range cert.Benefits {
			visit(KindBenefit, f.Slug, Ready, f)
		}
		for _, f := range cert.Usages {
			visit(KindUsage, f.Slug, Ready, f)
		}
		for _, s := range slices.Concat(cert.Steps, cert.Renewal.Steps) {
			visit(KindStep, s.Slug, Ready, s)
		}
	}
	for _, t := range c.Topics {
		visit(KindTopic, t.Code, Ready, t)
		for _, o := range t.Objectives {
			visit(KindObjective, o.Code, Ready, o)
		}
	}
	for _, l := range c.Lessons {
		visit(KindLesson, l.Slug, l.Status, l)
	}
	for _, t := range c.Terms {
		visit(KindTerm, t.Slug, Ready, t)
	}
	for _, q := range c.Questions {
		visit(KindQuestion, q.Slug, q.Status, q)
	}
	for _, q := range c.Quizzes {
		visit(KindQuiz, q.Slug, q.Status, q)
	}
	for _, course := range c.Courses {
		visit(KindCourse, course.Slug, course.Status, course)
	}
}
