package search

import (
	"cmp"
	"slices"
)

const (
	shortestGuessed  = 4  // letters a word needs for one typing mistake to be forgiven: too many shorter words are alike
	longestGuessed   = 20 // the longest word to correct: longer than any English word in use
	forgivenTwice    = 8  // letters a word needs for two mistakes to be forgiven
	shortestHalfWord = 3  // letters of each of two words that were run together
)

// How much a correction counts, compared with the word itself.
const (
	oneMistake  = 0.6
	otherForm   = 0.5 // a similar stem: prioritised and prioritize
	twoMistakes = 0.4
)

// guesses returns likely corrections of an unknown word, likeliest first.
func (v *vocabulary) guesses(text string) []alternative {
	letters := []rune(text)
	if len(letters) < shortestGuessed || len(letters) > longestGuessed {
		return nil
	}
	if guesses, ok := v.meant.Get(text); ok {
		return guesses
	}
	guesses := v.near(letters)
	slices.SortStableFunc(guesses, func(a, b alternative) int {
		return cmp.Or(cmp.Compare(b.counts, a.counts), cmp.Compare(v.times[b.term], v.times[a.term]))
	})
	v.meant.Add(text, guesses)
	return guesses
}

func (v *vocabulary) near(letters []rune) []alternative {
	var guesses []alternative
	add := func(t term, counts float64) {
		for i := range guesses {
			if guesses[i].term == t {
				guesses[i].counts = max(guesses[i].counts, counts)
				return
			}
		}
		guesses = append(guesses, alternative{t, counts})
	}
	root := []rune(stem(string(letters)))
	for i := range v.words {
		k := &v.words[i]
		switch {
		case mistyped(letters, k.letters):
			add(k.term, oneMistake)
		case len(root) >= shortestGuessed && mistyped(root, k.stem):
			add(k.term, otherForm)
		}
	}
	if len(guesses) == 0 && len(letters) >= forgivenTwice {
		for i := range v.words {
			if k := &v.words[i]; mistypedTwice(letters, k.letters) {
				add(k.term, twoMistakes)
			}
		}
	}
	return guesses
}

// halves returns the two words of the vocabulary that a word consists of.
func (v *vocabulary) halves(text string) (first, second string, ok bool) {
	for at := range text {
		if at < shortestHalfWord || len(text)-at < shortestHalfWord {
			continue
		}
		if v.whole[text[:at]] && v.whole[text[at:]] {
			return text[:at], text[at:], true
		}
	}
	return "", "", false
}

// mistyped reports whether the words differ by one letter added, missing or
// wrong, or by two neighbours swapped.
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

// mistypedTwice reports whether the words differ by two such mistakes. The
// first letter must match: a different one means a different word.
func mistypedTwice(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 2 || len(a) == 0 || a[0] != b[0] {
		return false
	}
	// Rows of the table of optimal string alignment distances.
	var rows [3][longestGuessed + 3]int
	if len(b) >= len(rows[0]) {
		return false
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, above, before := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			wrong := 1
			if a[i-1] == b[j-1] {
				wrong = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+wrong)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > 2 {
			return false
		}
	}
	return rows[len(a)%3][len(b)] <= 2
}
