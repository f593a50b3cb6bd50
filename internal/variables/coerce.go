package variables

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// Coerce returns the values of op's variables, defaults included; a variable
// without a value or a default is omitted. Needed is what Needed returned for
// op. It fails with INVALID_INPUT, and the path of the value to correct as its
// field, such as filter.types[0].
//
// given is what encoding/json decodes with UseNumber.
func Coerce(schema *ast.Schema, op *ast.OperationDefinition, needed map[string]*ast.Type, given map[string]any) (map[string]any, error) {
	c := coercion{schema}
	values := make(map[string]any, len(op.VariableDefinitions))
	for _, v := range op.VariableDefinitions {
		value, isGiven := given[v.Variable]
		switch {
		case !isGiven && v.DefaultValue != nil:
			fallback, err := v.DefaultValue.Value(nil)
			if err != nil {
				return nil, refuse(v.Variable, &mistake{message: "has a default that cannot be used"})
			}
			values[v.Variable] = fallback
			continue
		case !isGiven && v.Type.NonNull:
			return nil, refuse(v.Variable, &mistake{message: "is missing"})
		case !isGiven:
			continue
		case value == nil && needed[v.Variable] != nil:
			return nil, refuse(v.Variable, &mistake{message: "must not be null: it is used where " + needed[v.Variable].String() + " is needed"})
		}
		coerced, wrong := c.value(v.Type, value)
		if wrong != nil {
			return nil, refuse(v.Variable, wrong)
		}
		values[v.Variable] = coerced
	}
	return values, nil
}

// mistake is what is wrong with a value, and where in the variable.
type mistake struct{ path, message string }

// in says that the mistake is in a field, or in an item such as [2].
func (m *mistake) in(outer string) *mistake {
	switch {
	case m.path == "":
		m.path = outer
	case m.path[0] == '[':
		m.path = outer + m.path
	default:
		m.path = outer + "." + m.path
	}
	return m
}

func refuse(variable string, m *mistake) error {
	m = m.in(variable)
	return fault.Invalid(m.path, "variable `%s` %s", m.path, m.message)
}

type coercion struct{ schema *ast.Schema }

func (c coercion) value(t *ast.Type, value any) (any, *mistake) {
	if value == nil {
		if t.NonNull {
			return nil, &mistake{message: "must not be null"}
		}
		return nil, nil
	}
	if t.Elem != nil {
		return c.list(t.Elem, value)
	}
	def := c.schema.Types[t.NamedType]
	switch def.Kind {
	case ast.InputObject:
		return c.object(def, value)
	case ast.Enum:
		return enum(def, value)
	default:
		return scalar(def.Name, value)
	}
}

// list takes a single value as a list of one.
func (c coercion) list(of *ast.Type, value any) (any, *mistake) {
	items, ok := value.([]any)
	if !ok {
		item, wrong := c.value(of, value)
		return []any{item}, wrong
	}
	coerced := make([]any, len(items))
	for i, item := range items {
		var wrong *mistake
		if coerced[i], wrong = c.value(of, item); wrong != nil {
			return nil, wrong.in("[" + strconv.Itoa(i) + "]")
		}
	}
	return coerced, nil
}

// object omits what is not given: gqlgen fills in defaults, and distinguishes
// omitted fields from null.
func (c coercion) object(def *ast.Definition, value any) (any, *mistake) {
	fields, ok := value.(map[string]any)
	if !ok {
		return nil, notA(def.Name, value)
	}
	for name := range fields {
		if def.Fields.ForName(name) == nil {
			return nil, (&mistake{message: "is not a field of " + def.Name}).in(name)
		}
	}
	coerced := make(map[string]any, len(fields))
	for _, field := range def.Fields {
		given, ok := fields[field.Name]
		if !ok {
			if field.Type.NonNull && field.DefaultValue == nil {
				return nil, (&mistake{message: "is missing"}).in(field.Name)
			}
			continue
		}
		var wrong *mistake
		if coerced[field.Name], wrong = c.value(field.Type, given); wrong != nil {
			return nil, wrong.in(field.Name)
		}
	}
	if def.Directives.ForName("oneOf") != nil && !exactlyOne(coerced) {
		return nil, &mistake{message: "needs exactly one field of " + def.Name + ", and that one not null"}
	}
	return coerced, nil
}

func exactlyOne(fields map[string]any) bool {
	for _, value := range fields {
		if value == nil {
			return false
		}
	}
	return len(fields) == 1
}
