package check

import (
	"net/url"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

func (v *validation) lesson(p place, l *catalog.Lesson) {
	p.slug("slug", l.Slug)
	p.unique(catalog.KindLesson, "slug", l.Slug, l)
	oneOf(p.field("status"), l.Status)
	p.text("title", l.Title)
	p.text("summary", l.Summary)
	p.field("objective").refersTo(catalog.KindObjective, l.ObjectiveCode, l.Status)
	p.text("body", l.Markdown)
	p.field("body").markdown(l.Markdown, l.Status)
	p.citations(l.Citations)
}

// markdown requires links to have a target, and refuses what the site does not
// show: raw HTML and images.
func (p place) markdown(body string, status catalog.ContentStatus) {
	source := []byte(body)
	seen := map[string]bool{}
	// The callback returns no error, so neither does Walk.
	_ = ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			if target := string(n.Destination); !seen[target] {
				seen[target] = true
				p.link(target, status)
			}
		case *ast.Image:
			p.reportNear(string(n.Destination), "has an image; lessons are text")
		case *ast.RawHTML:
			p.reportNear(string(n.Segments.Value(source)), "has HTML; lessons are Markdown")
		case *ast.HTMLBlock:
			p.reportNear(firstLine(n.Lines().Value(source)), "has HTML; lessons are Markdown")
		}
		return ast.WalkContinue, nil
	})
}

func firstLine(b []byte) string {
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(line)
}

// link requires #kind/slug of existing content, or a web address.
func (p place) link(target string, status catalog.ContentStatus) {
	id, internal := strings.CutPrefix(target, "#")
	if internal {
		p.refersToID(id, target, status)
		return
	}
	if u, err := url.Parse(target); err != nil || u.Scheme != "https" || u.Host == "" {
		p.reportNear(target, "the link %q is neither #kind/slug nor an https address", target)
	}
}

func (v *validation) term(p place, t *catalog.Term) {
	p.slug("slug", t.Slug)
	p.unique(catalog.KindTerm, "slug", t.Slug, t)
	p.text("name", t.Name)
	p.texts("aliases", t.Aliases)
	p.text("definition", t.Definition)
	each(p.field("related"), t.RelatedSlugs, func(p place, slug string) {
		if slug == t.Slug {
			p.report("refers to the term itself")
			return
		}
		p.refersTo(catalog.KindTerm, slug, catalog.Ready)
	})
	p.citations(t.Citations)
}
