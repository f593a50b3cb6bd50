package main

import (
	_ "embed"
	"fmt"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/templates"
)

//go:embed plans.gotpl
var template string

// plans is the plugin of gqlgen that writes plans.go beside its own code: for
// each object type a function that appends the fields of a value, in the way
// that gqlgen binds them. It leaves out what a plan cannot do, such as fields
// with a resolver or a directive, and scalars with a marshaller of their own.
type plans struct{}

// Name implements plugin.Plugin.
func (plans) Name() string { return "plans" }

// GenerateCode implements plugin.CodeGenerator.
func (plans) GenerateCode(data *codegen.Data) error {
	m := model{data: data}
	for _, o := range data.Objects {
		for _, f := range o.Fields {
			if f.IsResolver && !o.Stream && m.planned(f.TypeReference) && !isLeaf(f.TypeReference) {
				m.Resolvers = append(m.Resolvers, f)
			}
		}
		if !o.Root && !o.BuiltIn {
			m.Objects = append(m.Objects, o)
		}
	}
	for _, o := range data.Schema.Types {
		if i := data.Interfaces[o.Name]; i != nil && !o.BuiltIn {
			m.Abstract = append(m.Abstract, i)
		}
	}
	if len(m.Objects) == 0 || len(m.Resolvers) == 0 {
		return fmt.Errorf("%d objects and %d resolvers can be planned: gqlgen's data is not what it used to be", len(m.Objects), len(m.Resolvers))
	}
	m.sort()
	return templates.Render(templates.Options{
		PackageName:     data.Config.Exec.Package,
		Filename:        plansFile(data.Config),
		Template:        template,
		Data:            &m,
		GeneratedHeader: true,
		Packages:        data.Config.Packages,
	})
}
