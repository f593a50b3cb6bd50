package document

import (
	"encoding/json"
	"reflect"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// weightOf returns what a field itself costs.
func weightOf(f *ast.FieldDefinition) int {
	directive := f.Directives.ForName("cost")
	if directive == nil {
		return 1
	}
	return number(directive.Arguments.ForName("weight").Value)
}

// size is how many elements a field is estimated to answer with: the largest
// slicing argument that is given, or else the largest default of one, but at
// most as many as the schema assumes, and that many without any.
type size struct {
	assumed   int
	given     int      // the largest argument that the document tells; negative without any
	variables []string // the arguments that are variables
	fallback  int      // the largest default; negative without any
	fields    []string // which of the fields below are the lists; empty when it is one itself
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

// of returns the size with the values of the variables.
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

// elements returns how many elements a literal asks for, as a number of them or
// as a list of what they are; negative when there is none.
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

// elementsOf is elements for the value of a variable.
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

// number returns the value of a literal integer, 0 when it is negative.
func number(literal *ast.Value) int { return natural(literal.Raw) }

func natural(digits string) int {
	n, _ := strconv.Atoi(digits) // the nearest int when it is out of range
	return max(n, 0)
}

// names returns the strings in an argument of a directive.
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
