package document

import (
	"encoding/json"
	"reflect"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// weightOf returns the cost of the field itself.
func weightOf(f *ast.FieldDefinition) int {
	directive := f.Directives.ForName("cost")
	if directive == nil {
		return 1
	}
	return number(directive.Arguments.ForName("weight").Value)
}

// size is the assumed number of elements of a field: the largest slicing
// argument given, or else the largest default of one, and at most the assumed
// size, which also applies without any.
type size struct {
	assumed   int
	given     int      // the largest argument known from the document; negative if there is none
	variables []string // arguments that are variables
	fallback  int      // the largest default; negative if there is none
	fields    []string // the fields below that are lists; empty if the field itself is the list
}

// sizeOf reads the @listSize of f's definition. Without one there is a single
// element.
func sizeOf(f *ast.Field) size {
	directive := f.Definition.Directives.ForName("listSize")
	if directive == nil {
		return size{assumed: 1, given: -1, fallback: -1}
	}
	s := size{
		assumed:  number(directive.Arguments.ForName("assumedSize").Value),
		given:    -1,
		fallback: -1,
		fields:   names(directive.Arguments.ForName("sizedFields")),
	}
	for _, name := range names(directive.Arguments.ForName("slicingArguments")) {
		if d := f.Definition.Arguments.ForName(name); d != nil {
			s.fallback = max(s.fallback, elements(d.DefaultValue))
		}
		if a := f.Arguments.ForName(name); a != nil && a.Value.Kind == ast.Variable {
			s.variables = append(s.variables, a.Value.Raw)
		} else if a != nil {
			s.given = max(s.given, elements(a.Value))
		}
	}
	return s
}

// of returns the size with the variables' values.
func (s size) of(variables map[string]any) int {
	given := s.given
	for _, name := range s.variables {
		given = max(given, elementsOf(variables[name]))
	}
	if given < 0 {
		given = s.fallback
	}
	if given < 0 {
		return s.assumed
	}
	return min(given, s.assumed)
}

// elements returns the number of elements that a literal requests, as a number
// or as the length of a list; negative if it is null.
func elements(literal *ast.Value) int {
	switch {
	case literal == nil || literal.Kind == ast.NullValue:
		return -1
	case literal.Kind == ast.IntValue:
		return number(literal)
	case literal.Kind == ast.ListValue:
		return len(literal.Children)
	}
	return 1 // a list of one may be written without brackets
}

// elementsOf is elements for a variable's value.
func elementsOf(value any) int {
	switch v := value.(type) {
	case nil:
		return -1
	case json.Number:
		return natural(v.String())
	case int64: // a default
		return int(max(v, 0))
	}
	if list := reflect.ValueOf(value); list.Kind() == reflect.Slice {
		return list.Len()
	}
	return 1
}

// number returns the value of an integer literal, 0 if it is negative.
func number(literal *ast.Value) int { return natural(literal.Raw) }

func natural(digits string) int {
	n, _ := strconv.Atoi(digits) // the nearest int if it is out of range
	return max(n, 0)
}

// names returns the strings in a directive's argument.
func names(a *ast.Argument) []string {
	if a == nil {
		return nil
	}
	list := make([]string, 0, len(a.Value.Children))
	for _, child := range a.Value.Children {
		list = append(list, child.Value.Raw)
	}
	return list
}
