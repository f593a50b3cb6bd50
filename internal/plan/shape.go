package plan

import (
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// shapingVariables returns the names of the variables that decide what an
// operation selects, or that are arguments of fields inside a plan. Arguments
// of resolvers do not matter.
func shapingVariables(schema *Schema, doc *ast.QueryDocument, op *ast.OperationDefinition) []string {
	s := survey{schema: schema, doc: doc, visited: map[string]bool{}}
	s.selections(op.SelectionSet)
	return s.names
}

type survey struct {
	schema  *Schema
	doc     *ast.QueryDocument
	visited map[string]bool
	names   []string
}

func (s *survey) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch node := selection.(type) {
		case *ast.Field:
			s.directives(node.Directives)
			if _, resolved := s.schema.Resolvers[FieldName{node.ObjectDefinition.Name, node.Name}]; !resolved {
				s.arguments(node.Arguments)
			}
			s.selections(node.SelectionSet)
		case *ast.InlineFragment:
			s.directives(node.Directives)
			s.selections(node.SelectionSet)
		case *ast.FragmentSpread:
			s.directives(node.Directives)
			if fragment := s.doc.Fragments.ForName(node.Name); fragment != nil && !s.visited[node.Name] {
				s.visited[node.Name] = true
				s.selections(fragment.SelectionSet)
			}
		}
	}
}

func (s *survey) directives(all ast.DirectiveList) {
	for _, d := range all {
		s.arguments(d.Arguments)
	}
}

func (s *survey) arguments(all ast.ArgumentList) {
	for _, a := range all {
		s.value(a.Value)
	}
}

func (s *survey) value(v *ast.Value) {
	if v.Kind == ast.Variable && !slices.Contains(s.names, v.Raw) {
		s.names = append(s.names, v.Raw)
	}
	for _, child := range v.Children {
		s.value(child.Value)
	}
}

// appendShape appends the values of the named variables, so that two shapes are
// equal only if the values are. It reports false for values other than
// Booleans, enum values, strings and null.
func appendShape(shape []byte, names []string, values map[string]any) ([]byte, bool) {
	for _, name := range names {
		switch value, given := values[name]; v := value.(type) {
		case bool:
			if v {
				shape = append(shape, 't')
			} else {
				shape = append(shape, 'f')
			}
		case string:
			shape = strconv.AppendInt(shape, int64(len(v)), 10)
			shape = append(shape, '"')
			shape = append(shape, v...)
		case nil:
			if given {
				shape = append(shape, 'n')
			} else {
				shape = append(shape, '-')
			}
		default:
			return nil, false
		}
	}
	return shape, true
}
