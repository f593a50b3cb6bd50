package seed

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/typed"
)

func (d *decoder) scalar(dst reflect.Value, node ast.Node, path string) {
	switch dst.Kind() {
	case reflect.String:
		text, ok := textOf(node)
		if !ok {
			d.report(path, start(node), "must be text, not %s%s", describe(node), quoteHint(node))
			return
		}
		if err := checkCharacters(text, path); err != nil {
			d.report(path, start(node), "%v", err)
		}
		dst.SetString(text)
		if dst.Type() == reflect.TypeFor[catalog.Date]() {
			d.date(catalog.Date(text), node, path)
		}
	case reflect.Bool:
		b, ok := node.(*ast.BoolNode)
		if !ok {
			d.report(path, start(node), "must be true or false, not %s", describe(node))
			return
		}
		dst.SetBool(b.Value)
	case reflect.Int:
		n, ok := wholeNumber(numberText(node))
		if !ok {
			d.report(path, start(node), "must be a whole number, not %s", describe(node))
			return
		}
		dst.SetInt(int64(n))
	case reflect.Float64:
		n, ok := catalog.ReadNumber(numberText(node))
		if !ok {
			d.report(path, start(node), "must be a number, not %s", describe(node))
			return
		}
		dst.SetFloat(n)
	default:
		panic("seed: content has a field of type " + dst.Type().String())
	}
}

func textOf(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	default:
		return "", false
	}
}

// oneLine names the fields that are shown on one line.
var oneLine = []string{"title", "name", "aliases", "publisher", "edition", "section"}

// checkCharacters refuses characters that are invisible or not typed on
// purpose.
func checkCharacters(text, path string) error {
	field, _, _ := strings.Cut(path[strings.LastIndexByte(path, '.')+1:], "[")
	if slices.Contains(oneLine, field) {
		return typed.CheckLine(text)
	}
	return typed.CheckText(text)
}

// date reports a date that has not yet arrived anywhere on earth. Other rules
// check whether it is a date at all.
func (d *decoder) date(date catalog.Date, node ast.Node, path string) {
	if _, err := time.Parse(time.DateOnly, string(date)); err == nil && d.today != "" && date > d.today {
		d.report(path, start(node), "%s is in the future", date)
	}
}

// numberPattern is how YAML 1.2 and JSON write decimal numbers, without those
// that people read differently, such as 010. [catalog.ReadNumber] reads what
// has this form.
var numberPattern = regexp.MustCompile(`^[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)

// numberText returns a number as written, and "" for anything else. The parser
// takes some numbers with an exponent for strings.
func numberText(node ast.Node) string {
	switch n := node.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
	case *ast.StringNode:
		if n.Token.Type != token.StringType { // it is in quotes
			return ""
		}
	default:
		return ""
	}
	if text := node.GetToken().Value; numberPattern.MatchString(text) {
		return text
	}
	return ""
}

// maxWhole is the largest number up to which float64 represents all integers.
const maxWhole = 1 << 53

// wholeNumber parses an integer, including forms such as 1e3 or 5.0.
func wholeNumber(text string) (int, bool) {
	if n, err := strconv.Atoi(text); err == nil {
		return n, true
	}
	n, ok := catalog.ReadNumber(text)
	if !ok || n != math.Trunc(n) || math.Abs(n) > maxWhole {
		return 0, false
	}
	return int(n), true
}

// describe describes a node for people.
func describe(node ast.Node) string {
	switch n := node.(type) {
	case ast.MapNode:
		return "fields"
	case *ast.SequenceNode:
		return "a list"
	case *ast.LiteralNode:
		return "text"
	case *ast.StringNode:
		return fmt.Sprintf("the text %q", shortened(n.Value))
	case ast.ScalarNode:
		return shortened(n.GetToken().Value)
	default:
		return "this"
	}
}

// quoteHint suggests quotes for a text that YAML takes for something else.
func quoteHint(node ast.Node) string {
	switch node.(type) {
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.NanNode, *ast.InfinityNode:
		return fmt.Sprintf("; put it in quotes: %q", node.GetToken().Value)
	default:
		return ""
	}
}

func shortened(text string) string {
	const enough = 40
	if runes := []rune(text); len(runes) > enough {
		return string(runes[:enough]) + "…"
	}
	return text
}
