package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	porterstemmer "github.com/blevesearch/go-porterstemmer"

	"github.com/scrumkb/scrumkb/internal/typed"
)

// word is a normalised word of a text, however it is typed: O’Neill and o'neill
// are oneill.
type word struct {
	text       string
	start, end int  // in the text, in bytes
	hyphen     bool // a hyphen joins it to the word before
	begins     bool // a sentence or a line
	how        bool // in a query: it follows how, as in how long
}

// wordsOf splits a text into words: runs of letters and digits, including
// invisible characters and apostrophes between them.
func wordsOf(text string) []word {
	var words []word
	start, end, last := -1, 0, 0 // of the run; where the previous word ended
	finish := func() {
		if start < 0 {
			return
		}
		between := text[last:start]
		hyphen := len(words) > 0 && between != "" && typed.Fold(between) == "-"
		begins := strings.ContainsAny(between, ".!?:;\n")
		for _, w := range strings.FieldsFunc(bare(typed.Fold(text[start:end])), separates) {
			words = append(words, word{text: w, start: start, end: end, hyphen: hyphen, begins: begins})
			last, hyphen, begins = end, false, false
		}
		start = -1
	}
	for at, r := range text {
		switch {
		case !separates(r):
			if start < 0 {
				start = at
			}
			end = at + utf8.RuneLen(r)
		case start >= 0 && !within(r):
			finish()
		}
	}
	finish()
	return words
}

func separates(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) || r == utf8.RuneError
}

// within reports whether a character between two letters belongs to a word: an
// apostrophe or an invisible character.
func within(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '\'' || r == '`'
	}
	between := typed.Fold("a" + string(r) + "a")
	return between == "aa" || between == "a'a"
}

// bare takes the apostrophes out of a word, with the s of a possessive.
func bare(folded string) string {
	folded = strings.TrimSuffix(strings.Trim(folded, "'"), "'s")
	return strings.ReplaceAll(folded, "'", "")
}

// stem returns what the forms of an English word have in common. What Porter
// makes of accountability is account, which is something else.
func stem(folded string) string {
	if able, ok := strings.CutSuffix(folded, "abilities"); ok {
		return able + "ability"
	}
	if strings.HasSuffix(folded, "ability") {
		return folded
	}
	s := string(porterstemmer.StemWithoutLowerCasing([]rune(folded)))
	if s+"able" == folded {
		return s + "ability"
	}
	return s
}
