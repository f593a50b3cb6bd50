package server

import (
	"context"
	"math"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// cost is the complexity of a selection set, as far as the document alone
// tells it: most of it does not depend on variables, and is summed up once.
// The numbers are those of gqlgen's complexity.Calculate, which for each
// request would go through all of it again.
type cost struct {
	fixed   int
	varying []varyingCost
}

// varyingCost is a field that has variables in its arguments, or below.
type varyingCost struct {
	field *ast.Field
	below cost
}

// costOf sums up a valid selection set, with its fragments expanded.
func costOf(ctx context.Context, schema graphql.ExecutableSchema, set ast.SelectionSet) cost {
	var sum cost
	for _, selection := range set {
		var c cost
		switch node := selection.(type) {
		case *ast.Field:
			c = costOfField(ctx, schema, node)
		case *ast.InlineFragment:
			c = costOf(ctx, schema, node.SelectionSet)
		case *ast.FragmentSpread:
			c = costOf(ctx, schema, node.Definition.SelectionSet)
		}
		sum.fixed = plus(sum.fixed, c.fixed)
		sum.varying = append(sum.varying, c.varying...)
	}
	return sum
}

func costOfField(ctx context.Context, schema graphql.ExecutableSchema, f *ast.Field) cost {
	if f.Definition.Type.Name() == "__Schema" {
		return cost{}
	}
	below := costOf(ctx, schema, f.SelectionSet)
	if len(below.varying) == 0 && !hasVariables(f.Arguments) {
		return cost{fixed: complexityOf(ctx, schema, f, below.fixed, nil)}
	}
	return cost{varying: []varyingCost{{f, below}}}
}

func hasVariables(arguments ast.ArgumentList) bool {
	for _, a := range arguments {
		if valueHasVariables(a.Value) {
			return true
		}
	}
	return false
}

func valueHasVariables(v *ast.Value) bool {
	if v.Kind == ast.Variable {
		return true
	}
	for _, child := range v.Children {
		if valueHasVariables(child.Value) {
			return true
		}
	}
	return false
}

// total is the complexity with the values of the variables.
func (c cost) total(ctx context.Context, schema graphql.ExecutableSchema, variables map[string]any) int {
	sum := c.fixed
	for _, v := range c.varying {
		sum = plus(sum, complexityOf(ctx, schema, v.field, v.below.total(ctx, schema, variables), variables))
	}
	return sum
}

// complexityOf asks the schema what a field costs whose selection costs below.
// A field of an interface costs as much as the dearest one of those that
// implement it.
func complexityOf(ctx context.Context, schema graphql.ExecutableSchema, f *ast.Field, below int, variables map[string]any) int {
	arguments := f.ArgumentMap(variables)
	of := func(object string) int {
		if own, ok := schema.Complexity(ctx, object, f.Name, below, arguments); ok && own >= 1 {
			return own
		}
		return plus(1, below)
	}
	if f.ObjectDefinition.Kind != ast.Interface {
		return of(f.ObjectDefinition.Name)
	}
	most := 0
	for _, object := range schema.Schema().GetPossibleTypes(f.ObjectDefinition) {
		most = max(most, of(object.Name))
	}
	return most
}

// plus saturates, so that no nesting makes a sum small again. Like gqlgen's it
// ignores what is negative.
func plus(a, b int) int {
	a, b = max(a, 0), max(b, 0)
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}
