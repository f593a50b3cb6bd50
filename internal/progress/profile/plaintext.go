package profile

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// PlainText returns a line that a person has written, trimmed and in Unicode's
// form NFC, so that what looks alike is alike. It fails with fault.InvalidInput
// naming the field unless the line has 1 to longest characters and only
// such as people see.
func PlainText(field, text string, longest int) (string, error) {
	if !utf8.ValidString(text) {
		return "", fault.Invalid(field, "this is no valid text")
	}
	text = norm.NFC.String(strings.TrimSpace(text))
	if n := utf8.RuneCountInString(text); n < 1 || n > longest {
		return "", fault.Invalid(field, "give 1 to %d characters, not %d", longest, n)
	}
	if strings.ContainsFunc(text, unseen) {
		return "", fault.Invalid(field, "line breaks, control characters and characters that cannot be seen are not allowed")
	}
	if !strings.ContainsFunc(text, unicode.IsLetter) && !strings.ContainsFunc(text, unicode.IsNumber) {
		return "", fault.Invalid(field, "at least one letter or digit is needed")
	}
	return text, nil
}

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// unseen reports whether a character controls how others are shown, such as
// one that turns the direction of writing round. Joiners do too, and Persian
// and Hindi names are not written without them.
func unseen(r rune) bool {
	if r == zeroWidthJoiner || r == zeroWidthNonJoiner {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
