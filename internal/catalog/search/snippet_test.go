package search

import (
	"html"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2/search"
	"pgregory.net/rapid"
)

func at(pairs ...uint64) search.Locations {
	var found search.Locations
	for i := 0; i < len(pairs); i += 2 {
		found = append(found, &search.Location{Start: pairs[i], End: pairs[i+1]})
	}
	return found
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("filler words ", 40) + "the Sprint Goal is set" + strings.Repeat(" and more", 40)
	sprint := uint64(strings.Index(long, "Sprint"))
	tests := map[string]struct {
		text      string
		locations search.TermLocationMap
		want      string
	}{
		"WithoutAMatchIsTheBeginning": {text: "A short text.", want: "A short text."},
		"MarksTheWord":                {text: "A short text.", locations: search.TermLocationMap{"short": at(2, 7)}, want: "A <mark>short</mark> text."},
		"EscapesHTML":                 {text: "a < b & c", locations: search.TermLocationMap{"b": at(4, 5)}, want: "a &lt; <mark>b</mark> &amp; c"},
		"TheSameWordOnce":             {text: "text", locations: search.TermLocationMap{"text": at(0, 4), "tex": at(0, 4)}, want: "<mark>text</mark>"},
		"LineBreaksAreSpaces":         {text: "one\n\ntwo", want: "one two"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := snippet(tt.text, tt.locations); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	t.Run("FindsThePassageInALongText", func(t *testing.T) {
		got := snippet(long, search.TermLocationMap{"sprint": at(sprint, sprint+6), "goal": at(sprint+7, sprint+11)})
		if !strings.Contains(got, "the <mark>Sprint</mark> <mark>Goal</mark> is set") || !strings.HasPrefix(got, "… ") || !strings.HasSuffix(got, " …") {
			t.Errorf("got %q", got)
		}
	})
}

// Without its marks, a snippet is a part of the text.
func TestSnippetIsPartOfTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(strings.Fields(rapid.String().Draw(t, "text")), " ")
		locations := search.TermLocationMap{}
		for i := range rapid.IntRange(0, 5).Draw(t, "matches") {
			// Terms begin and end at the boundaries of characters.
			runes := []rune(text)
			from := rapid.IntRange(0, len(runes)).Draw(t, "from")
			to := rapid.IntRange(from, len(runes)).Draw(t, "to")
			start := uint64(len(string(runes[:from])))
			end := uint64(len(string(runes[:to])))
			locations[string(rune('a'+i))] = at(start, end)
		}
		got := snippet(text, locations)
		plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(got)
		plain = strings.TrimSuffix(strings.TrimPrefix(html.UnescapeString(plain), "… "), " …")
		if !strings.Contains(strings.ToValidUTF8(text, "\uFFFD"), strings.ToValidUTF8(plain, "\uFFFD")) {
			t.Errorf("%q is not part of %q", plain, text)
		}
	})
}
