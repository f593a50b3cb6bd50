package document

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/server/failure"
	"github.com/scrumkb/scrumkb/internal/variables"
)

// Config configures a Reader.
type Config struct {
	Schema        *ast.Schema
	Limits        Limits // zero fields take their value from DefaultLimits
	Introspection bool   // whether callers may read the schema
	Suggestions   bool   // whether validation errors may suggest names

	// Plan returns a middleware for the resolvers of a valid document of size
	// bytes. Nil means none.
	Plan func(document *ast.QueryDocument, size int) graphql.FieldMiddleware
}

// Reader turns requests into operations. Create it with NewReader; it is safe
// for concurrent use.
type Reader struct {
	config    Config
	known     *cache[*document]
	persisted persisted
}

// NewReader returns a Reader with an empty cache.
func NewReader(c Config) *Reader {
	if c.Plan == nil {
		c.Plan = func(*ast.QueryDocument, int) graphql.FieldMiddleware { return resolve }
	}
	c.Limits = c.Limits.withDefaults()
	return &Reader{
		config:    c,
		known:     newCache[*document](knownDocuments, knownDocumentsBytes, knownDocumentMax),
		persisted: newPersisted(),
	}
}

// resolve is a middleware that does nothing.
func resolve(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) }

// Operation is a valid operation with its variables' values.
type Operation struct {
	*graphql.OperationContext
	Cost   int           // by the schema
	Defers bool          // uses @defer
	Public bool          // is public content; see PublicOperation
	MaxAge time.Duration // for how long a client may cache the answer, if it is public

	Registers bool // the request has both the text and its hash
}

// Kind returns whether it is a query, mutation or subscription.
func (o *Operation) Kind() ast.Operation { return o.Operation.Operation }

// Label returns the operation's name in logs.
func (o *Operation) Label() Label { return Label{o.Operation.Name, string(o.Kind())} }

// Label identifies an operation in logs, without its text or variables.
type Label struct{ Name, Kind string }

// Read returns the operation that p asks for, or the errors that prevent its
// execution. Recovery from panics is the caller's task.
func (r *Reader) Read(p *graphql.RawParams) (*Operation, gqlerror.List) {
	registers := p.Query != "" && p.Extensions["persistedQuery"] != nil
	if err := r.persisted.resolve(p); err != nil {
		return nil, failure.List(err)
	}
	if p.Query == "" {
		return nil, failure.List(fault.New(fault.BadRequest, "query is missing"))
	}
	doc, errs := r.load(p.Query)
	if errs != nil {
		return nil, errs
	}
	if doc.introspects && !r.config.Introspection {
		return nil, failure.List(fault.New(fault.IntrospectionDisabled, "introspection is disabled on this server"))
	}
	chosen, err := choose(doc.Operations, p.OperationName)
	if err != nil {
		return nil, failure.List(err)
	}
	if doc.defers && chosen.Operation != ast.Query {
		// gqlgen would start the deferred fields and never collect them.
		return nil, failure.List(fault.New(fault.ValidationFailed, "@defer is only supported in queries"))
	}
	values, err := variables.Coerce(r.config.Schema, chosen, doc.needed[chosen], p.Variables)
	if err != nil {
		return nil, failure.List(err)
	}
	cost := doc.costs[chosen].total(values)
	if cost > r.config.Limits.Complexity {
		return nil, failure.List(tooComplex("complexity", r.config.Limits.Complexity))
	}

	maxAge, public := doc.public[chosen]
	op := &Operation{
		OperationContext: &graphql.OperationContext{
			RawQuery:               p.Query,
			OperationName:          p.OperationName,
			Extensions:             p.Extensions,
			Headers:                p.Headers,
			Doc:                    doc.QueryDocument,
			Operation:              chosen,
			Variables:              values,
			DisableIntrospection:   !r.config.Introspection,
			ResolverMiddleware:     doc.middleware,
			RootResolverMiddleware: func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) },
		},
		Cost:      cost,
		Defers:    doc.defers,
		Public:    public,
		MaxAge:    maxAge,
		Registers: registers,
	}
	if chosen.Operation == ast.Subscription {
		// This depends on directives and variables, which validation does not
		// evaluate.
		fields := graphql.CollectFields(op.OperationContext, chosen.SelectionSet, []string{r.config.Schema.Subscription.Name})
		if len(fields) != 1 {
			return nil, failure.List(fault.New(fault.ValidationFailed, "a subscription must have exactly one root field, not %d", len(fields)))
		}
	}
	return op, nil
}

func choose(all ast.OperationList, name string) (*ast.OperationDefinition, error) {
	if op := all.ForName(name); op != nil {
		return op, nil
	}
	if name == "" {
		return nil, fault.New(fault.ValidationFailed, "the document has several operations; `operationName` must name one of them")
	}
	return nil, fault.New(fault.ValidationFailed, "the document has no operation with the name in `operationName`")
}
