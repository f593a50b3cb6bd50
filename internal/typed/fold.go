package typed

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the form in which texts are compared and searched, which is the
// same for texts that people would call the same. It is Unicode's NFKC with
// full case folding (ß is ss, final sigma is sigma) and without
// default-ignorable characters such as the soft hyphen; apostrophes, quotes and
// hyphens become ', " and -, and runs of spaces one space. (Source: The Unicode
// Standard, D146, compatibility caseless match.)
func Fold(text string) string {
	if ascii(text) {
		return strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(text, "`", "'"))), " ")
	}
	// Before normalising too: there U+00B4, which people type as an apostrophe,
	// would become a space with an accent. NFD brings the Greek iota subscript to
	// its place before case folding makes a letter of it.
	text = norm.NFD.String(strings.Map(unify, text))
	for range 2 {
		text = norm.NFKC.String(cases.Fold().String(text))
	}
	return strings.Join(strings.Fields(strings.Map(unify, text)), " ")
}

// FoldAnswer is Fold for the answer to a question: also without the one full
// stop that a phone adds at the end, and without quotes around it.
func FoldAnswer(text string) string {
	text = Fold(text)
	for {
		bare := unquote(text)
		for _, stop := range []string{".", "。"} {
			if cut, ok := strings.CutSuffix(bare, stop); ok && !strings.HasSuffix(cut, stop) {
				bare = cut
			}
		}
		if bare = strings.TrimSpace(bare); bare == text || bare == "" {
			return text
		}
		text = bare
	}
}

func unquote(text string) string {
	if n := len(text); n > 1 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] {
		return text[1 : n-1]
	}
	return text
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// unify maps a character to the one that stands for all of its kind, and what
// is ignored to nothing.
func unify(r rune) rune {
	switch {
	case r < utf8.RuneSelf && r != '`':
		return r
	case ignorable(r):
		return -1
	case dash(r):
		return '-'
	case strings.ContainsRune("`´ʹʻʼʽˈˊˋ׳‘’‚‛′‵‹›Ꞌꞌ＇", r):
		return '\''
	case unicode.Is(unicode.Quotation_Mark, r) || strings.ContainsRune("ʺ˝ˮ״″‶", r):
		return '"'
	case empty(r):
		return ' '
	default:
		return r
	}
}

// dash reports whether a character is a hyphen or another stroke that people
// type for one.
func dash(r rune) bool { return unicode.Is(unicode.Dash, r) || r == '⁃' || r == '˗' }
