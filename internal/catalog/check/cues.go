package check

import (
	"slices"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// Limits on what reveals a key, by the guidelines that itemrules.go lists.
const (
	// A key that stands out by its length is picked for that (guideline 24).
	maxKeyLengthRatio = 1.5

	// Shorter words of a stem are no clue.
	minCueLength = 5
)

// keyLength compares the longest correct option with the mean of the others.
func keyLength(p place, q *catalog.Question) {
	wrong := wrong(q)
	if !isChoice(q.Type) || len(wrong) == 0 {
		return
	}
	total := 0
	for _, o := range wrong {
		total += utf8.RuneCountInString(o.Text)
	}
	mean := float64(total) / float64(len(wrong))
	longest, at := 0, 0
	for i, o := range q.Options {
		if n := utf8.RuneCountInString(o.Text); o.Correct && n > longest {
			longest, at = n, i
		}
	}
	if float64(longest) > maxKeyLengthRatio*mean {
		p.field("options").at(at).field("text").report("the key has %d characters, more than %.1f times the mean of the wrong options, %.0f", longest, maxKeyLengthRatio, mean)
	}
}

// absoluteWords finds distractors that are too absolute to be plausible.
func absoluteWords(p place, q *catalog.Question, absolutes []string) {
	if !isChoice(q.Type) || slices.ContainsFunc(correct(q), func(o *catalog.Option) bool { return hasWord(o.Text, absolutes) }) {
		return
	}
	for i, o := range q.Options {
		for _, w := range wordsOf(o.Text) {
			if !o.Correct && slices.Contains(absolutes, w) {
				p.field("options").at(i).field("text").report("%q occurs only in wrong options", w)
				break
			}
		}
	}
}

// cueInKey finds words of the stem that the key repeats and no distractor
// has.
func cueInKey(p place, q *catalog.Question, ignored map[string]bool) {
	if !isChoice(q.Type) {
		return
	}
	stem := map[string]bool{}
	for _, w := range wordsOf(q.Stem) {
		if w = singular(w); utf8.RuneCountInString(w) >= minCueLength && !ignored[w] {
			stem[w] = true
		}
	}
	for _, o := range wrong(q) {
		for _, w := range wordsOf(o.Text) {
			delete(stem, singular(w))
		}
	}
	for i, o := range q.Options {
		if !o.Correct {
			continue
		}
		for _, w := range wordsOf(o.Text) {
			if stem[singular(w)] {
				p.field("options").at(i).field("text").report("%q occurs in the stem, but in no wrong option", w)
				break
			}
		}
	}
}

// keyAsListed finds questions whose options are listed in the order of the
// key, so that leaving everything in place would be right.
func keyAsListed(p place, q *catalog.Question) {
	var listed, key []string
	for _, o := range q.Options {
		listed = append(listed, o.Key)
	}
	switch q.Type {
	case catalog.Ordering:
		key = q.Order
	case catalog.Matching:
		for _, x := range q.Prompts {
			key = append(key, x.Match)
		}
	default:
		return
	}
	if len(key) > 0 && len(listed) >= len(key) && slices.Equal(listed[:len(key)], key) {
		p.field("options").report("are already in the right order")
	}
}
