package catalog

import (
	"strings"

	"github.com/scrumkb/scrumkb/internal/catalog/search"
)

// findable lists everything that a search can find.
func findable(c *Content) []search.Document {
	var documents []search.Document
	add := func(n Node, kind ContentKind, title string, text ...string) *search.Document {
		documents = append(documents, search.Document{ID: n.ID(), Kind: string(kind), Title: title, Text: strings.Join(text, "\n")})
		return &documents[len(documents)-1]
	}
	for _, s := range c.Sources {
		add(s, KindSource, s.Title, s.Publisher)
	}
	for _, r := range c.Roles {
		add(r, KindRole, r.Title, append([]string{r.Summary}, r.Delivers...)...)
		for _, f := range r.Responsibilities {
			add(f, KindResponsibility, f.Title, f.Description)
		}
		for _, f := range r.Skills {
			add(f, KindSkill, f.Title, f.Description)
		}
	}
	for _, cert := range c.Certifications {
		add(cert, KindCertification, cert.Title, cert.Code, cert.Summary, cert.Issuer.Name, cert.Eligibility.Summary)
		for _, f := range cert.Audiences {
			add(f, KindAudience, f.Title, f.Description)
		}
		for _, f := range cert.Benefits {
			add(f, KindBenefit, f.Title, f.Description)
		}
		for _, f := range cert.Usages {
			add(f, KindUsage, f.Title, f.Description)
		}
		for _, steps := range [][]*Step{cert.Steps, cert.Renewal.Steps} {
			for _, s := range steps {
				add(s, KindStep, s.Title, s.Description)
			}
		}
	}
	for _, t := range c.Topics {
		add(t, KindTopic, t.Title, t.Code, t.Summary)
		for _, o := range t.Objectives {
			add(o, KindObjective, o.Title, o.Code)
		}
	}
	for _, l := range c.Lessons {
		add(l, KindLesson, l.Title, l.Summary, l.text.Plain)
	}
	for _, t := range c.Terms {
		add(t, KindTerm, t.Name, t.Definition).Names = t.Aliases
	}
	for _, q := range c.Questions {
		// Options and tags are not indexed: search terms must reveal nothing about
		// a question's key.
		d := add(q, KindQuestion, q.Stem, q.Stem)
		d.Names, d.Question = []string{q.objective.Title}, true
	}
	for _, q := range c.Quizzes {
		add(q, KindQuiz, q.Title, q.Summary)
	}
	for _, course := range c.Courses {
		add(course, KindCourse, course.Title, course.Summary)
	}
	return documents
}
