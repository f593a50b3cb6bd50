package catalog

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// TextFormat is a format for text.
type TextFormat string

const (
	Markdown TextFormat = "MARKDOWN"
	HTML     TextFormat = "HTML"
)

// wordsPerMinute is the reading speed that estimates assume: the lower end of
// what adults reach with non-fiction (Brysbaert 2019, 175 to 300).
const wordsPerMinute = 200

// rendering is a lesson's Markdown as rendered when a snapshot is built.
type rendering struct {
	html  string
	plain string
	links []string // targets inside the knowledge base, kind/slug, each once

	minutes int // to read it
}

// renderer turns Markdown into HTML that is safe to put into a page.
type renderer struct {
	markdown goldmark.Markdown
	policy   *bluemonday.Policy
}

func newRenderer() renderer {
	policy := bluemonday.UGCPolicy()
	policy.RequireNoFollowOnLinks(false)
	policy.RequireNoReferrerOnFullyQualifiedLinks(true)
	return renderer{markdown: goldmark.New(goldmark.WithExtensions(extension.Table)), policy: policy}
}

func (r renderer) render(source string) (rendering, error) {
	raw := []byte(source)
	document := r.markdown.Parser().Parse(text.NewReader(raw))

	var out rendering
	var plain strings.Builder
	seen := map[string]bool{}
	err := ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock || n.Kind() == extast.KindTableCell {
				plain.WriteByte('\n')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			plain.Write(n.Segment.Value(raw))
			if n.SoftLineBreak() || n.HardLineBreak() {
				plain.WriteByte(' ')
			}
		case *ast.String:
			plain.Write(n.Value)
		case *ast.FencedCodeBlock:
			plain.Write(n.Lines().Value(raw))
		case *ast.Link:
			if target, ok := bytes.CutPrefix(n.Destination, []byte("#")); ok && !seen[string(target)] {
				seen[string(target)] = true
				out.links = append(out.links, string(target))
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return rendering{}, fmt.Errorf("reading Markdown: %w", err)
	}

	var html bytes.Buffer
	if err := r.markdown.Renderer().Render(&html, raw, document); err != nil {
		return rendering{}, fmt.Errorf("rendering Markdown: %w", err)
	}
	out.html = r.policy.Sanitize(html.String())
	out.plain = strings.TrimSpace(plain.String())
	out.minutes = readingMinutes(out.plain)
	return out, nil
}

// Body returns the lesson's text in the format; nil means Markdown.
func (l *Lesson) Body(format *TextFormat) string {
	if format != nil && *format == HTML {
		return l.text.html
	}
	return l.Markdown
}

// ReadingMinutes estimates how long the lesson takes to read, in whole
// minutes, at least 1.
func (l *Lesson) ReadingMinutes() int { return l.text.minutes }

func readingMinutes(plain string) int {
	words := len(strings.Fields(plain))
	return max(1, (words+wordsPerMinute/2)/wordsPerMinute)
}
