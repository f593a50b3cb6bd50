package typed

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// crockford is Crockford's base 32, which has no letters that look like digits,
// and no U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Code is a kind of code that people copy from a screen or paper, such as an
// invitation. Its characters are those of Crockford's base 32, with five random
// bits each.
type Code struct {
	Length int // characters
	Group  int // group size when shown
}

// Draw returns a new code in its normal form: capitals, without groups.
func (c Code) Draw(random io.Reader) (string, error) {
	code := make([]byte, c.Length)
	if _, err := io.ReadFull(random, code); err != nil {
		return "", fmt.Errorf("drawing a code: %w", err)
	}
	for i, b := range code {
		code[i] = crockford[int(b)%len(crockford)] // 256 is a multiple of 32, so all characters are equally likely
	}
	return string(code), nil
}

// Read returns the normal form of a typed code, or false if it cannot be one.
// Case, spaces, hyphens, dots and invisible characters of every kind do not
// matter; O is 0, and I and L are 1.
func (c Code) Read(text string) (string, bool) {
	const perCharacter = 16 // bytes: full-width characters, each followed by something ignored
	if len(text) > perCharacter*c.Length {
		return "", false
	}
	code := make([]byte, 0, c.Length)
	for _, r := range norm.NFKC.String(text) {
		r = unicode.ToUpper(r)
		switch {
		case separates(r):
			continue
		case r == 'O':
			r = '0'
		case r == 'I' || r == 'L':
			r = '1'
		}
		if len(code) == c.Length || !strings.ContainsRune(crockford, r) {
			return "", false
		}
		code = append(code, byte(r))
	}
	if len(code) < c.Length {
		return "", false
	}
	return string(code), true
}

// Show formats a code in groups for people: K7QF-2M9X-RT4D.
func (c Code) Show(code string) string {
	var b strings.Builder
	for i := range len(code) {
		if i > 0 && i%c.Group == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(code[i])
	}
	return b.String()
}

// separates reports whether a character is ignored in codes.
func separates(r rune) bool {
	const katakanaDash = '\u30fc' // what the hyphen key types on a Japanese keyboard
	return unicode.IsSpace(r) || dash(r) || r == katakanaDash || ignorable(r) || empty(r) ||
		strings.ContainsRune("._·•‧∙⋅・。", r)
}
