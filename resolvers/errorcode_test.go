package resolvers_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	gql "github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/resolvers"
)

func schemaOf() *gql.Schema {
	return resolvers.Schema(&resolvers.Root{}).Schema()
}

func TestSchemaListsEveryErrorCode(t *testing.T) {
	declared := declaredIn(t, "../internal/fault/fault.go", "Code")
	if diff := cmp.Diff(declared, valuesOf("ErrorCode")); diff != "" {
		t.Errorf("the codes of the program and of the schema (-program +schema):\n%s", diff)
	}
}

func TestSchemaListsEveryErrorReason(t *testing.T) {
	declared := declaredIn(t, "../internal/fault/reason.go", "Reason", "ConflictReason", "TokenReason", "LimitReason")
	if diff := cmp.Diff(declared, valuesOf("ErrorReason")); diff != "" {
		t.Errorf("the reasons of the program and of the schema (-program +schema):\n%s", diff)
	}
}

// declaredIn returns the values of a Go file's constants that have one of the
// types, sorted.
func declaredIn(t *testing.T, path string, types ...string) (values []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		constant, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if of, ok := constant.Type.(*ast.Ident); !ok || !slices.Contains(types, of.Name) {
			return true
		}
		for _, value := range constant.Values {
			text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, text)
		}
		return true
	})
	slices.Sort(values)
	return values
}

// valuesOf returns the values of an enum of the schema, sorted.
func valuesOf(enum string) (values []string) {
	for _, v := range schemaOf().Types[enum].EnumValues {
		values = append(values, v.Name)
	}
	slices.Sort(values)
	return values
}

func TestSchemaDescribesConflicts(t *testing.T) {
	var sent, described []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[quiz.SlotConflict]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		sent = append(sent, name)
	}
	for _, f := range schemaOf().Types["SlotConflict"].Fields {
		described = append(described, f.Name)
	}
	if diff := cmp.Diff(described, sent); diff != "" {
		t.Errorf("SlotConflict (-schema +program):\n%s", diff)
	}
}
