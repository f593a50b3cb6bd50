package seed

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// maxFileBytes is many times the size of a file that people still edit,
	// and keeps a mistaken directory from filling the memory.
	maxFileBytes = 2 << 20

	// maxNesting is several times what the format needs: the parser recurses,
	// and takes time that grows with the square of the depth.
	maxNesting = 32
)

// file is the text of one content file.
type file struct {
	name  string
	text  string
	lines []string
}

// readFiles returns the files that end in .yaml or .yml, sorted by path.
func readFiles(fsys fs.FS) (files []*file, mistakes Mistakes, err error) {
	err = fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ext := strings.ToLower(path.Ext(name)); entry.IsDir() || ext != ".yaml" && ext != ".yml" {
			return nil
		}
		// What a link leads to counts; a pipe would be waited for in vain.
		if !isRegular(fsys, name) {
			mistakes = append(mistakes, Mistake{File: name, Line: 1, Column: 1, Message: "is not a file that can be read"})
			return nil
		}
		data, err := readBounded(fsys, name)
		if err != nil {
			return err
		}
		f := newFile(name, data)
		if m, ok := f.unfit(data); ok {
			mistakes = append(mistakes, m)
			return nil
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("reading content files: %w", err)
	}
	return files, mistakes, nil
}

// isRegular reports whether there is a file behind the name, perhaps behind a
// link.
func isRegular(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// readBounded reads at most one byte more than a file may have.
func readBounded(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // opened for reading
	return io.ReadAll(io.LimitReader(f, maxFileBytes+1))
}

func newFile(name string, data []byte) *file {
	const byteOrderMark = "\uFEFF" // some editors begin files with it
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), byteOrderMark), "\r\n", "\n")
	return &file{name: name, text: text, lines: strings.Split(text, "\n")}
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

// parse returns the root of the file's only document.
func (f *file) parse() (ast.Node, Mistakes) {
	tokens := lexer.Tokenize(f.text)
	if refused := f.refuse(tokens); len(refused) > 0 {
		return nil, refused
	}
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			return nil, Mistakes{f.mistake(positionOf(syntax.GetToken()), "YAML: %s", syntax.GetMessage())}
		}
		return nil, Mistakes{f.mistake(position{}, "YAML: %s", err)}
	}
	if len(parsed.Docs) > 1 {
		return nil, Mistakes{f.mistake(positionOf(parsed.Docs[1].Start), "a second document; a file has one")}
	}
	if len(parsed.Docs) == 0 || parsed.Docs[0].Body == nil {
		return nil, Mistakes{f.mistake(position{}, "the file is empty")}
	}
	return parsed.Docs[0].Body, nil
}

// refuse reports the parts of YAML that content files do without: what makes
// a small file unfold into a large one, what says the same in a second way,
// and nesting beyond maxNesting.
func (f *file) refuse(tokens token.Tokens) Mistakes {
	var refused Mistakes
	flow, entries, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, entries = t.Position.Line, 0
		}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			refused = append(refused, f.mistake(positionOf(t), "anchors, aliases and merge keys are not allowed: write the value out"))
		case token.TagType:
			refused = append(refused, f.mistake(positionOf(t), "tags are not allowed"))
		case token.DirectiveType:
			refused = append(refused, f.mistake(positionOf(t), "directives are not allowed"))
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType:
			entries++
		}
		if max(flow, entries) > maxNesting {
			return append(refused, f.mistake(positionOf(t), "nested more than %d levels deep", maxNesting))
		}
	}
	return refused
}

// find returns where text first stands at or after a position.
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
