package search

import (
	"fmt"
	"slices"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
)

// term represents the words with one stem.
type term int32

// vocabulary contains every word of the documents.
type vocabulary struct {
	terms map[string]term // by stem
	stems []string        // by term
	seen  map[string]term // by word
	whole map[string]bool // words that occur without a hyphen
	times []int           // by term: how often it was added
	words []known         // sorted; only when complete

	// meant caches corrections of unknown words: finding them visits every
	// word.
	meant *lru.Cache[string, []alternative]
}

// known is a word of the vocabulary.
type known struct {
	text    string
	letters []rune
	stem    []rune
	term    term
}

// keptGuesses is how many unknown words are cached: people mistype the same few
// again and again.
const keptGuesses = 1000

func newVocabulary() (*vocabulary, error) {
	meant, err := lru.New[string, []alternative](keptGuesses)
	if err != nil {
		return nil, fmt.Errorf("remembering guesses: %w", err)
	}
	return &vocabulary{terms: map[string]term{}, seen: map[string]term{}, whole: map[string]bool{}, meant: meant}, nil
}

// add returns the term of a word, which may be new.
func (v *vocabulary) add(text string) term {
	v.whole[text] = true
	t := v.put(text)
	v.times[t]++
	return t
}

// join returns the term of two hyphenated words.
func (v *vocabulary) join(first, second string) term { return v.put(first + second) }

func (v *vocabulary) put(text string) term {
	if t, ok := v.seen[text]; ok {
		return t
	}
	s := stem(text)
	t, ok := v.terms[s]
	if !ok {
		t = term(len(v.stems))
		v.terms[s] = t
		v.stems, v.times = append(v.stems, s), append(v.times, 0)
	}
	v.seen[text] = t
	return t
}

// complete sorts the words once all are added.
func (v *vocabulary) complete() {
	v.words = make([]known, 0, len(v.seen))
	for text, t := range v.seen {
		v.words = append(v.words, known{text: text, letters: []rune(text), stem: []rune(v.stems[t]), term: t})
	}
	slices.SortFunc(v.words, func(a, b known) int { return strings.Compare(a.text, b.text) })
}

// find returns the term of a word that some document contains in one of its
// forms.
func (v *vocabulary) find(text string) (term, bool) {
	if t, ok := v.seen[text]; ok {
		return t, true
	}
	t, ok := v.terms[stem(text)]
	return t, ok
}

// stands reports whether a word occurs in one of its forms other than
// hyphenated.
func (v *vocabulary) stands(text string) bool {
	if _, ok := v.seen[text]; ok {
		return v.whole[text]
	}
	_, ok := v.terms[stem(text)]
	return ok
}

// beginning returns the terms of the words with this prefix.
func (v *vocabulary) beginning(prefix string) []term {
	from, _ := slices.BinarySearchFunc(v.words, prefix, func(k known, prefix string) int { return strings.Compare(k.text, prefix) })
	var terms []term
	for _, k := range v.words[from:] {
		if !strings.HasPrefix(k.text, prefix) {
			break
		}
		terms = append(terms, k.term)
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}
