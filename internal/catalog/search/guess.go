package search

import (
	"slices"
	"unicode/utf8"
)

const (
	shortestGuessed = 4  // characters of a word in which a typing mistake is forgiven: below, too many words are alike
	longestGuessed  = 20 // and at most so many: longer than any English word in use
)

// isStrange reports whether a word may be a typing mistake: it is none of the
// content's words.
func (s *Index) isStrange(word string) bool {
	n := utf8.RuneCountInString(word)
	_, known := slices.BinarySearch(s.known, word)
	return !known && n >= shortestGuessed && n <= longestGuessed
}

// guesses returns the words of the content that a strange word may have been
// meant to be.
func (s *Index) guesses(word string) []string {
	letters := []rune(word)
	var guesses []string
	for _, known := range s.known {
		if mistyped(letters, []rune(known)) {
			guesses = append(guesses, known)
		}
	}
	return guesses
}

// mistyped reports whether one letter too much, too few or wrong, or two
// neighbours swapped, make one word the other.
func mistyped(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return slices.Equal(a[i:], b[i+1:])
	}
	if i == len(a) {
		return false
	}
	if slices.Equal(a[i+1:], b[i+1:]) {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && slices.Equal(a[i+2:], b[i+2:])
}
