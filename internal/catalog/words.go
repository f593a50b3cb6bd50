package catalog

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

// singular takes the plural s off a word, roughly, so that "sprints" and
// "sprint" count as the same.
func singular(word string) string {
	word = strings.TrimSuffix(word, "'s")
	if len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") {
		return word[:len(word)-1]
	}
	return word
}

// functionWords say how the others belong together; they neither give an
// answer away nor tell two questions apart.
func functionWords() map[string]bool {
	return wordSet(`
		a about after all also an and another any are as at be because been before being both but by can could did do
		does doing during each either every few first following for from had has have having he her hers him his how
		if in into is it its itself last least less like many may me might more most much must my neither no nor not
		now of off on once one only or other others our out over own per same several shall she should since so some
		such than that the their theirs them then there these they this those through to too toward towards two three
		under until up upon us use used very was we were what when where whether which while who whom whose why will
		with within without would yet you your`)
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

// hasWord reports whether any of the words stands in a text.
func hasWord(text string, words []string) bool {
	return slices.ContainsFunc(wordsOf(text), func(w string) bool { return slices.Contains(words, w) })
}
