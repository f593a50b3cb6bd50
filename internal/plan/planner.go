package plan

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/answer"
)

// Planner creates plans for the documents of one schema. Create it with New.
type Planner struct {
	schema  Schema
	writers sync.Pool
}

// New returns a Planner for a schema.
func New(s Schema) *Planner {
	p := &Planner{schema: s}
	p.writers.New = func() any { return &Writer{done: p.release} }
	return p
}

// keptBuffer is the largest buffer to reuse. An answer with all lessons is
// larger, and rare.
const keptBuffer = 256 << 10

func (p *Planner) release(w *Writer) {
	w.forget()
	if cap(w.out) <= keptBuffer {
		p.writers.Put(w)
	}
}

// spareSteps is how many steps a document may have beyond one per byte of its
// text. A limit on document size therefore limits plans.
const spareSteps = 100

// Document returns the middleware for resolvers of a valid document, which
// caches the document's plans. size is the length of its text in bytes. The
// middleware is for gqlgen's executor: where it can, it replaces a resolver's
// result by the encoded answer.
func (p *Planner) Document(doc *ast.QueryDocument, size int) graphql.FieldMiddleware {
	d := &document{
		planner: p,
		doc:     doc,
		shaping: map[*ast.OperationDefinition][]string{},
		plans:   map[spot]*Selection{},
		left:    size + spareSteps,
	}
	return d.answer
}

// document has the plans of one parsed document.
type document struct {
	planner *Planner
	doc     *ast.QueryDocument

	mu      sync.RWMutex
	shaping map[*ast.OperationDefinition][]string // per operation, the variables that decide what is selected
	plans   map[spot]*Selection                   // nil means the executor
	left    int                                   // how many steps may still be added
}

// spot identifies a resolver's answer in an operation, for given values of the
// variables that shape the operation.
type spot struct {
	operation     *ast.OperationDefinition
	parent, alias string // parent is empty below the root
	shape         string
}

func (d *document) answer(ctx context.Context, next graphql.Resolver) (any, error) {
	value, err := next(ctx)
	field := graphql.GetFieldContext(ctx)
	if err != nil || value == nil || field == nil || !field.IsResolver {
		return value, err
	}
	resolver, ok := d.planner.schema.Resolvers[FieldName{field.Object, field.Field.Name}]
	if !ok {
		return value, nil
	}
	selection := d.selection(ctx, field, resolver)
	if selection == nil {
		return value, nil
	}
	w := d.planner.write(ctx, resolver, selection, value)
	switch {
	case w == nil:
		return value, nil
	case w.ended:
		d.planner.release(w)
		return nil, answer.ErrEnded
	}
	return w, nil
}

// write returns the encoded value, or nil to leave it to the executor.
func (p *Planner) write(ctx context.Context, resolver Resolver, selection *Selection, value any) (written *Writer) {
	defer func() {
		if recover() != nil {
			// Methods of the domain can panic only where the executor would run
			// into the same panic, at a known place, and report it.
			written = nil
		}
	}()
	w, _ := p.writers.Get().(*Writer)
	w.begin(ctx)
	resolver.Append(w, selection, value)
	w.announce()
	if w.failed && !w.ended {
		p.release(w)
		return nil
	}
	w.report()
	return w
}

// selection returns the plan for a resolver's field, or nil if there is none.
func (d *document) selection(ctx context.Context, field *graphql.FieldContext, resolver Resolver) *Selection {
	op := graphql.GetOperationContext(ctx)
	at := spot{operation: op.Operation, alias: field.Field.Alias}
	// Two aliases can name the same object below the root. Anything deeper, or
	// in a list, has no plan.
	if field.Index != nil || len(field.Field.Deferrables) > 0 {
		return nil
	}
	if above := field.Parent; above != nil && above.Parent != nil {
		if above.Index != nil || above.Parent.Parent != nil {
			return nil
		}
		at.parent = above.Field.Alias
	}

	var buffer [64]byte
	d.mu.RLock()
	shaping, surveyed := d.shaping[op.Operation]
	shape, ok := appendShape(buffer[:0], shaping, op.Variables)
	known, planned := d.plans[spot{at.operation, at.parent, at.alias, string(shape)}]
	d.mu.RUnlock()
	if surveyed && (planned || !ok) {
		return known
	}
	return d.compile(ctx, op, at, field, resolver)
}

func (d *document) compile(ctx context.Context, op *graphql.OperationContext, at spot, field *graphql.FieldContext, resolver Resolver) *Selection {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.left <= 0 {
		return nil
	}
	shaping, surveyed := d.shaping[op.Operation]
	if !surveyed {
		shaping = shapingVariables(&d.planner.schema, d.doc, op.Operation)
		d.shaping[op.Operation] = shaping
	}
	shape, ok := appendShape(nil, shaping, op.Variables)
	if !ok {
		return nil
	}
	at.shape = string(shape)
	if known, planned := d.plans[at]; planned {
		return known
	}
	c := compiler{
		schema: &d.planner.schema, ctx: ctx, op: op, left: d.left - 1,
		path: []place{{field.Field.Field, resolver.Lists}},
	}
	d.plans[at] = c.compile(resolver.Type, field.Field.Selections)
	d.left = c.left
	return d.plans[at]
}
