package typed

import (
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"
)

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

var errNotText = errors.New("this is not valid text")

// CheckLine returns what is wrong with the characters of a one-line text, such
// as a title, or nil. It refuses control characters, including line breaks and
// tabs, invisible characters, and those that change the direction of writing.
func CheckLine(text string) error { return check(text, false) }

// CheckText is CheckLine for a text of several lines, such as Markdown: line
// breaks and tabs are allowed.
func CheckText(text string) error { return check(text, true) }

func check(text string, lines bool) error {
	if plain(text, lines) {
		return nil
	}
	if !utf8.ValidString(text) {
		return errNotText
	}
	before := rune(0)
	for at, r := range text {
		var after rune
		if r == zeroWidthJoiner || r == zeroWidthNonJoiner {
			after, _ = utf8.DecodeRuneInString(text[at+utf8.RuneLen(r):])
		}
		switch {
		case lines && (r == '\n' || r == '\t' || r == '\r' && startsWithFeed(text[at+1:])):
		case r == '\n' || r == '\r' || r == '\t' || unicode.In(r, unicode.Zl, unicode.Zp):
			return fmt.Errorf("line breaks and tabs are not allowed (%U)", r)
		case unicode.IsControl(r):
			return fmt.Errorf("the control character %U is not allowed", r)
		case !seen(before, r, after):
			return fmt.Errorf("the invisible character %U is not allowed", r)
		}
		before = r
	}
	return nil
}

func startsWithFeed(text string) bool { return len(text) > 0 && text[0] == '\n' }

// plain reports whether a text is printable ASCII, which most are.
func plain(text string, lines bool) bool {
	for i := range len(text) {
		b := text[i]
		if (b < ' ' && (!lines || b != '\n')) || b >= 0x7f {
			return false
		}
	}
	return true
}

// seen reports whether a character is visible, given its neighbours.
func seen(before, r, after rune) bool {
	switch {
	case r == zeroWidthJoiner || r == zeroWidthNonJoiner:
		return joins(before) || joins(after)
	case unicode.Is(unicode.Variation_Selector, r):
		// Japanese names and emoji use these to select a shape.
		return before != 0 && !unicode.IsSpace(before) && !ignorable(before) && !empty(before)
	default:
		return !ignorable(r) && !empty(r) && !unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point) ||
			unicode.Is(unicode.Prepended_Concatenation_Mark, r)
	}
}

// joins reports whether a joiner may stand beside a character: Persian and
// Hindi words and emoji need them. Between other letters they are a disguise.
func joins(beside rune) bool {
	return unicode.In(beside, unicode.M, unicode.So, unicode.Sk) && !ignorable(beside) && !empty(beside) ||
		unicode.IsLetter(beside) && !unicode.In(beside, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Han)
}

// ignorable reports whether a character is ignored where it is not supported
// (Unicode's Default_Ignorable_Code_Point): soft hyphen, zero-width and bidi
// characters, byte order mark, variation selectors, fillers.
func ignorable(r rune) bool {
	if r < 0xad {
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// empty reports whether a character that counts as a symbol is invisible.
func empty(r rune) bool {
	const brailleBlank, nullNotehead = '\u2800', '\U0001d159'
	return r == brailleBlank || r == nullNotehead
}
