package server

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/complexity"
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// priced is a schema in which fields cost what their arguments and the fields
// below them say.
type priced struct {
	graphql.ExecutableSchema
	schema *ast.Schema
}

func (p priced) Schema() *ast.Schema { return p.schema }

func (p priced) Complexity(_ context.Context, object, field string, below int, arguments map[string]any) (int, bool) {
	switch {
	case field == "many":
		n, _ := arguments["first"].(int64)
		return 1 + int(n)*below, true
	case object == "Dear" && field == "link":
		return 10 + below, true
	case field == "vast":
		return 1<<62 + below, true
	}
	return 0, false
}

func TestCostIsGqlgensComplexity(t *testing.T) {
	p := priced{schema: gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { many(first: Int! = 3, of: [Int!]): [Node!]! link: Node vast: Node dear: Dear }
		interface Node { id: ID! link: Node many(first: Int! = 2, of: [Int!]): [Node!]! }
		type Cheap implements Node { id: ID! link: Node many(first: Int! = 2, of: [Int!]): [Node!]! }
		type Dear implements Node { id: ID! link: Node many(first: Int! = 2, of: [Int!]): [Node!]! vast: Node }
	`})}
	for name, query := range map[string]string{
		"Fixed":         `{ many { id link { id many(first: 4) { id } } } link { __typename } }`,
		"AtTheRoot":     `query($n: Int!) { many(first: $n) { id link { id } } link { id } }`,
		"Deep":          `query($n: Int!) { link { link { many(first: $n) { id } id } } many { id } }`,
		"InAList":       `query($n: Int!) { many(first: 2, of: [1, $n]) { id } }`,
		"Fragments":     `query($n: Int!) { link { ...F ... on Dear { link { id } } } dear { ...F } } fragment F on Node { many(first: $n) { id } link { id } }`,
		"Saturates":     `{ vast { ... on Dear { vast { id } } } link { ... on Dear { vast { ... on Dear { vast { id } } } } } }`,
		"Introspection": `{ __schema { types { name } } __type(name: "Dear") { name } link { id } }`,
	} {
		t.Run(name, func(t *testing.T) {
			doc, errs := gqlparser.LoadQuery(p.schema, query)
			if errs != nil {
				t.Fatal(errs)
			}
			op := doc.Operations[0]
			known := costOf(t.Context(), p, op.SelectionSet)
			rapid.Check(t, func(rt *rapid.T) {
				variables := map[string]any{"n": rapid.Int64Range(0, 1_000).Draw(rt, "n")}
				want := complexity.Calculate(t.Context(), p, op, variables)
				if got := known.total(t.Context(), p, variables); got != want {
					rt.Fatalf("with %v: %d, gqlgen says %d", variables, got, want)
				}
			})
		})
	}
}
