package resolvers_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/resolvers"
)

func schemaOf() *ast.Schema {
	return resolvers.Schema(&resolvers.Root{}).Schema()
}

func TestSchemaListsEveryErrorCode(t *testing.T) {
	listed := valuesOf[fault.Code]("ErrorCode")
	if diff := cmp.Diff(fault.Codes(), listed); diff != "" {
		t.Errorf("the codes of the program and of the schema (-program +schema):\n%s", diff)
	}
}

func TestSchemaListsEveryErrorReason(t *testing.T) {
	listed := valuesOf[fault.Reason]("ErrorReason")
	if diff := cmp.Diff(fault.Reasons(), listed); diff != "" {
		t.Errorf("the reasons of the program and of the schema (-program +schema):\n%s", diff)
	}
}

func valuesOf[T ~string](enum string) []T {
	var listed []T
	for _, v := range schemaOf().Types[enum].EnumValues {
		listed = append(listed, T(v.Name))
	}
	return listed
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
