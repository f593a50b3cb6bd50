package search

import (
	"cmp"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/search"
)

// snippetLength is how long a passage is, in bytes: two lines on a telephone.
const snippetLength = 180

// span is a part of a text, in bytes, with the term that was found there.
type span struct {
	start, end int
	term       string
}

// snippet cuts the passage with the most different words found out of the
// text, or its beginning when there is none.
func snippet(text string, locations search.TermLocationMap) string {
	found := spans(locations, len(text))
	start := bestStart(text, found)
	end := min(start+snippetLength, len(text))
	if end < len(text) {
		end = wordEnd(text, start, end)
	}

	var out strings.Builder
	if start > 0 {
		out.WriteString("… ")
	}
	at := start
	for _, s := range found {
		if s.start < at || s.end > end {
			continue
		}
		out.WriteString(html.EscapeString(text[at:s.start]))
		out.WriteString("<mark>" + html.EscapeString(text[s.start:s.end]) + "</mark>")
		at = s.end
	}
	out.WriteString(html.EscapeString(text[at:end]))
	if end < len(text) {
		out.WriteString(" …")
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// spans returns the places in the order of the text.
func spans(locations search.TermLocationMap, length int) []span {
	var found []span
	for term, places := range locations {
		for _, p := range places {
			if int(p.End) <= length {
				found = append(found, span{start: int(p.Start), end: int(p.End), term: term})
			}
		}
	}
	slices.SortFunc(found, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	})
	return found
}

// bestStart returns where the passage with the most different terms begins;
// the earliest one wins.
func bestStart(text string, found []span) int {
	best, most := 0, 0
	for i, first := range found {
		terms := map[string]bool{}
		for _, s := range found[i:] {
			if s.end > first.start+snippetLength {
				break
			}
			terms[s.term] = true
		}
		if len(terms) > most {
			best, most = first.start, len(terms)
		}
	}
	if best < snippetLength/3 {
		return 0
	}
	// A few words before the first one found give it its context.
	return wordStart(text, best-snippetLength/4)
}

// wordStart returns the first start of a word at or behind at.
func wordStart(text string, at int) int {
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at++
	}
	if i := strings.IndexFunc(text[at:], unicode.IsSpace); i >= 0 && i < snippetLength/4 {
		return at + i + 1
	}
	return at
}

// wordEnd returns the last end of a word at or before at.
func wordEnd(text string, start, at int) int {
	for at > start && !utf8.RuneStart(text[at]) {
		at--
	}
	if i := strings.LastIndexFunc(text[start:at], unicode.IsSpace); i > 0 {
		return start + i
	}
	return at
}
