package resolvers_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/resolvers"
)

func TestComplexity(t *testing.T) {
	h := handler(catalogtest.Library(t))
	tests := map[string]struct {
		query   string
		refused bool
	}{
		"AFullPage":          {query: `{ questions(first: 100) { totalCount edges { cursor node { id slug version type stem instruction options { id text } prompts { id text } unit hintCount objective { code title topic { code } } difficulty bloomLevel } } pageInfo { endCursor hasNextPage } } }`},
		"DeeplyNestedTopics": {query: `{ topics { code title summary objectives { code title bloomLevel prerequisites { code } lessons { slug title summary body readingMinutes citations { section source { title url } } } facts { id title } questionCount } } }`},
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

// TestEveryListHasASize checks that no list counts as a single element: it has
// a size of its own, or as part of every field that returns its connection.
func TestEveryListHasASize(t *testing.T) {
	schema := resolvers.Schema(&resolvers.Root{}).Schema()
	sized := map[string][]string{} // by connection: the fields that have a size
	for _, definition := range schema.Types {
		for _, f := range definition.Fields {
			connection := f.Type.Name()
			if !strings.HasSuffix(connection, "Connection") {
				continue
			}
			var fields []string
			if size := f.Directives.ForName("listSize"); size != nil && size.Arguments.ForName("slicingArguments") != nil {
				for _, field := range size.Arguments.ForName("sizedFields").Value.Children {
					fields = append(fields, field.Value.Raw)
				}
			}
			if before, ok := sized[connection]; ok && !slices.Equal(before, fields) {
				t.Errorf("%s.%s sizes %v, another field %v", definition.Name, f.Name, fields, before)
			}
			sized[connection] = fields
		}
	}
	for name, definition := range schema.Types {
		if strings.HasPrefix(name, "__") || definition.Kind != ast.Object && definition.Kind != ast.Interface {
			continue
		}
		for _, f := range definition.Fields {
			if f.Type.Elem == nil || strings.HasPrefix(f.Name, "__") {
				continue
			}
			size := f.Directives.ForName("listSize")
			if slices.Contains(sized[name], f.Name) != (size == nil) {
				t.Errorf("%s.%s is a list without a size, or with two", name, f.Name)
			}
			if size == nil {
				continue
			}
			for _, a := range f.Arguments {
				slicing := size.Arguments.ForName("slicingArguments")
				if (a.Name == "first" || a.Name == "last") && (slicing == nil || !strings.Contains(slicing.Value.String(), a.Name)) {
					t.Errorf("%s.%s has a size that its argument %s does not count for", name, f.Name, a.Name)
				}
			}
			for _, of := range definition.Interfaces {
				same := schema.Types[of].Fields.ForName(f.Name)
				if same != nil && same.Directives.ForName("listSize") == nil {
					t.Errorf("%s.%s has a size, and %s.%s has none", name, f.Name, of, f.Name)
				}
			}
		}
	}
}

// A learner's stored data may be large, so a document may request it only
// once.
func TestOneExportPerDocument(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	const export = `data`
	s.ask(t, learner, `{ viewer { `+export+` } }`, nil).ok(t)
	if got := s.ask(t, learner, `{ viewer { `+export+` again: `+export+` } }`, nil); got.code() != "QUERY_TOO_COMPLEX" {
		t.Errorf("code %q", got.code())
	}
}
