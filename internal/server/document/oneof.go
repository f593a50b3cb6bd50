package document

import (
	"reflect"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// checkOneOf holds the values of op's variables against @oneOf, which the
// validator does for literals only. It fails with INVALID_INPUT.
func checkOneOf(schema *ast.Schema, op *ast.OperationDefinition, variables map[string]any) error {
	for _, v := range op.VariableDefinitions {
		if err := checkOneOfValue(schema, v.Type, variables[v.Variable], v.Variable); err != nil {
			return err
		}
	}
	return nil
}

func checkOneOfValue(schema *ast.Schema, t *ast.Type, value any, path string) error {
	if t.Elem != nil {
		// The validator turns a single value into a list of one, of its own type.
		list := reflect.ValueOf(value)
		if list.Kind() != reflect.Slice {
			return checkOneOfValue(schema, t.Elem, value, path)
		}
		for i := range list.Len() {
			if err := checkOneOfValue(schema, t.Elem, list.Index(i).Interface(), path+"."+strconv.Itoa(i)); err != nil {
				return err
			}
		}
		return nil
	}

	input := schema.Types[t.NamedType]
	fields, ok := value.(map[string]any)
	if !ok || input == nil || input.Kind != ast.InputObject {
		return nil
	}
	if input.Directives.ForName("oneOf") != nil && !exactlyOne(fields) {
		return fault.Invalid(path, "%s needs exactly one of its fields, and that one not null", input.Name)
	}
	for _, f := range input.Fields {
		if err := checkOneOfValue(schema, f.Type, fields[f.Name], path+"."+f.Name); err != nil {
			return err
		}
	}
	return nil
}

func exactlyOne(fields map[string]any) bool {
	for _, value := range fields {
		if value == nil {
			return false
		}
	}
	return len(fields) == 1
}
