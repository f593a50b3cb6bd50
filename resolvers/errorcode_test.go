package resolvers_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/resolvers"
)

func TestTheSchemaListsEveryErrorCode(t *testing.T) {
	schema := resolvers.Schema(&resolvers.Root{}).Schema()
	var listed []fault.Code
	for _, v := range schema.Types["ErrorCode"].EnumValues {
		listed = append(listed, fault.Code(v.Name))
	}
	if diff := cmp.Diff(fault.Codes(), listed); diff != "" {
		t.Errorf("the codes of the program and of the schema (-program +schema):\n%s", diff)
	}
}
