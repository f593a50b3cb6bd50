package seed

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// maxFileBytes is many times the size of a file that people still edit, and
// keeps a wrong directory from filling the memory.
const maxFileBytes = 2 << 20

// file is the text of one content file.
type file struct {
	name  string
	lines []string
	cut   bool // whether parse has omitted items with syntax errors
}

func newFile(name string, data []byte) *file {
	const byteOrderMark = "\uFEFF" // some editors write a byte order mark
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), byteOrderMark), "\r\n", "\n")
	return &file{name: name, lines: strings.Split(text, "\n")}
}

// unfit reports a file that is not worth parsing.
func (f *file) unfit(data []byte) (Mistake, bool) {
	if len(data) > maxFileBytes {
		return Mistake{File: f.name, Line: 1, Column: 1, Message: fmt.Sprintf("the file is larger than %d MiB", maxFileBytes>>20)}, true
	}
	for i, line := range f.lines {
		if valid := strings.ToValidUTF8(line, "\uFFFD"); valid != line {
			column := 1
			for rest := line; ; column++ {
				r, size := utf8.DecodeRuneInString(rest)
				if r == utf8.RuneError && size <= 1 {
					break
				}
				rest = rest[size:]
			}
			return Mistake{File: f.name, Line: i + 1, Column: column, Message: "the file is not UTF-8", Source: valid}, true
		}
	}
	return Mistake{}, false
}

// mistake returns a Mistake at a position of the file.
func (f *file) mistake(at position, format string, args ...any) Mistake {
	m := Mistake{File: f.name, Line: max(at.line, 1), Column: max(at.column, 1), Message: fmt.Sprintf(format, args...)}
	if m.Line <= len(f.lines) {
		m.Source = f.lines[m.Line-1]
	}
	return m
}

// position is a place in a file; lines and columns count from 1, columns in
// characters.
type position struct{ line, column int }

func positionOf(t *token.Token) position {
	if t == nil || t.Position == nil {
		return position{line: 1, column: 1}
	}
	return position{line: t.Position.Line, column: t.Position.Column}
}

// find returns where text first occurs at or after a position.
func (f *file) find(text string, from position) (position, bool) {
	for i := max(from.line, 1) - 1; i < len(f.lines); i++ {
		line := f.lines[i]
		skipped := 0
		if i == from.line-1 {
			runes := []rune(line)
			skipped = min(max(from.column, 1)-1, len(runes))
			line = string(runes[skipped:])
		}
		if before, _, found := strings.Cut(line, text); found {
			return position{line: i + 1, column: skipped + utf8.RuneCountInString(before) + 1}, true
		}
	}
	return position{}, false
}
