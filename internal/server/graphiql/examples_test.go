package graphiql_test

import (
	"encoding/json"
	"html"
	"os"
	"regexp"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/scrumkb/scrumkb/internal/server/graphiql"
)

// TestExamplesFitTheSchema validates the operations as they appear on the
// page.
func TestExamplesFitTheSchema(t *testing.T) {
	sdl, err := os.ReadFile("../../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(sdl)})
	if err != nil {
		t.Fatal(err)
	}

	kinds := map[ast.Operation]int{}
	for _, example := range examplesOfPage(t) {
		document, err := gqlparser.LoadQueryWithRules(schema, example.Query, nil)
		if err != nil {
			t.Errorf("%v in\n%s", err, example.Query)
			continue
		}
		operation := document.Operations[0]
		kinds[operation.Operation]++
		t.Run(operation.Name, func(t *testing.T) {
			if len(document.Operations) != 1 || operation.Name == "" {
				t.Error("a tab needs one named operation, whose name is the tab's title")
			}
			variables := map[string]any{}
			if example.Variables != "" {
				if err := json.Unmarshal([]byte(example.Variables), &variables); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := validator.VariableValues(schema, operation, variables); err != nil {
				t.Error(err)
			}
		})
	}
	if kinds[ast.Query] < 4 || kinds[ast.Subscription] < 1 {
		t.Errorf("examples by kind = %v", kinds)
	}
}

type tab struct{ Query, Variables string }

func examplesOfPage(t *testing.T) []tab {
	t.Helper()
	page := get(graphiql.Path, nil).Body.Bytes()
	match := regexp.MustCompile(`data-examples="([^"]*)"`).FindSubmatch(page)
	if match == nil {
		t.Fatal("the page has no examples")
	}
	var tabs []tab
	if err := json.Unmarshal([]byte(html.UnescapeString(string(match[1]))), &tabs); err != nil {
		t.Fatal(err)
	}
	return tabs
}
