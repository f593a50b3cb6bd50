package typed

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// Line returns the normal form of a typed line, such as a name or a title: NFC,
// so that what looks alike is alike, with single spaces and none at the ends.
// It fails with fault.InvalidInput naming the field unless the line has 1 to
// longest characters, at least one letter or digit, and none that [CheckLine]
// refuses.
func Line(field, text string, longest int) (string, error) {
	if err := short(field, text, longest); err != nil {
		return "", err
	}
	text = trim(text)
	if err := CheckLine(text); err != nil {
		return "", fault.Invalid(field, "%s", err)
	}
	return complete(field, strings.Join(strings.Fields(text), " "), longest)
}

// Note is Line for a text of several lines, such as a reason or a remark: it
// keeps line breaks, at most two in a row.
func Note(field, text string, longest int) (string, error) {
	if err := short(field, text, longest); err != nil {
		return "", err
	}
	text = trim(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(text))
	if err := CheckText(text); err != nil {
		return "", fault.Invalid(field, "%s", err)
	}
	var b strings.Builder
	blank := false
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" {
			blank = true
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if blank {
				b.WriteByte('\n')
			}
		}
		blank = false
		b.WriteString(line)
	}
	return complete(field, b.String(), longest)
}

// trim removes spaces and joiners at both ends, where they are invisible.
func trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || r == zeroWidthJoiner || r == zeroWidthNonJoiner
	})
}

// short refuses far too long texts before any work. Composing characters leaves
// at least a third of them; folding spaces may leave any number.
func short(field, text string, longest int) error {
	if len(text) > 16*utf8.UTFMax*longest {
		return fault.Invalid(field, "give 1 to %d characters", longest)
	}
	return nil
}

func complete(field, text string, longest int) (string, error) {
	text = norm.NFC.String(text)
	if n := utf8.RuneCountInString(text); n < 1 || n > longest {
		return "", fault.Invalid(field, "give 1 to %d characters, not %d", longest, n)
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		return "", fault.Invalid(field, "at least one letter or digit is needed")
	}
	return text, nil
}
