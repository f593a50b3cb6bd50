package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/fault"
)

const (
	maxMatches     = 200
	maxQueryLength = 200 // characters; longer texts are pasted by mistake
)

// Bonuses to the score of a document's words, as a share of the highest
// possible score.
const (
	calledSo      = 2.0 // its name is exactly the text
	calledAlike   = 1.0 // the same except for typing mistakes and words without content
	phraseInTitle = 0.5
	phraseInText  = 0.15
)

// Found is the result of a search.
type Found struct {
	Matches []Match // best first, at most 200

	index *Index
	terms []term // the terms searched for, sorted
}

// Match is a document found.
type Match struct {
	*Document
	Score float64 // comparable within one search

	document int32
}

// Snippet returns the best matching passage as HTML: escaped, with the matches
// in mark elements.
func (f *Found) Snippet(m Match) string {
	return snippet(m.Text, f.index.documents[m.document].text, f.terms)
}

// Find searches for a text. kinds, if not empty, limits the kinds of documents.
// It fails with fault.InvalidInput if the text is empty or longer than 200
// characters.
func (x *Index) Find(text string, kinds []string) (*Found, error) {
	if strings.TrimSpace(text) == "" {
		return nil, fault.Invalid("query", "`query` must not be empty")
	}
	if n := utf8.RuneCountInString(text); n > maxQueryLength {
		return nil, fault.Invalid("query", "`query` must have at most %[2]d characters, not %[1]d", n, maxQueryLength)
	}
	q := x.read(text)
	scores := x.score(q)
	matches := make([]Match, 0, len(scores)/4)
	for i, score := range scores {
		d := &x.documents[i]
		if score > 0 && (len(kinds) == 0 || slices.Contains(kinds, d.Kind)) {
			matches = append(matches, Match{Document: d.Document, Score: score, document: int32(i)})
		}
	}
	slices.SortFunc(matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.document, b.document))
	})
	return &Found{Matches: matches[:min(len(matches), maxMatches)], index: x, terms: q.terms()}, nil
}

// score returns how well each document matches. A word counts once, by its best
// alternative; matching more of the words scores higher than the sum.
func (x *Index) score(q query) []float64 {
	scores := make([]float64, len(x.documents))
	best := make([]float32, len(x.documents))
	has := make([]uint8, len(x.documents))
	perfect := 0.0
	for _, ways := range q.words {
		rarest := 0.0
		for _, way := range ways {
			counts := float32(way.counts * x.rarity[way.term])
			rarest = max(rarest, float64(counts))
			for _, p := range x.postings[way.term] {
				best[p.document] = max(best[p.document], counts*p.weight)
			}
		}
		perfect += rarest * (titleWeight + textWeight)
		for i, b := range best {
			if b > 0 {
				scores[i] += float64(b)
				has[i]++
				best[i] = 0
			}
		}
	}
	for i, n := range has {
		if n > 0 {
			scores[i] *= float64(n) / float64(len(q.words))
		}
		if q.phrase != nil && int(n) == len(q.words) {
			scores[i] += perfect * x.documents[i].says(q.phrase)
		}
	}
	perfect = max(perfect, 1)
	for _, i := range x.named[q.name] {
		scores[i] += perfect * calledSo
	}
	done := []string{q.name}
	for _, name := range q.alike {
		if slices.Contains(done, name) {
			continue
		}
		done = append(done, name)
		for _, i := range x.named[name] {
			scores[i] += perfect * calledAlike
		}
	}
	return scores
}

// says returns the bonus for a document that contains the words in sequence,
// ignoring words without content between them.
func (d *indexed) says(phrase []term) float64 {
	counts := 0.0
	switch {
	case slices.ContainsFunc(d.titles, func(title []place) bool { return contain(title, phrase) }):
		counts = phraseInTitle
	case contain(d.text, phrase):
		counts = phraseInText
	}
	if d.Question {
		counts *= questionWeight
	}
	return counts
}

// contain reports whether the words of a phrase occur in sequence.
func contain(text []place, phrase []term) bool {
	for at := range text {
		if text[at].term == phrase[0] && follow(text[at+1:], phrase[1:]) {
			return true
		}
	}
	return false
}

// follow reports whether a text continues with a phrase.
func follow(text []place, phrase []term) bool {
	for _, p := range text {
		switch {
		case len(phrase) == 0:
			return true
		case p.begins:
			return false
		case p.term == phrase[0]:
			phrase = phrase[1:]
		case !p.ignored && !p.joined:
			return false
		}
	}
	return len(phrase) == 0
}

// terms returns all terms searched for.
func (q query) terms() []term {
	var terms []term
	for _, ways := range q.words {
		for _, way := range ways {
			terms = append(terms, way.term)
		}
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}
