package resolvers_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/resolvers"
)

func TestComplexity(t *testing.T) {
	h := handler(catalogtest.Library(t))
	tests := map[string]struct {
		query   string
		refused bool
	}{
		"AFullPage":          {query: `{ questions(first: 100) { totalCount edges { cursor node { id slug version type stem instruction options { id text } prompts { id text } unit hintCount objective { code title topic { code } } difficulty bloomLevel tags } } pageInfo { endCursor hasNextPage } } }`},
		"AllTopicsInDepth":   {query: `{ topics { code title summary objectives { code title bloomLevel prerequisites { code } lessons { slug title summary body readingMinutes citations { section source { title url } } } facts { id title } questionCount } } }`},
		"ACycleOfLists":      {query: `{ topics { objectives { topic { objectives { topic { objectives { topic { objectives { code } } } } } } } } }`, refused: true},
		"ManyPagesAtOnce":    {query: `{ ` + pages(20) + ` }`, refused: true},
		"MentionsOfMentions": {query: `{ lessons { mentions { ... on Lesson { mentions { ... on Lesson { mentions { ... on Lesson { mentions { ... on Lesson { mentions { id } } } } } } } } } } }`, refused: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			body, err := json.Marshal(map[string]string{"query": tt.query})
			if err != nil {
				t.Fatal(err)
			}
			got := string(post(t, h, body))
			if refused := strings.Contains(got, `"QUERY_TOO_COMPLEX"`); refused != tt.refused {
				t.Errorf("refused = %t, want %t\n%.300s", refused, tt.refused, got)
			}
		})
	}
}

func pages(n int) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(string(rune('a'+i)) + `1: questions(first: 100) { nodes { id options { id text } } } `)
	}
	return all.String()
}

// TestEveryListHasAComplexity asks each list field for the complexity of a
// selection of 1,000 values: a list that nobody has estimated answers 1,001.
func TestEveryListHasAComplexity(t *testing.T) {
	schema := graph.NewExecutableSchema(graph.Config{Resolvers: &resolvers.Root{}, Complexity: resolvers.Complexity()})
	bounded := map[string]string{
		"PageInfo": "", "QuestionConnection": "its page", "SearchHitConnection": "its page", "AttemptConnection": "its page",
		"CohortMemberConnection": "its page", "XapiStatementConnection": "its page",
	}
	for name, definition := range schema.Schema().Types {
		if _, ok := bounded[name]; ok || strings.HasPrefix(name, "__") || definition.Kind != ast.Object {
			continue
		}
		for _, f := range definition.Fields {
			target := schema.Schema().Types[f.Type.Name()]
			if f.Type.Elem == nil || target.IsLeafType() || strings.HasPrefix(f.Name, "__") {
				continue
			}
			arguments := map[string]any{}
			for _, a := range f.Arguments {
				if a.DefaultValue == nil {
					continue
				}
				value, err := a.DefaultValue.Value(nil)
				if err != nil {
					t.Fatal(err)
				}
				arguments[a.Name] = value
			}
			if f.Name == "nodes" && name == "Query" {
				arguments["ids"] = []string{"a", "b"}
			}
			got, ok := schema.Complexity(t.Context(), name, f.Name, 1000, arguments)
			if !ok || got <= 1001 {
				t.Errorf("%s.%s is a list without an estimate of its length: %d", name, f.Name, got)
			}
		}
	}
}
