package check

import (
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// maxCertificateMonths is ten years: anyone who means longer means forever.
const maxCertificateMonths = 120

func (v *validation) course(p place, c *catalog.Course) {
	p.slug("slug", c.Slug)
	p.unique(catalog.KindCourse, "slug", c.Slug, c)
	oneOf(p.field("status"), c.Status)
	p.text("title", c.Title)
	p.text("summary", c.Summary)
	if c.CertificationSlug != "" {
		p.field("certification").refersTo(catalog.KindCertification, c.CertificationSlug, c.Status)
	}
	if c.CertificateMonths < 0 || c.CertificateMonths > maxCertificateMonths {
		p.field("certificate_months").report("must be between 0 and %[2]d, not %[1]d", c.CertificateMonths, maxCertificateMonths)
	}
	some(p, "units", c.Units)
	if len(c.Units) > 0 && !slices.ContainsFunc(c.Units, (*catalog.Unit).Required) {
		p.field("units").report("are all optional, so there is nothing to complete")
	}
	units := p.field("units")
	distinct(units, "id", c.Units, func(u *catalog.Unit) string { return u.Slug })
	bySlug := make(map[string]*catalog.Unit, len(c.Units))
	slugs := make([]string, len(c.Units))
	for i, u := range c.Units {
		slugs[i] = u.Slug
		if bySlug[u.Slug] == nil {
			bySlug[u.Slug] = u
		}
	}
	closing := closingEdges(slugs, func(slug string) []string {
		if u := bySlug[slug]; u != nil {
			return u.After
		}
		return nil
	})
	for i, u := range c.Units {
		p := units.at(i)
		p.unit(u, c.Status)
		v.certificationStep(p.field("certification_step"), c, u)
		each(p.field("after"), u.After, func(p place, slug string) {
			switch loop, closes := closing[[2]string{u.Slug, slug}]; {
			case bySlug[slug] == nil:
				p.report("the course has no unit %q", slug)
			case closes:
				p.report("is part of a cycle: %s", loop)
			case !u.Optional && bySlug[slug].Optional:
				p.report("the unit is required, but its prerequisite %q is optional", slug)
			}
		})
	}
}

// certificationStep checks the step that a unit names: one towards the
// certification that its course prepares for.
func (v *validation) certificationStep(p place, c *catalog.Course, u *catalog.Unit) {
	if u.CertificationStep == "" {
		return
	}
	if u.Kind != catalog.StepUnit && u.Kind != "" {
		p.report("belongs to STEP units; this one is %s", u.Kind)
		return
	}
	if c.CertificationSlug == "" {
		p.report("the course names no certification that %q could be a step of", u.CertificationStep)
		return
	}
	at := slices.IndexFunc(v.content.Certifications, func(o *catalog.Certification) bool { return o.Slug == c.CertificationSlug })
	if at < 0 {
		return // which is reported already
	}
	if !slices.ContainsFunc(v.content.Certifications[at].Steps, func(s *catalog.Step) bool { return s.Slug == u.CertificationStep }) {
		p.report("the certification %q has no step %q", c.CertificationSlug, u.CertificationStep)
	}
}

func (p place) unit(u *catalog.Unit, status catalog.ContentStatus) {
	p.slug("id", u.Slug)
	p.text("title", u.Title)
	oneOf(p.field("kind"), u.Kind)
	oneOf(p.field("move_on"), u.MoveOn)
	for _, f := range []struct {
		name, value string
		kind        catalog.UnitKind
	}{
		{"lesson", u.LessonSlug, catalog.ReadingUnit},
		{"quiz", u.QuizSlug, catalog.QuizUnit},
		{"step", u.StepText, catalog.StepUnit},
	} {
		switch {
		case f.kind == u.Kind && f.value == "":
			p.field(f.name).report("is missing or empty; a %s unit needs it", u.Kind)
		case f.kind != u.Kind && f.value != "" && u.Kind != "":
			p.field(f.name).report("belongs to %s units; this one is %s", f.kind, u.Kind)
		}
	}
	if u.Kind == catalog.ReadingUnit && u.LessonSlug != "" {
		p.field("lesson").refersTo(catalog.KindLesson, u.LessonSlug, status)
	}
	if u.Kind == catalog.QuizUnit && u.QuizSlug != "" {
		p.field("quiz").refersTo(catalog.KindQuiz, u.QuizSlug, status)
	}
	if u.Kind != catalog.QuizUnit && (u.MoveOn == catalog.OnPassed || u.MoveOn == catalog.OnCompletedAndPassed) {
		p.field("move_on").report("%s: only a QUIZ unit can be passed", u.MoveOn)
	}
}
