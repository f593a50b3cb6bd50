package document

import (
	"math"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// The schema declares the cost of its fields with @cost and @listSize, following the cost
// directives of IBM and Apollo:
//
//	directive @cost(weight: Int!) on FIELD_DEFINITION
//	directive @listSize(assumedSize: Int!, slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION
//
// A field costs its weight (1 by default) plus, for each element of a list, the cost of the
// selection below it. Introspection costs nothing.

// cost is the cost of a selection set. Most of it depends on the document alone
// and is computed once.
type cost struct {
	fixed   int
	varying []varyingCost
}

// varyingCost is the cost of a field whose length depends on a variable, here
// or in a field below.
type varyingCost struct {
	weight   int
	size     size
	once     cost // of what is selected once, regardless of the length
	repeated cost // of what is selected for each element
}

// costOf computes the cost of a valid selection set, with fragments expanded.
func costOf(set ast.SelectionSet) cost {
	once, _ := split(set, nil)
	return once
}

// split computes the cost in two parts: fields named in sized, and all others.
func split(set ast.SelectionSet, sized []string) (others, named cost) {
	for _, selection := range set {
		switch node := selection.(type) {
		case *ast.Field:
			if slices.Contains(sized, node.Name) {
				named = named.and(costOfField(node))
			} else {
				others = others.and(costOfField(node))
			}
		case *ast.InlineFragment:
			o, n := split(node.SelectionSet, sized)
			others, named = others.and(o), named.and(n)
		case *ast.FragmentSpread:
			o, n := split(node.Definition.SelectionSet, sized)
			others, named = others.and(o), named.and(n)
		}
	}
	return others, named
}

func costOfField(f *ast.Field) cost {
	if f.Definition.Type.Name() == "__Schema" {
		return cost{}
	}
	v := varyingCost{weight: weightOf(f.Definition), size: sizeOf(f)}
	v.once, v.repeated = split(f.SelectionSet, v.size.fields)
	if len(v.size.fields) == 0 {
		v.once, v.repeated = cost{}, v.once
	}
	if len(v.size.variables) == 0 && len(v.once.varying) == 0 && len(v.repeated.varying) == 0 {
		return cost{fixed: v.total(nil)}
	}
	return cost{varying: []varyingCost{v}}
}

// and adds the costs of two selections.
func (c cost) and(d cost) cost {
	return cost{plus(c.fixed, d.fixed), append(c.varying, d.varying...)}
}

// total is the cost with the variables' values.
func (c cost) total(variables map[string]any) int {
	sum := c.fixed
	for _, v := range c.varying {
		sum = plus(sum, v.total(variables))
	}
	return sum
}

func (v varyingCost) total(variables map[string]any) int {
	below := times(v.size.of(variables), v.repeated.total(variables))
	return plus(plus(v.weight, v.once.total(variables)), below)
}

// plus and times saturate, so that nesting cannot make a sum small again.
func plus(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}

func times(a, b int) int {
	if a > 0 && b > math.MaxInt/a {
		return math.MaxInt
	}
	return a * b
}
