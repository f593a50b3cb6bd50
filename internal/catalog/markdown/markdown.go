// Package markdown converts the Markdown of lessons into the forms that a
// snapshot needs.
//
// Its one law: the HTML that it writes is safe to put into a page.
package markdown

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

// wordsPerMinute is the reading speed that estimates assume: the lower end of
// what adults reach with non-fiction (Brysbaert 2019, 175 to 300).
const wordsPerMinute = 200

// Text is the result of rendering.
type Text struct {
	HTML  string
	Plain string
	Links []string // targets inside the knowledge base, kind/slug, each once

	Minutes int // estimated reading time in whole minutes, at least 1
}

// Renderer reads and renders Markdown. Create it with [New].
type Renderer struct {
	markdown goldmark.Markdown
	policy   *bluemonday.Policy
}

// New returns a renderer.
func New() Renderer {
	policy := bluemonday.UGCPolicy()
	policy.RequireNoFollowOnLinks(false)
	policy.RequireNoReferrerOnFullyQualifiedLinks(true)
	return Renderer{markdown: goldmark.New(goldmark.WithExtensions(extension.Table)), policy: policy}
}

// Render renders the source.
func (r Renderer) Render(source string) (Text, error) {
	raw := []byte(source)
	document := r.markdown.Parser().Parse(text.NewReader(raw))

	var out Text
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
				out.Links = append(out.Links, string(target))
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return Text{}, fmt.Errorf("reading Markdown: %w", err)
	}

	var html bytes.Buffer
	if err := r.markdown.Renderer().Render(&html, raw, document); err != nil {
		return Text{}, fmt.Errorf("rendering Markdown: %w", err)
	}
	out.HTML = r.policy.Sanitize(html.String())
	out.Plain = strings.TrimSpace(plain.String())
	out.Minutes = readingMinutes(out.Plain)
	return out, nil
}

func readingMinutes(plain string) int {
	words := len(strings.Fields(plain))
	return max(1, (words+wordsPerMinute/2)/wordsPerMinute)
}
