package main

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

// model is the template's data.
type model struct {
	data *codegen.Data

	Objects   []*codegen.Object
	Abstract  []*codegen.Interface
	Resolvers []*codegen.Field // whose answers plans write
}

func (m *model) sort() {
	slices.SortFunc(m.Objects, func(a, b *codegen.Object) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(m.Abstract, func(a, b *codegen.Interface) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(m.Resolvers, func(a, b *codegen.Field) int {
		return cmp.Or(cmp.Compare(a.Object.Name, b.Object.Name), cmp.Compare(a.Name, b.Name))
	})
}

// Fields returns the fields of an object that plans can write: those that are
// a Go field, or a method that takes no context and cannot fail, and those that
// Resolved reports.
func (m *model) Fields(o *codegen.Object) []*codegen.Field {
	var fields []*codegen.Field
	for _, f := range o.Fields {
		simple := f.IsVariable() || f.IsMethod() && !f.MethodHasContext && f.NoErr && !f.VOkFunc
		if (simple && !f.IsResolver || m.Resolved(o, f)) && !f.Batch && !f.HasHaser && !f.HasDirectives() && m.planned(f.TypeReference) {
			fields = append(fields, f)
		}
	}
	return fields
}

// Resolved reports whether a plan calls the field's resolver: a nullable field
// that depends on the caller, beside content that does not. What such fields of
// an answer need is loaded once, so that nothing is gained by the executor's
// goroutines.
func (m *model) Resolved(o *codegen.Object, f *codegen.Field) bool {
	if o.Root || !f.IsResolver || len(f.Args) > 0 || f.TypeReference.GQL.NonNull || isLeaf(f.TypeReference) {
		return false
	}
	scope := f.FieldDefinition.Directives.ForName("cacheControl")
	return scope != nil && scope.Arguments.ForName("scope").Value.Raw == "PRIVATE"
}

// Lists returns how many lists deep the values of a type are.
func (m *model) Lists(ref *config.TypeReference) int {
	n := 0
	for t := ref.GQL; t.Elem != nil; t = t.Elem {
		n++
	}
	return n
}

// planned reports whether plans can write values of a type.
func (m *model) planned(ref *config.TypeReference) bool {
	switch {
	case ref.IsPtrToSlice(), ref.IsPtrToPtr(), ref.IsPtrToIntf():
		return false
	case ref.IsSlice():
		return m.planned(ref.Elem())
	case isLeaf(ref):
		return verb(ref) != ""
	}
	return ref.Definition.Kind == ast.Object || m.data.Interfaces[ref.Definition.Name] != nil
}

func isLeaf(ref *config.TypeReference) bool { return ref.Definition.IsLeafType() }

// verb returns the method of plan.Writer that encodes as gqlgen's marshaller of
// the type does, or "".
func verb(ref *config.TypeReference) string {
	if ref.Marshaler == nil || ref.IsMarshaler || ref.HasEnumValues() {
		return ""
	}
	return map[string]string{
		"github.com/99designs/gqlgen/graphql.MarshalString":          "String",
		"github.com/99designs/gqlgen/graphql.MarshalID":              "String",
		"github.com/99designs/gqlgen/graphql.MarshalBoolean":         "Bool",
		"github.com/99designs/gqlgen/graphql.MarshalInt":             "Int",
		"github.com/99designs/gqlgen/graphql.MarshalFloatContext":    "Float",
		"github.com/scrumkb/scrumkb/internal/scalar.MarshalDate":     "String",
		"github.com/scrumkb/scrumkb/internal/scalar.MarshalDateTime": "Time",
	}[ref.Marshaler.FullName()]
}

// TypeName returns the value for plan.Field.Type.
func (m *model) TypeName(ref *config.TypeReference) string {
	if isLeaf(ref) {
		return ""
	}
	return ref.Definition.Name
}

// Value is a Go expression for a GraphQL value.
type Value struct {
	*config.TypeReference

	Expr      string
	Selection string // the Go expression of its plan.Selection
	Depth     int    // how many lists deep it is
	IsField   bool   // whether Expr is a Go field, and thus addressable
}

// Read returns the expression that reads f from obj.
func (m *model) Read(f *codegen.Field) Value {
	expr := "obj." + f.GoFieldName
	if f.IsMethod() {
		expr += "("
		for i, arg := range f.Args {
			if i > 0 {
				expr += ", "
			}
			expr += fmt.Sprintf("step.Args[%q].(%s)", arg.Name, templates.CurrentImports.LookupType(arg.TypeReference.GO))
		}
		expr += ")"
	}
	return Value{TypeReference: f.TypeReference, Expr: expr, Selection: "step.Of", IsField: f.IsVariable()}
}

// Result returns a resolver's result, which is in value.
func (m *model) Result(f *codegen.Field) Value {
	return Value{TypeReference: f.TypeReference, Expr: "value", Selection: "s"}
}

// Called returns the result of a resolver that a plan calls, which is in value.
func (m *model) Called(f *codegen.Field) Value {
	return Value{TypeReference: f.TypeReference, Expr: "value", Selection: "step.Of"}
}

// Item returns an element of a list.
func (v Value) Item() Value {
	return Value{TypeReference: v.Elem(), Expr: "v" + fmt.Sprint(v.Depth), Selection: v.Selection, Depth: v.Depth + 1}
}

// Required reports whether the value is non-null.
func (v Value) Required() bool { return v.GQL.NonNull }

// IsLeaf reports whether the value is a scalar or an enum.
func (v Value) IsLeaf() bool { return isLeaf(v.TypeReference) }

// IsObject reports whether the value is of an object type.
func (v Value) IsObject() bool { return v.Definition.Kind == ast.Object }

// Write returns the call that writes a leaf.
func (v Value) Write(expr string) string {
	method := verb(v.TypeReference)
	if v.IsPtr() {
		expr = "*" + expr
	}
	if basic := map[string]string{"String": "string", "Bool": "bool", "Int": "int", "Float": "float64"}[method]; basic != "" && !isBasic(v.GO, basic) {
		expr = basic + "(" + expr + ")"
	}
	if method == "Time" {
		expr += fmt.Sprintf(", %t", v.Required())
	}
	return fmt.Sprintf("w.%s(%s)", method, expr)
}

func isBasic(t types.Type, name string) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	basic, ok := t.(*types.Basic)
	return ok && basic.Name() == name
}
