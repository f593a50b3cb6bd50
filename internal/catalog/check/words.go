package check

import (
	"slices"
	"strings"
	"unicode"
)

// wordsOf splits a text into its words, in lower case: runs of letters,
// digits and apostrophes.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.ReplaceAll(text, "’", "'")), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\''
	})
}

// singular removes the plural s, roughly, so that "sprints" and "sprint" count
// as the same.
func singular(word string) string {
	word = strings.TrimSuffix(word, "'s")
	if len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") {
		return word[:len(word)-1]
	}
	return word
}

// vocabulary is the language of Scrum itself: a question about the Sprint has
// to say Sprint, in its stem and in its key.
func vocabulary() map[string]bool {
	return wordSet(`
		accountability agile alliance artifact backlog certification certified commitment customer definition
		developer done event goal guide increment item master organisation owner people planning product
		retrospective review role scrum sprint stakeholder team user value work`)
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// hasWord reports whether a text contains any of the words.
func hasWord(text string, words []string) bool {
	return slices.ContainsFunc(wordsOf(text), func(w string) bool { return slices.Contains(words, w) })
}
