package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/server/failure"
	"github.com/scrumkb/scrumkb/internal/server/internal/testschema"
)

// bomb returns fragments that each spread the next one twice: 2^levels fields.
func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("{ ...F0 } ")
	for i := range levels {
		fmt.Fprintf(&b, "fragment F%d on Query { ...F%d ...F%d } ", i, i+1, i+1)
	}
	fmt.Fprintf(&b, "fragment F%d on Query { hello nope }", levels)
	return b.String()
}

func nested(levels int) string {
	return "{ nodes " + strings.Repeat("{ children ", levels-2) + "{ id nope }" + strings.Repeat("}", levels-1)
}

func repeat(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// Each document has a mistake that the validator would report. If it is not
// reported, the document was refused before validation.
func TestLimits(t *testing.T) {
	docs := NewReader(Config{Schema: testschema.New(&testschema.Resolvers{}).Schema()})
	tests := map[string]struct {
		query string
		limit string // "" means within all limits
	}{
		"DeepestAllowed":        {nested(12), ""},
		"OneLevelTooDeep":       {nested(13), "depth (12)"},
		"Deep60":                {nested(60), "depth (12)"},
		"DeepInFragment":        {"{ nodes { ...F } } fragment F on Node " + strings.Repeat("{ child ", 11) + "{ nope }" + strings.Repeat("}", 11), "depth (12)"},
		"Aliases50":             {"{ nope nodes { " + repeat(50, "a%d: id ") + "} }", ""},
		"Aliases51":             {"{ nope nodes { " + repeat(51, "a%d: id ") + "} }", "aliases (50)"},
		"RootFields50":          {"{ " + strings.Repeat("nope ", 50) + "}", ""},
		"RootFields51":          {"{ " + strings.Repeat("nope ", 51) + "}", "root fields (50)"},
		"RootFieldsInFragments": {bomb(6), "root fields (50)"},
		"MutationOne":           {"mutation { __typename bump(nope: 1) }", ""},
		"MutationTwo":           {"mutation { bump a: bump(nope: 1) }", "fields of one mutation (1)"},
		"MutationByAliases":     {"mutation { " + repeat(30, "a%d: bump(nope: 1) ") + "}", "fields of one mutation (1)"},
		"MutationBySpreads":     {"mutation { ...F ...F } fragment F on Mutation { bump(nope: 1) }", "fields of one mutation (1)"},
		"Directives50":          {"{ nope hello " + strings.Repeat("@a ", 50) + "}", ""},
		"Directives51":          {"{ nope hello " + strings.Repeat("@a ", 51) + "}", "directives (50)"},
		"Directives1400":        {"{ nope " + strings.Repeat("@a ", 1400) + "}", "directives (50)"},
		"OnOperation":           {"query " + strings.Repeat("@a ", 51) + "{ nope }", "directives (50)"},
		"OnVariable":            {"query($a: Int " + strings.Repeat("@a ", 51) + ") { nope }", "directives (50)"},
		"OnFragment":            {"{ nope ...F } fragment F on Query " + strings.Repeat("@a ", 51) + "{ hello }", "directives (50)"},
		"Fields300":             {"{ nodes { " + strings.Repeat("nope ", 299) + "} }", ""},
		"Fields301":             {"{ nodes { " + strings.Repeat("nope ", 300) + "} }", "fields (300)"},
		"FieldsOfAllOperations": {repeat(10, "query Q%d { nodes { "+strings.Repeat("nope ", 30)+"} } "), "fields (300)"},
		"Bomb12":                {bomb(12), "fields (300)"},
		"Bomb24":                {bomb(24), "fields (300)"},
		"Bomb48":                {bomb(48), "fields (300)"},
		"UnusedBomb":            {strings.Replace(bomb(26), "{ ...F0 }", "{ nope }", 1), "fields (300)"},
		"InlineBomb":            {"{ " + strings.Repeat("... { nope ", 400) + strings.Repeat("}", 401), "root fields (50)"},
		"Fragments50":           {"{ nope } " + repeat(50, "fragment F%d on Query { hello } "), ""},
		"Fragments51":           {"{ nope } " + repeat(51, "fragment F%d on Query { hello } "), "fragments (50)"},
		"Tokens":                {"{ " + strings.Repeat("nope ", 50_000) + "}", "tokens (3000)"},
		"Cycle":                 {"{ ...A } fragment A on Query { nope ...B } fragment B on Query { ...A ...A }", ""},
		"UnknownFragment":       {"{ ...Missing }", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, errs := docs.load(tt.query)
			if len(errs) == 0 {
				t.Fatal("accepted")
			}
			if tt.limit == "" {
				if failure.CodeOf(errs[0]) != fault.ValidationFailed {
					t.Errorf("refused: %v", errs)
				}
				return
			}
			if failure.CodeOf(errs[0]) != fault.QueryTooComplex || !strings.HasSuffix(errs[0].Message, tt.limit) {
				t.Errorf("want the limit on %s: %v", tt.limit, errs)
			}
		})
	}
}

// The introspection query of graphql-js with all options on, as sent by
// GraphiQL, Apollo's tools and code generators.
const introspectionQuery = `
query IntrospectionQuery { __schema { description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
  types { ...FullType } directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
fragment FullType on __Type { kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
  inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
  kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }`

func TestLimitsLetIntrospectionPass(t *testing.T) {
	docs := NewReader(Config{Schema: testschema.New(&testschema.Resolvers{}).Schema()})
	doc, errs := docs.load(introspectionQuery)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if !doc.introspects {
		t.Error("introspection is not detected")
	}
}

func TestDocumentsAreParsedOnce(t *testing.T) {
	docs := NewReader(Config{Schema: testschema.New(&testschema.Resolvers{}).Schema()})
	first, _ := docs.load("{ hello }")
	second, _ := docs.load("{ hello }")
	if first == nil || first != second {
		t.Error("a known document is parsed again")
	}
	long := "{ hello } #" + strings.Repeat("x", knownDocumentMax)
	first, _ = docs.load(long)
	second, _ = docs.load(long)
	if first == nil || first == second {
		t.Error("a long document is cached")
	}
	if _, errs := docs.load("{ nope }"); len(errs) == 0 {
		t.Error("an invalid document passes")
	}
	if _, errs := docs.load("{ nope }"); len(errs) == 0 {
		t.Error("an invalid document is cached as valid")
	}
}

func TestMistakesAreCapped(t *testing.T) {
	docs := NewReader(Config{Schema: testschema.New(&testschema.Resolvers{}).Schema()})
	if _, errs := docs.load("{ nodes { " + repeat(40, "nope%d ") + "} }"); len(errs) != reportedErrors {
		t.Errorf("%d errors, want %d", len(errs), reportedErrors)
	}
}

// FuzzLimits checks that weighing visits each selection of a document once,
// and that its sums stay within their bounds.
func FuzzLimits(f *testing.F) {
	for _, seed := range []string{"{ a }", bomb(3), nested(5), introspectionQuery, "mutation { a b }", "{ ...A } fragment A on Q { ...A }"} {
		f.Add(seed)
	}
	limits := DefaultLimits()
	f.Fuzz(func(t *testing.T, query string) {
		doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, limits.Tokens)
		if err != nil {
			return
		}
		_ = limits.check(doc)

		s := scale{fragments: doc.Fragments, weights: map[string]weight{}}
		for _, op := range doc.Operations {
			w := s.selections(op.SelectionSet)
			if w.fields < 0 || w.fields > saturated+len(query) || w.depth > limits.Tokens || w.roots > w.fields {
				t.Fatalf("weight %+v", w)
			}
		}
		if s.visited > limits.Tokens {
			t.Fatalf("%d selections visited in a document of at most %d tokens", s.visited, limits.Tokens)
		}
	})
}
