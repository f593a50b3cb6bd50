package variables

import "github.com/vektah/gqlparser/v2/ast"

// Needed returns those of op's nullable variables that are used where null is
// not allowed, with the type required there. A default makes that valid, but
// an explicit null then leaves no value. The operation must be validated,
// which gives each value its expected type.
func Needed(op *ast.OperationDefinition) map[string]*ast.Type {
	w := walk{op: op, needed: map[string]*ast.Type{}, seen: map[*ast.FragmentDefinition]bool{}}
	w.directives(op.Directives)
	w.selections(op.SelectionSet)
	return w.needed
}

type walk struct {
	op     *ast.OperationDefinition
	needed map[string]*ast.Type
	seen   map[*ast.FragmentDefinition]bool
}

func (w walk) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch node := selection.(type) {
		case *ast.Field:
			w.arguments(node.Arguments)
			w.directives(node.Directives)
			w.selections(node.SelectionSet)
		case *ast.InlineFragment:
			w.directives(node.Directives)
			w.selections(node.SelectionSet)
		case *ast.FragmentSpread:
			w.directives(node.Directives)
			if node.Definition != nil && !w.seen[node.Definition] {
				w.seen[node.Definition] = true
				w.directives(node.Definition.Directives)
				w.selections(node.Definition.SelectionSet)
			}
		}
	}
}

func (w walk) directives(all ast.DirectiveList) {
	for _, d := range all {
		w.arguments(d.Arguments)
	}
}

func (w walk) arguments(all ast.ArgumentList) {
	for _, a := range all {
		w.value(a.Value)
	}
}

func (w walk) value(v *ast.Value) {
	if v.Kind != ast.Variable {
		for _, child := range v.Children {
			w.value(child.Value)
		}
		return
	}
	if v.ExpectedType == nil || !v.ExpectedType.NonNull {
		return
	}
	if def := w.op.VariableDefinitions.ForName(v.Raw); def != nil && !def.Type.NonNull {
		w.needed[v.Raw] = v.ExpectedType
	}
}
