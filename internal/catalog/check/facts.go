package check

import "github.com/scrumkb/scrumkb/internal/catalog"

func (v *validation) source(p place, s *catalog.Source) {
	p.slug("slug", s.Slug)
	p.unique(catalog.KindSource, "slug", s.Slug, s)
	p.text("title", s.Title)
	p.text("publisher", s.Publisher)
	p.optionalText("edition", s.Edition)
	p.optionalText("url", s.URL)
	p.optionalText("license", s.License)
	if s.URL != nil {
		p.webAddress("url", *s.URL)
	}
	p.date("verified_at", s.VerifiedAt)
}

// citations requires at least one citation of an existing source.
func (p place) citations(citations []*catalog.Citation) {
	some(p, "citations", citations)
	for i, c := range citations {
		p.field("citations").at(i).citation(c)
	}
}

func (p place) citation(c *catalog.Citation) {
	if c.SourceSlug == "" {
		p.field("source").report("is missing or empty")
	} else {
		p.field("source").refersTo(catalog.KindSource, c.SourceSlug, catalog.Ready)
	}
	p.optionalText("section", c.Section)
	if c.Verified != "" {
		p.date("verified_at", c.Verified)
	}
}

// statement checks what all facts have in common. fact is the one in the index.
func (p place) statement(kind catalog.ContentKind, s *catalog.Statement, fact catalog.Fact) {
	p.slug("slug", s.Slug)
	p.unique(kind, "slug", s.Slug, fact)
	p.text("title", s.Title)
	p.text("description", s.Description)
	p.citations(s.Citations)
}

func (v *validation) role(p place, r *catalog.Role) {
	p.slug("slug", r.Slug)
	p.unique(catalog.KindRole, "slug", r.Slug, r)
	p.text("title", r.Title)
	p.text("summary", r.Summary)
	some(p, "delivers", r.Delivers)
	p.texts("delivers", r.Delivers)
	some(p, "responsibilities", r.Responsibilities)
	for i, f := range r.Responsibilities {
		p := p.field("responsibilities").at(i)
		p.statement(catalog.KindResponsibility, &f.Statement, f)
		p.refersToEach("skills", catalog.KindSkill, f.SkillSlugs, catalog.Ready)
		p.refersToEach("objectives", catalog.KindObjective, f.ObjectiveCodes, catalog.Ready)
	}
	some(p, "skills", r.Skills)
	for i, f := range r.Skills {
		p := p.field("skills").at(i)
		p.statement(catalog.KindSkill, &f.Statement, f)
		p.refersToEach("objectives", catalog.KindObjective, f.ObjectiveCodes, catalog.Ready)
	}
	p.citations(r.Citations)
}

const (
	maxTrainingDays  = 365
	maxRenewalMonths = 120
	maxRenewalSEUs   = 1000
)

func (v *validation) certification(p place, c *catalog.Certification) {
	p.slug("slug", c.Slug)
	p.unique(catalog.KindCertification, "slug", c.Slug, c)
	p.text("code", c.Code)
	p.text("title", c.Title)
	p.text("summary", c.Summary)
	p.field("role").refersTo(catalog.KindRole, c.RoleSlug, catalog.Ready)
	p.field("issuer").text("name", c.Issuer.Name)
	p.field("issuer").text("description", c.Issuer.Description)
	p.field("issuer").text("url", c.Issuer.URL)
	p.field("issuer").webAddress("url", c.Issuer.URL)
	for i, f := range c.Audiences {
		p.field("audiences").at(i).statement(catalog.KindAudience, &f.Statement, f)
	}
	for i, f := range c.Benefits {
		p.field("benefits").at(i).statement(catalog.KindBenefit, &f.Statement, f)
	}
	for i, f := range c.Usages {
		p.field("usages").at(i).statement(catalog.KindUsage, &f.Statement, f)
	}
	for i, f := range c.Steps {
		p.field("steps").at(i).statement(catalog.KindStep, &f.Statement, f)
	}
	p.field("eligibility").text("summary", c.Eligibility.Summary)
	p.field("eligibility").texts("recommended", c.Eligibility.Recommended)
	p.field("eligibility").citations(c.Eligibility.Citations)

	training := p.field("training")
	training.between("days", c.Training.Days, 0, maxTrainingDays)
	training.text("delivered_by", c.Training.DeliveredBy)
	training.texts("covers", c.Training.Covers)
	training.texts("awards", c.Training.Awards)
	training.texts("example_locations", c.Training.ExampleLocations)
	training.citations(c.Training.Citations)

	renewal := p.field("renewal")
	renewal.between("every_months", c.Renewal.EveryMonths, 1, maxRenewalMonths)
	renewal.money("fee", c.Renewal.Fee)
	if seus := c.Renewal.SEUsRequired; seus != nil {
		renewal.between("seus_required", *seus, 0, maxRenewalSEUs)
	}
	for i, f := range c.Renewal.Steps {
		renewal.field("steps").at(i).statement(catalog.KindStep, &f.Statement, f)
	}
	renewal.citations(c.Renewal.Citations)

	each(p.field("next"), c.NextSlugs, func(p place, slug string) {
		if slug == c.Slug {
			p.report("leads back to itself")
			return
		}
		p.refersTo(catalog.KindCertification, slug, catalog.Ready)
	})
	for i, claim := range c.Claims {
		p.field("claims").at(i).claim(claim)
	}
	p.citations(c.Citations)
}

func (p place) claim(c *catalog.Claim) {
	p.text("subject", c.Subject)
	if len(c.Statements) < 2 {
		p.field("statements").report("a claim needs at least two statements")
	}
	for i, s := range c.Statements {
		p := p.field("statements").at(i)
		p.text("text", s.Text)
		if s.Citation == nil {
			p.field("citation").report("is missing or empty")
			continue
		}
		p.field("citation").citation(s.Citation)
	}
}
