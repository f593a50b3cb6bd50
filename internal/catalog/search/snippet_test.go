package search

import (
	"html"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// cut is the snippet of a text for words that are looked for.
func cut(t interface {
	Helper()
	Fatal(args ...any)
}, text string, words ...string) string {
	t.Helper()
	x, err := New([]Document{{ID: "term/a", Kind: "TERM", Title: "A", Text: text}})
	if err != nil {
		t.Fatal(err)
	}
	var terms []term
	for _, w := range words {
		if found, ok := x.vocabulary.find(w); ok {
			terms = append(terms, found)
		}
	}
	slices.Sort(terms)
	return snippet(text, x.documents[0].text, terms)
}

func TestSnippet(t *testing.T) {
	for name, tt := range map[string]struct {
		text  string
		words []string
		want  string
	}{
		"WithoutMatch":             {text: "A short text.", want: "A short text."},
		"MarksTheWord":             {text: "A short text.", words: []string{"short"}, want: "A <mark>short</mark> text."},
		"MarksOtherForms":          {text: "Two Goals.", words: []string{"goal"}, want: "Two <mark>Goals</mark>."},
		"EscapesHTML":              {text: "a < b & c", words: []string{"b"}, want: "a &lt; <mark>b</mark> &amp; c"},
		"MarksOriginalSpelling":    {text: "By O’Neill, 2024", words: []string{"oneill"}, want: "By <mark>O’Neill</mark>, 2024"},
		"MarksInvisibleCharacters": {text: "a Spr\u00adint b", words: []string{"sprint"}, want: "a <mark>Spr\u00adint</mark> b"},
		"OnceWhereWordsAreJoined":  {text: "a time-box b", words: []string{"time", "timebox"}, want: "a <mark>time</mark>-box b"},
		"SpacesAreOne":             {text: "one  two\u00a0 three", want: "one two three"},
		"SpacesAroundAreNone":      {text: "one two ", want: "one two"},
		"LineBreaksAreSpaces":      {text: "one\n\ntwo", want: "one two"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := cut(t, tt.text, tt.words...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	t.Run("FindsThePassageInALongText", func(t *testing.T) {
		long := strings.Repeat("filler words ", 40) + "the Sprint Goal is set" + strings.Repeat(" and more", 40)
		got := cut(t, long, "sprint", "goal")
		if !strings.Contains(got, "the <mark>Sprint</mark> <mark>Goal</mark> is set") || !strings.HasPrefix(got, "… ") || !strings.HasSuffix(got, " …") {
			t.Errorf("got %q", got)
		}
	})
}

// Without its marks, a snippet is a part of the text.
func TestSnippetIsPartOfTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(strings.Fields(rapid.String().Draw(t, "text")), " ")
		var words []string
		for _, w := range wordsOf(text) {
			if rapid.Bool().Draw(t, "wanted") {
				words = append(words, w.text)
			}
		}
		plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(cut(t, text, words...))
		plain = strings.TrimSuffix(strings.TrimPrefix(html.UnescapeString(plain), "… "), " …")
		if !strings.Contains(strings.ToValidUTF8(text, "\uFFFD"), strings.ToValidUTF8(plain, "\uFFFD")) {
			t.Errorf("%q is not part of %q", plain, text)
		}
	})
}
