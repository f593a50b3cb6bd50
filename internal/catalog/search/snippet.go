package search

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// snippetLength is the length of a passage in bytes: two lines on a phone.
const snippetLength = 180

// snippet returns the passage with the most different matches, or the beginning
// of the text if there is none.
func snippet(text string, places []place, terms []term) string {
	found := make([]place, 0, 16)
	for _, p := range places {
		if _, ok := slices.BinarySearch(terms, p.term); ok {
			found = append(found, p)
		}
	}
	start := bestStart(text, found)
	end := min(start+snippetLength, len(text))
	if end < len(text) {
		end = wordEnd(text, start, end)
	}

	var out strings.Builder
	out.Grow(2 * snippetLength)
	if start > 0 {
		out.WriteString("… ")
	}
	at := start
	for _, p := range found {
		from, to := int(p.start), int(p.end)
		if from < at || to > end {
			continue
		}
		out.WriteString(html.EscapeString(text[at:from]))
		out.WriteString("<mark>" + html.EscapeString(text[from:to]) + "</mark>")
		at = to
	}
	out.WriteString(html.EscapeString(text[at:end]))
	if end < len(text) {
		out.WriteString(" …")
	}
	if isTidy(text[start:end]) {
		return out.String()
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// isTidy reports whether a text has nothing but one space between words, as
// most passages do.
func isTidy(text string) bool {
	before := ' '
	for _, r := range text {
		if unicode.IsSpace(r) && (r != ' ' || before == ' ') {
			return false
		}
		before = r
	}
	return before != ' '
}

// bestStart returns the start of the passage with the most different matches;
// the earliest one wins.
func bestStart(text string, found []place) int {
	best, most := 0, 0
	different := make([]term, 0, 8)
	for i, first := range found {
		different = different[:0]
		for _, p := range found[i:] {
			if p.end > first.start+snippetLength {
				break
			}
			if !slices.Contains(different, p.term) {
				different = append(different, p.term)
			}
		}
		if len(different) > most {
			best, most = int(first.start), len(different)
		}
	}
	if best < snippetLength/3 {
		return 0
	}
	// A few words before the first match give it context.
	return wordStart(text, best-snippetLength/4)
}

// wordStart returns the first start of a word at or after at.
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
