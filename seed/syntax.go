package seed

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// maxNesting is several times what the format needs: the parser is
	// recursive, and quadratic in the depth.
	maxNesting = 32

	// maxCuts limits how often a file is parsed again without an item with a
	// syntax error.
	maxCuts = 20
)

// parse returns the root of the file's only document. A syntax error in one
// item hides only that item: it is omitted, and the rest is returned with the
// mistake. The root is nil if nothing can be parsed.
func (f *file) parse() (ast.Node, Mistakes) {
	var mistakes Mistakes
	lines := slices.Clone(f.lines)
	for cuts := 0; ; cuts++ {
		root, found, syntax := f.parseLines(lines)
		mistakes = append(mistakes, found...)
		if !syntax {
			return root, mistakes
		}
		begin, end, ok := culprit(lines, found[0].Line)
		if !ok || cuts == maxCuts {
			return nil, mistakes
		}
		f.cut = true
		for i := begin; i < end; i++ {
			lines[i] = ""
		}
	}
}

// parseLines parses the lines. syntax reports that the only mistake found is
// one at which the parser stopped.
func (f *file) parseLines(lines []string) (root ast.Node, mistakes Mistakes, syntax bool) {
	tokens := lexer.Tokenize(strings.Join(lines, "\n"))
	mistakes, parseable := f.refuse(tokens)
	if !parseable {
		return nil, mistakes, false
	}
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	var where yaml.Error
	switch {
	case errors.As(err, &where):
		return nil, Mistakes{f.mistake(positionOf(where.GetToken()), "YAML: %s", where.GetMessage())}, true
	case err != nil:
		return nil, append(mistakes, f.mistake(position{}, "YAML: %s", err)), false
	case len(parsed.Docs) > 1:
		return nil, append(mistakes, f.mistake(positionOf(parsed.Docs[1].Start), "a second document; a file has one")), false
	case len(parsed.Docs) == 0 || parsed.Docs[0].Body == nil:
		if !f.cut {
			mistakes = append(mistakes, f.mistake(position{}, "the file is empty"))
		}
		return nil, mistakes, false
	}
	return parsed.Docs[0].Body, mistakes, false
}

// culprit returns the lines, from 0, of the item with the syntax error if the
// parser stopped at a line, from 1: the item of that line or the one before,
// which may be unterminated. It finds none unless removing that item leaves the
// file's other items intact.
func culprit(lines []string, stopped int) (begin, end int, ok bool) {
	at := min(stopped, len(lines)) - 1
	begin, end, ok = itemAround(lines, at)
	if ok && !sound(lines[begin:end]) {
		return begin, end, true
	}
	if ok {
		at = begin
	}
	for at--; at >= 0 && strings.TrimSpace(lines[at]) == ""; at-- {
	}
	begin, end, ok = itemAround(lines, at)
	return begin, end, ok && !sound(lines[begin:end])
}

// itemAround returns the lines of the item of a top-level list that contains a
// line. An item begins with a hyphen, indented no more than the list's first.
func itemAround(lines []string, at int) (begin, end int, ok bool) {
	list := at
	for ; list >= 0 && !isKey(lines[list]); list-- {
	}
	if at < 0 || list < 0 || list == at {
		return 0, 0, false
	}
	indent := -1
	begin, end = -1, len(lines)
	for i := list + 1; i < len(lines); i++ {
		width, hyphen := entry(lines[i])
		if hyphen && indent < 0 {
			indent = width
		}
		starts := hyphen && width <= indent
		switch {
		case starts && i <= at:
			begin = i
		case i > at && (starts || isKey(lines[i])):
			return begin, i, begin >= 0
		}
	}
	return begin, end, begin >= 0
}

// isKey reports whether a line begins a top-level list.
func isKey(line string) bool {
	return line != "" && !strings.ContainsAny(line[:1], " \t#-") && strings.Contains(line, ":")
}

// entry returns a line's indentation, and whether it begins an entry of a list.
func entry(line string) (width int, hyphen bool) {
	text := strings.TrimLeft(line, " ")
	return len(line) - len(text), strings.HasPrefix(text, "- ") || text == "-"
}

// sound reports whether an item can be parsed on its own.
func sound(item []string) bool {
	tokens := lexer.Tokenize(strings.Join(item, "\n"))
	_, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	return err == nil
}

// refuse reports YAML features that content files do without: those that make a
// small file expand into a large one, alternative notations, and nesting beyond
// maxNesting. Some of them must not even be parsed.
func (f *file) refuse(tokens token.Tokens) (refused Mistakes, parseable bool) {
	parseable = true
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
			parseable = false
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType:
			entries++
		}
		if max(flow, entries) > maxNesting {
			return append(refused, f.mistake(positionOf(t), "nested more than %d levels deep", maxNesting)), false
		}
	}
	return refused, parseable
}
