package markdown

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRender(t *testing.T) {
	tests := map[string]struct {
		markdown string
		html     string
		plain    string
		links    []string
	}{
		"Paragraph": {markdown: "One **two**.", html: "<p>One <strong>two</strong>.</p>\n", plain: "One two."},
		"Table": {
			markdown: "| a | b |\n|---|---|\n| 1 | 2 |",
			html:     "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n",
			plain:    "a\nb\n\n1\n2",
		},
		"LinkInside": {
			markdown: "See [Done](#term/definition-of-done) and [again](#term/definition-of-done).",
			html:     `<p>See <a href="#term/definition-of-done">Done</a> and <a href="#term/definition-of-done">again</a>.</p>` + "\n",
			plain:    "See Done and again.",
			links:    []string{"term/definition-of-done"},
		},
		"ScriptIsRemoved":         {markdown: "<script>alert(1)</script>hi", html: "\n", plain: ""},
		"ScriptLinkIsRemoved":     {markdown: "[x](javascript:alert(1))", html: "<p>x</p>\n", plain: "x"},
		"EventHandlerIsRemoved":   {markdown: `a <b onclick="x()">b</b>`, html: "<p>a b</p>\n", plain: "a b"},
		"SoftBreakIsASpace":       {markdown: "one\ntwo", html: "<p>one\ntwo</p>\n", plain: "one two"},
		"CodeIsKept":              {markdown: "`a<b`", html: "<p><code>a&lt;b</code></p>\n", plain: "a<b"},
		"HeadingsAreSeparateText": {markdown: "## One\n\ntwo", html: "<h2>One</h2>\n<p>two</p>\n", plain: "One\ntwo"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := New().Render(tt.markdown)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(Text{HTML: tt.html, Plain: tt.plain, Links: tt.links, Minutes: 1}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadingMinutes(t *testing.T) {
	for words, want := range map[int]int{0: 1, 200: 1, 299: 1, 300: 2, 500: 3} {
		if got := readingMinutes(strings.Repeat("word ", words)); got != want {
			t.Errorf("%d words: %d minutes, want %d", words, got, want)
		}
	}
}
