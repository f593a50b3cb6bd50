package resolvers_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// composer writes queries that are usually valid. Bytes determine what it
// writes, so that a fuzzer can steer it; when they run out it soon finishes.
type composer struct {
	schema *ast.Schema
	texts  map[string][]string // possible arguments of type String or ID, by field.argument
	bytes  []byte

	fields    int // number of fields that may still be written
	fragments []fragment
	declared  []string // $name: Type
	values    map[string]any
}

type fragment struct{ name, on, body string }

// requests returns the bodies of requests with one document; if it has Boolean
// variables, there is a second one with the opposite values.
func (c *composer) requests(t testing.TB) [][]byte {
	t.Helper()
	c.values = map[string]any{}
	roots := c.selections(c.schema.Query, 5)
	var query strings.Builder
	query.WriteString("query")
	if len(c.declared) > 0 {
		query.WriteString("(" + strings.Join(c.declared, ", ") + ")")
	}
	query.WriteString(" " + roots)
	for _, f := range c.fragments {
		query.WriteString("\nfragment " + f.name + " on " + f.on + " " + f.body)
	}
	bodies := [][]byte{c.body(t, query.String())}
	flipped := false
	for name, value := range c.values {
		if condition, ok := value.(bool); ok {
			c.values[name], flipped = !condition, true
		}
	}
	if flipped {
		bodies = append(bodies, c.body(t, query.String()))
	}
	return bodies
}

func (c *composer) body(t testing.TB, query string) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": c.values})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// pick returns a number below n.
func (c *composer) pick(n int) int {
	if len(c.bytes) == 0 || n < 2 {
		return 0
	}
	b := c.bytes[0]
	c.bytes = c.bytes[1:]
	return int(b) % n
}

func oneOf[T any](c *composer, all []T) T { return all[c.pick(len(all))] }

func (c *composer) selections(on *ast.Definition, depth int) string {
	var items []string
	for range 1 + c.pick(5) {
		switch kind := c.pick(12); {
		case kind == 0:
			items = append(items, c.alias("__typename", "")+"__typename"+c.directives())
		case kind == 1 && depth > 0 && on != c.schema.Query:
			items = append(items, c.inline(on, depth))
		case kind == 2 && depth > 0 && on != c.schema.Query:
			items = append(items, c.spread(on, depth))
		default:
			if field := c.field(on, depth); field != "" {
				items = append(items, field)
			}
		}
	}
	if len(items) == 0 {
		items = append(items, "__typename")
	}
	if c.pick(4) == 1 { // the same again, which must be merged
		items = append(items, oneOf(c, items))
	}
	return "{ " + strings.Join(items, " ") + " }"
}

func (c *composer) field(on *ast.Definition, depth int) string {
	field := oneOf(c, on.Fields)
	if c.fields--; c.fields < 0 || strings.HasPrefix(field.Name, "__") {
		return ""
	}
	below := c.schema.Types[field.Type.Name()]
	if depth == 0 && !below.IsLeafType() {
		return ""
	}
	arguments := c.arguments(field)
	text := c.alias(field.Name, arguments) + field.Name + arguments + c.directives()
	if below.IsLeafType() {
		return text
	}
	return text + " " + c.selections(below, depth-1)
}

// alias gives fields with different arguments different names, and some fields
// several names.
func (c *composer) alias(name, arguments string) string {
	if arguments == "" && c.pick(5) != 1 {
		return ""
	}
	sum := 0
	for _, b := range []byte(arguments) {
		sum = (sum*31 + int(b)) % 9973
	}
	return fmt.Sprintf("%s_%d: ", strings.TrimLeft(name, "_"), sum)
}

func (c *composer) inline(on *ast.Definition, depth int) string {
	condition, within := c.narrowed(on)
	if condition != "" {
		condition = " on " + condition
	}
	return "..." + condition + c.directives() + " " + c.selections(within, depth-1)
}

func (c *composer) spread(on *ast.Definition, depth int) string {
	name, within := c.narrowed(on)
	if name == "" {
		name = on.Name
	}
	if c.pick(2) == 1 {
		for _, f := range c.fragments {
			if f.on == name {
				return "..." + f.name + c.directives()
			}
		}
	}
	body := c.selections(within, depth-1) // which may add its own fragments
	f := fragment{fmt.Sprintf("F%d", len(c.fragments)), name, body}
	c.fragments = append(c.fragments, f)
	return "..." + f.name + c.directives()
}

// narrowed returns a type condition that is valid somewhere within a type, ""
// for none, and the type of the fragment.
func (c *composer) narrowed(on *ast.Definition) (string, *ast.Definition) {
	types := []string{"", on.Name}
	types = append(types, on.Interfaces...)
	for _, possible := range c.schema.GetPossibleTypes(on) {
		types = append(types, possible.Name)
	}
	name := oneOf(c, types)
	if name == "" {
		return "", on
	}
	return name, c.schema.Types[name]
}

func (c *composer) directives() string {
	kind := c.pick(16)
	if kind == 0 || kind > 4 {
		return ""
	}
	condition := strconv.FormatBool(c.pick(2) == 1)
	if c.pick(2) == 1 {
		condition = c.variable("Boolean!", c.pick(2) == 1)
	}
	return [...]string{"", " @skip(if: " + condition + ")", " @include(if: " + condition + ")",
		" @include(if: " + condition + ") @skip(if: false)", " @skip(if: " + condition + ") @include(if: true)"}[kind]
}

func (c *composer) variable(of string, value any) string {
	name := fmt.Sprintf("v%d", len(c.declared))
	c.declared = append(c.declared, "$"+name+": "+of)
	c.values[name] = value
	return "$" + name
}

func (c *composer) arguments(field *ast.FieldDefinition) string {
	var given []string
	for _, argument := range field.Arguments {
		if !argument.Type.NonNull && c.pick(2) == 0 {
			continue
		}
		value := c.value(field.Name+"."+argument.Name, argument.Type)
		if c.pick(3) == 1 {
			given = append(given, argument.Name+": "+c.variable(argument.Type.String(), value))
			continue
		}
		given = append(given, argument.Name+": "+c.literal(argument.Type, value))
	}
	if len(given) == 0 {
		return ""
	}
	return "(" + strings.Join(given, ", ") + ")"
}

// value returns a value of an input type as decoded from JSON.
func (c *composer) value(name string, of *ast.Type) any {
	if !of.NonNull && c.pick(6) == 1 {
		return nil
	}
	if of.Elem != nil {
		list := []any{}
		for range c.pick(4) {
			list = append(list, c.value(name, of.Elem))
		}
		return list
	}
	switch def := c.schema.Types[of.NamedType]; {
	case def.Kind == ast.Enum:
		return oneOf(c, def.EnumValues).Name
	case def.Kind == ast.InputObject:
		object := map[string]any{}
		for _, f := range def.Fields {
			if c.pick(3) == 1 {
				object[f.Name] = c.value(name+"."+f.Name, f.Type)
			}
		}
		return object
	case def.Name == "Int":
		return oneOf(c, []int{1, 3, 20, 0, 7, -1, 101})
	case def.Name == "Boolean":
		return c.pick(2) == 1
	}
	return oneOf(c, append(c.texts[name][:len(c.texts[name]):len(c.texts[name])], "nope"))
}

// literal formats a value in GraphQL.
func (c *composer) literal(of *ast.Type, value any) string {
	switch v := value.(type) {
	case []any:
		items := make([]string, 0, len(v))
		for _, item := range v {
			items = append(items, c.literal(of.Elem, item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case map[string]any:
		var members []string
		for _, f := range c.schema.Types[of.NamedType].Fields {
			if member, ok := v[f.Name]; ok {
				members = append(members, f.Name+": "+c.literal(f.Type, member))
			}
		}
		return "{" + strings.Join(members, ", ") + "}"
	case string:
		if c.schema.Types[of.NamedType].Kind == ast.Enum {
			return v
		}
		return strconv.Quote(v)
	case nil:
		return "null"
	}
	return fmt.Sprint(value)
}
