package plan

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Selection is a compiled selection set.
type Selection struct {
	Steps []Step       // of an object
	Kinds []*Selection // of an interface or union: one per type in Schema.Abstract
}

// Literal is the Code of a Step that consists of its Lead alone.
const Literal = 0

// Step writes one member of an object.
type Step struct {
	Lead string // what precedes the value: the brace or comma, and the member's name
	Code int    // Field.Code, or Literal
	Of   *Selection
	Args map[string]any

	path []place // of a resolved field: its path from the root of the plan
}

// place is a field on the way to another one, and how many lists deep its values
// are.
type place struct {
	field *ast.Field
	lists int
}

// compiler turns selection sets into Selections, for one operation with its
// variables' values.
type compiler struct {
	schema *Schema
	ctx    context.Context //nolint:containedctx // a compiler lives as long as a call
	op     *graphql.OperationContext
	left   int     // how many steps it may still add
	path   []place // to the selection that is being compiled; the first is the field at which the plan begins
}

// compile returns the Selection of set on a type, or nil if something in it
// must be left to the executor. A scalar's is empty.
func (c *compiler) compile(typeName string, set ast.SelectionSet) *Selection {
	if typeName == "" {
		return &Selection{}
	}
	if object, ok := c.schema.Objects[typeName]; ok {
		return c.object(typeName, object, set)
	}
	kinds, ok := c.schema.Abstract[typeName]
	if !ok {
		return nil
	}
	s := &Selection{Kinds: make([]*Selection, len(kinds))}
	for i, kind := range kinds {
		object, ok := c.schema.Objects[kind]
		if !ok {
			return nil
		}
		if s.Kinds[i] = c.object(kind, object, set); s.Kinds[i] == nil {
			return nil
		}
	}
	return s
}

func (c *compiler) object(name string, object Object, set ast.SelectionSet) *Selection {
	// The executor's own function decides which fields are selected, in which
	// order, and what is merged.
	fields := graphql.CollectFields(c.op, set, object.Satisfies)
	if c.left -= len(fields); c.left < 0 {
		return nil
	}
	s := &Selection{Steps: make([]Step, 0, len(fields))}
	written := make(map[string]bool, len(fields))
	for _, field := range fields {
		step, ok := c.step(name, object, field)
		if !ok {
			return nil
		}
		if written[field.Alias] {
			// The executor collects a field twice if two unrelated interfaces
			// have it, resolves both and writes the first.
			if step.Of != nil || step.Args != nil || step.path != nil {
				return nil
			}
			continue
		}
		written[field.Alias] = true
		step.Lead = `,"` + field.Alias + `":` + step.Lead // names need no escaping
		if len(s.Steps) == 0 {
			step.Lead = "{" + step.Lead[1:]
		}
		s.Steps = append(s.Steps, step)
	}
	if len(s.Steps) == 0 { // everything is skipped
		s.Steps = append(s.Steps, Step{Lead: "{", Code: Literal})
	}
	return s
}

func (c *compiler) step(name string, object Object, field graphql.CollectedField) (Step, bool) {
	if len(field.Deferrables) > 0 {
		return Step{}, false
	}
	if field.Name == "__typename" {
		return Step{Lead: `"` + name + `"`, Code: Literal}, true
	}
	known, ok := object.Fields[field.Name]
	if !ok {
		return Step{}, false
	}
	step := Step{Code: known.Code}
	c.path = append(c.path, place{field.Field, known.Lists})
	defer func() { c.path = c.path[:len(c.path)-1] }()
	if known.Resolved {
		step.path = slices.Clone(c.path)
	}
	if known.Args != nil {
		var err error
		if step.Args, err = known.Args(c.ctx, c.op, field.ArgumentMap(c.op.Variables)); err != nil {
			return Step{}, false
		}
	}
	if known.Type != "" {
		if step.Of = c.compile(known.Type, field.Selections); step.Of == nil {
			return Step{}, false
		}
	}
	return step, true
}
