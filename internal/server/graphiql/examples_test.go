package graphiql_test

import (
	"encoding/json"
	"html"
	"os"
	"regexp"
	"slices"
	"strings"
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
			headers := map[string]string{}
			if example.Headers != "" {
				if err := json.Unmarshal([]byte(example.Headers), &headers); err != nil {
					t.Fatal(err)
				}
			}
			// What is the caller's own shows where the token goes.
			if own := needsCaller(operation); own != strings.HasPrefix(headers["Authorization"], "Bearer ") {
				t.Errorf("needs a caller: %t, headers %v", own, headers)
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
	if kinds[ast.Query] < 5 || kinds[ast.Mutation] < 3 || kinds[ast.Subscription] < 1 {
		t.Errorf("examples by kind = %v", kinds)
	}
}

// needsCaller reports whether an operation asks for what is the caller's.
func needsCaller(operation *ast.OperationDefinition) bool {
	return slices.ContainsFunc(operation.SelectionSet, func(s ast.Selection) bool {
		f, ok := s.(*ast.Field)
		return ok && (f.Name == "viewer" || f.Definition.Directives.ForName("hasRole") != nil)
	})
}

type tab struct{ Query, Variables, Headers string }

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
