package seed

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing to correct in the content files.
type Mistake struct {
	File    string // slash-separated path in the file system; "" if the item is not in a file
	Line    int    // from 1; 0 if File is ""
	Column  int    // in characters, from 1; 0 if File is ""
	Message string
	Source  string // the line of the file; "" if there is none
}

// Position returns file:line:column, or "" if the mistake is not in a file.
func (m Mistake) Position() string {
	if m.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", m.File, m.Line, m.Column)
}

// String returns the position and the message on one line, then the source line
// with a caret below the column.
func (m Mistake) String() string {
	if m.File == "" {
		return m.Message
	}
	text := m.Position() + ": " + m.Message
	if m.Source == "" {
		return text
	}
	line, caret := excerpt(m.Source, m.Column)
	return fmt.Sprintf("%s\n%5d | %s\n      | %s^", text, m.Line, line, caret)
}

// excerptWidth keeps an excerpt on one line of a terminal.
const excerptWidth = 110

// excerpt returns the part of a source line to show, and the white space that
// puts a caret below the column.
func excerpt(source string, column int) (line, indent string) {
	runes := []rune(source)
	at := min(max(column-1, 0), len(runes))
	start := 0
	if at >= excerptWidth {
		start = at - excerptWidth/2
	}
	end := min(start+excerptWidth, len(runes))
	line = string(runes[start:end])
	if start > 0 {
		line = "…" + line
		indent = " "
	}
	if end < len(runes) {
		line += "…"
	}
	for _, r := range runes[start:at] {
		if r == '\t' {
			indent += "\t"
			continue
		}
		indent += " "
	}
	return line, indent
}

// Mistakes is the error for content with mistakes: all of them, sorted by file,
// line and column, beginning with those that are not in a file.
type Mistakes []Mistake

func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// sorted returns the mistakes in order and without repetitions, or nil if there
// are none.
func (ms Mistakes) sorted() Mistakes {
	slices.SortStableFunc(ms, func(a, b Mistake) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(ms)
}

// asError returns nil, and not an empty Mistakes, if there are none.
func (ms Mistakes) asError() error {
	if len(ms) == 0 {
		return nil
	}
	return ms.sorted()
}
