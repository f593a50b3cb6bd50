package document

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"pgregory.net/rapid"
)

var priced = gqlparser.MustLoadSchema(&ast.Source{Input: `
	directive @cost(weight: Int!) on FIELD_DEFINITION
	directive @listSize(assumedSize: Int!, slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION
	type Query {
		some: [Node!]! @listSize(assumedSize: 4)
		many(first: Int! = 3, of: [Int!]): [Node!]! @listSize(assumedSize: 100, slicingArguments: ["first"])
		page(first: Int = 20, last: Int): Page! @listSize(assumedSize: 100, slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"])
		each(ids: [ID!]!): [Node]! @listSize(assumedSize: 100, slicingArguments: ["ids"])
		node: Node
		dear: Node @cost(weight: 50)
		vast: [Node!]! @listSize(assumedSize: 2147483647)
	}
	type Page { edges: [Edge!]! nodes: [Node!]! total: Int! }
	type Edge { cursor: ID! node: Node! }
	type Leaf implements Node { id: ID! node: Node many(first: Int! = 2): [Node!]! vast: [Node!]! }
	interface Node { id: ID! node: Node many(first: Int! = 2): [Node!]! @listSize(assumedSize: 100, slicingArguments: ["first"]) vast: [Node!]! @listSize(assumedSize: 2147483647) }
`})

func price(t testing.TB, query string) (*ast.OperationDefinition, cost) {
	t.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(priced, query, rules.NewDefaultRules())
	if errs != nil {
		t.Fatal(errs)
	}
	return doc.Operations[0], costOf(doc.Operations[0].SelectionSet)
}

func TestCost(t *testing.T) {
	type values = map[string]any
	two := json.Number("2")
	for name, tt := range map[string]struct {
		query     string
		variables values
		want      int
	}{
		"AField":                    {`{ node { id } }`, nil, 1 + 1},
		"AWeight":                   {`{ dear { id } }`, nil, 50 + 1},
		"AList":                     {`{ some { id node { id } } }`, nil, 1 + 4*3},
		"AListOfLists":              {`{ some { many { id } } }`, nil, 1 + 4*(1+2*1)},
		"ADefault":                  {`{ many { id } }`, nil, 1 + 3},
		"AnArgument":                {`{ many(first: 7) { id } }`, nil, 1 + 7},
		"NullArgument":              {`{ many(first: 0) { id } }`, nil, 1},
		"ANegativeOne":              {`{ many(first: -5) { id } }`, nil, 1},
		"MoreThanAssumed":           {`{ many(first: 1000) { id } }`, nil, 1 + 100},
		"AVariable":                 {`query($n: Int!) { many(first: $n) { id } }`, values{"n": two}, 1 + 2},
		"AnotherVariable":           {`query($n: Int!) { many(first: 7, of: [1, $n]) { id } }`, values{"n": two}, 1 + 7},
		"AVariableBelow":            {`query($n: Int!) { some { node { many(first: $n) { id } } id } }`, values{"n": two}, 1 + 4*(1+1+2+1)},
		"APage":                     {`{ page { total nodes { id } } }`, nil, 1 + 1 + 20*2},
		"APageOfEdges":              {`{ page(first: 5) { total edges { cursor node { id } } } }`, nil, 1 + 1 + 5*4},
		"APageInFragments":          {`{ page(first: 5) { ...F ... { total } } } fragment F on Page { nodes { id } ... on Page { edges { cursor } } }`, nil, 1 + 1 + 5*4},
		"TheLastFewOfAPage":         {`{ page(last: 5) { nodes { id } } }`, nil, 1 + 5*2},
		"TheLastOfAPage":            {`{ page(last: 50) { nodes { id } } }`, nil, 1 + 50*2},
		"APageByVariables":          {`query($f: Int, $l: Int) { page(first: $f, last: $l) { total nodes { id } } }`, values{"l": two}, 1 + 1 + 2*2},
		"APageByNulls":              {`query($f: Int, $l: Int) { page(first: $f, last: $l) { nodes { id } } }`, values{"f": nil, "l": nil}, 1 + 20*2},
		"ANullInTheDocument":        {`{ page(first: null) { nodes { id } } }`, nil, 1 + 20*2},
		"OnePerID":                  {`{ each(ids: ["a", "b"]) { id } }`, nil, 1 + 2},
		"AnIDWithoutBrackets":       {`{ each(ids: "12") { id } }`, nil, 1 + 1},
		"IDsInAVariable":            {`query($i: [ID!]!) { each(ids: $i) { id } }`, values{"i": []any{"a", "b", "c"}}, 1 + 3},
		"OneIDInAVariable":          {`query($i: [ID!]!) { each(ids: $i) { id } }`, values{"i": "a"}, 1 + 1},
		"Fragments":                 {`{ some { ...F ... on Node { id } } } fragment F on Node { node { id } }`, nil, 1 + 4*3},
		"TwoFieldsSideBySide":       {`query($n: Int!) { a: many(first: $n) { id } b: many(first: $n) { id } some { id } }`, values{"n": two}, 3 + 3 + 5},
		"Introspection":             {`{ __schema { types { name } } node { id } }`, nil, 2},
		"SumsSaturate":              {`{ vast { vast { vast { id } } } }`, nil, math.MaxInt},
		"SumsSaturateWithVariables": {`query($n: Int!) { vast { vast { vast { many(first: $n) { id } } } } }`, values{"n": two}, math.MaxInt},
		"SumsSaturateSideBySide":    {`{ a: vast { vast { vast { id } } } b: vast { vast { vast { id } } } }`, nil, math.MaxInt},
		"TooLargeForAnInteger":      {`query($n: Int!) { many(first: $n) { id } }`, values{"n": json.Number("99999999999999999999")}, 1 + 100},
	} {
		t.Run(name, func(t *testing.T) {
			_, c := price(t, tt.query)
			if got := c.total(tt.variables); got != tt.want {
				t.Errorf("%d, want %d", got, tt.want)
			}
		})
	}
}

// A document with literal sizes costs the same as one with variables, however
// much of it is computed before their values are known.
func TestVariablesCostTheSameAsLiterals(t *testing.T) {
	op, varying := price(t, `query($f: Int, $l: Int, $n: Int!) {
		page(first: $f, last: $l) { total edges { node { many(first: $n) { id } } } nodes { id } }
		many(first: $n) { many(first: 2) { many(first: $n) { id } } }
	}`)
	rapid.Check(t, func(rt *rapid.T) {
		given := map[string]any{}
		literal := func(name string) string {
			n := rapid.IntRange(0, 200).Draw(rt, name)
			given[name] = json.Number(strconv.Itoa(n))
			return strconv.Itoa(n)
		}
		n := literal("n")
		_, fixed := price(t, `{
			page(first: `+literal("f")+`, last: `+literal("l")+`) { total edges { node { many(first: `+n+`) { id } } } nodes { id } }
			many(first: `+n+`) { many(first: 2) { many(first: `+n+`) { id } } }
		}`)
		if len(fixed.varying) > 0 {
			rt.Fatal("literals vary")
		}
		variables, err := validator.VariableValues(priced, op, given)
		if err != nil {
			rt.Fatal(err)
		}
		if got := varying.total(variables); got != fixed.fixed {
			rt.Fatalf("%v cost %d, as literals %d", given, got, fixed.fixed)
		}
	})
}
