package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxQueryWords  = 20 // further words are ignored
	shortestPrefix = 3  // characters a last word needs to be completed
	unfinished     = 0.5
)

// query is a parsed search.
type query struct {
	name   string   // all words, to compare with names
	alike  []string // the same without words of no content, with corrections, and pairs joined
	words  []group  // one per content word
	phrase []term   // the words in sequence; nil unless there are several
}

// group contains the alternatives for one word.
type group []alternative

// alternative is one way to match a word.
type alternative struct {
	term   term
	counts float64 // compared with the word itself
}

// read parses a text. It omits words without content, unless there are no
// others.
func (x *Index) read(text string) query {
	all := x.split(wordsOf(text))
	q := query{name: nameOf(all)}
	said := x.said(all)
	q.alike = append(q.alike, nameOf(said), nameOf(x.joined(said)))
	meant := map[string]string{} // by unknown word
	for i := range said {
		ways := x.ways(said, i)
		q.words = append(q.words, ways)
		if len(ways) == 0 {
			continue
		}
		q.phrase = append(q.phrase, ways[0].term)
		if _, ok := x.vocabulary.find(said[i].text); !ok {
			meant[said[i].text] = x.vocabulary.stems[ways[0].term]
		}
	}
	if len(q.phrase) < max(len(said), 2) || slices.ContainsFunc(said, func(w word) bool { return w.how }) {
		q.phrase = nil
	}
	for i, w := range said {
		if instead := meant[w.text]; instead != "" {
			said[i].text = instead
		}
	}
	q.alike = append(q.alike, nameOf(said))
	return q
}

// joined joins words that are one word in some document.
func (x *Index) joined(words []word) []word {
	out := make([]word, 0, len(words))
	for _, w := range words {
		if last := len(out) - 1; last >= 0 && x.vocabulary.whole[out[last].text+w.text] {
			out[last].text += w.text
			continue
		}
		out = append(out, w)
	}
	return out
}

// said returns the words with content.
func (x *Index) said(all []word) []word {
	words := make([]word, 0, len(all))
	for i, w := range all {
		w.how = i > 0 && all[i-1].text == "how" && howQuestion(w.text) != nil
		if w.how || !x.ignored[w.text] {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		words = all
	}
	return words[:min(len(words), maxQueryWords)]
}

// split splits words that are two others run together.
func (x *Index) split(words []word) []word {
	out := make([]word, 0, len(words))
	for _, w := range words {
		first, second, ok := x.vocabulary.halves(w.text)
		if ok && !x.vocabulary.stands(w.text) {
			out = append(out, word{text: first}, word{text: second})
			continue
		}
		out = append(out, w)
	}
	return out
}

// ways returns the alternatives for the word at a position, best first: the
// word itself; joined with its neighbour, as in back log; if no document
// contains it, likely corrections; and completions of the last word.
func (x *Index) ways(words []word, at int) group {
	text := words[at].text
	var ways group
	if t, ok := x.vocabulary.find(text); ok {
		ways = append(ways, alternative{t, 1})
	}
	for _, pair := range []int{at - 1, at} {
		if pair < 0 || pair+1 >= len(words) {
			continue
		}
		if t, ok := x.vocabulary.seen[words[pair].text+words[pair+1].text]; ok {
			ways = append(ways, alternative{t, 1})
		}
	}
	if words[at].how {
		for _, answer := range howQuestion(text) {
			if t, ok := x.vocabulary.find(answer); ok {
				ways = append(ways, alternative{t, 1})
			}
		}
	}
	if len(ways) == 0 {
		ways = append(ways, x.vocabulary.guesses(text)...)
	}
	if at == len(words)-1 && utf8.RuneCountInString(text) >= shortestPrefix {
		for _, t := range x.vocabulary.beginning(text) {
			ways = append(ways, alternative{t, unfinished})
		}
	}
	return ways
}

// howQuestion returns the words that answer how long, how much or how often
// something is, for a text that asks it.
func howQuestion(word string) []string {
	switch word {
	case "long":
		return []string{"timebox", "length", "duration"}
	case "much":
		return []string{"fee", "cost", "price"}
	case "often":
		return []string{"every", "frequency"}
	default:
		return nil
	}
}

// nameOf normalises spellings and forms of a name.
func nameOf(words []word) string {
	var name strings.Builder
	for i, w := range words {
		if i > 0 {
			name.WriteByte(' ')
		}
		name.WriteString(stem(w.text))
	}
	return name.String()
}
