package server

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// engine prepares and runs operations for every transport. Preparing is ours,
// because gqlgen's parses before it can be told the limits; running is
// gqlgen's executor.
type engine struct {
	schema        graphql.ExecutableSchema
	exec          *executor.Executor
	documents     *documents
	persisted     persistedTexts
	introspection bool
	complexity    int
	presenter     presenter
	pin           func(context.Context) (context.Context, int)
	query         func(context.Context) context.Context
}

func newEngine(c Config) *engine {
	e := &engine{
		schema:        c.Schema,
		exec:          executor.New(c.Schema),
		documents:     newDocuments(c),
		persisted:     newPersistedTexts(),
		introspection: c.Introspection,
		complexity:    c.Limits.Complexity,
		presenter:     presenter{c.Logger},
		pin:           c.Pin,
		query:         c.Query,
	}
	e.exec.SetErrorPresenter(e.presenter.present)
	e.exec.SetRecoverFunc(e.presenter.recovered)
	return e
}

// operation is a valid operation with the values of its variables.
type operation struct {
	*graphql.OperationContext
	defers bool
	public bool
	maxAge time.Duration // for which a client may keep the answer when it is public

	registers bool // the request gave the text together with its hash
}

func (o *operation) kind() ast.Operation { return o.Operation.Operation }

func (o *operation) label() label { return label{o.Operation.Name, string(o.kind())} }

// prepare returns the operation that p asks for, or the errors for which
// nothing is executed.
func (e *engine) prepare(ctx context.Context, p *graphql.RawParams) (*operation, gqlerror.List) {
	registers := p.Query != "" && p.Extensions["persistedQuery"] != nil
	if err := e.persisted.resolve(p); err != nil {
		return nil, requestErrors(err)
	}
	if p.Query == "" {
		return nil, requestErrors(fault.New(fault.BadRequest, "query is missing"))
	}
	doc, errs := e.documents.load(ctx, p.Query)
	if errs != nil {
		return nil, errs
	}
	if doc.introspects && !e.introspection {
		return nil, requestErrors(fault.New(fault.IntrospectionDisabled, "introspection is off on this server"))
	}
	chosen, err := choose(doc.Operations, p.OperationName)
	if err != nil {
		return nil, requestErrors(err)
	}
	if doc.defers && chosen.Operation != ast.Query {
		// gqlgen would start the deferred fields and never collect them.
		return nil, requestErrors(fault.New(fault.ValidationFailed, "@defer is for queries only"))
	}
	variables, err := coerce(e.schema.Schema(), chosen, p.Variables)
	if err != nil {
		return nil, requestErrors(err)
	}
	if doc.costs[chosen].total(ctx, e.schema, variables) > e.complexity {
		return nil, requestErrors(tooComplex("complexity", e.complexity))
	}

	maxAge, public := doc.public[chosen]
	op := &operation{
		OperationContext: &graphql.OperationContext{
			RawQuery:               p.Query,
			OperationName:          p.OperationName,
			Extensions:             p.Extensions,
			Headers:                p.Headers,
			Doc:                    doc.QueryDocument,
			Operation:              chosen,
			Variables:              variables,
			DisableIntrospection:   !e.introspection,
			RecoverFunc:            e.presenter.recovered,
			ResolverMiddleware:     doc.middleware,
			RootResolverMiddleware: func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) },
		},
		defers:    doc.defers,
		public:    public,
		maxAge:    maxAge,
		registers: registers,
	}
	if chosen.Operation == ast.Subscription {
		// Directives and variables decide, so that validation cannot tell.
		fields := graphql.CollectFields(op.OperationContext, chosen.SelectionSet, []string{e.schema.Schema().Subscription.Name})
		if len(fields) != 1 {
			return nil, requestErrors(fault.New(fault.ValidationFailed, "a subscription has exactly one root field, not %d", len(fields)))
		}
	}
	return op, nil
}

func choose(all ast.OperationList, name string) (*ast.OperationDefinition, error) {
	if op := all.ForName(name); op != nil {
		return op, nil
	}
	if name == "" {
		return nil, fault.New(fault.ValidationFailed, "the document has several operations, operationName must say which one to run")
	}
	return nil, fault.New(fault.ValidationFailed, "the document has no operation of the name in operationName")
}

// coerce returns the values of op's variables, defaults included, or
// INVALID_INPUT with the path of the value to correct.
func coerce(schema *ast.Schema, op *ast.OperationDefinition, given map[string]any) (map[string]any, error) {
	variables, err := validator.VariableValues(schema, op, given)
	if refused, ok := errors.AsType[*gqlerror.Error](err); ok {
		path := strings.TrimPrefix(refused.Path.String(), "variable.")
		return nil, fault.Invalid(path, "variable %s: %s", path, refused.Message)
	}
	if err != nil {
		return nil, fault.New(fault.InvalidInput, "the variables cannot be used")
	}
	if err := checkOneOf(schema, op, variables); err != nil {
		return nil, err
	}
	return variables, nil
}

// run starts op and returns its responses one at a time, nil after the last.
// A query or mutation has at least one, with TIMEOUT when ctx ended too early.
// A panic, wherever it happens, is logged and becomes a masked response.
// All of a query reads one edition of the content.
func (e *engine) run(ctx context.Context, op *operation) func() *graphql.Response {
	if op.kind() == ast.Query {
		ctx, _ = e.pin(ctx)
		ctx = e.query(ctx)
	}
	if op.defers {
		// gqlgen's deferred fields deliver to a channel, and give up when ctx
		// ends while the reader waits on: both would be stuck for ever. So they
		// run to their end, which the calls they make bound by themselves.
		ctx = context.WithoutCancel(ctx)
	}
	var next graphql.ResponseHandler
	step := func() (resp *graphql.Response, panicked bool) {
		defer func() {
			if p := recover(); p != nil {
				resp, panicked = e.failure(ctx, e.presenter.recovered(ctx, p)), true
			}
		}()
		if next == nil {
			next, ctx = e.exec.DispatchOperation(ctx, op.OperationContext)
			if resp = next(ctx); resp == nil && op.kind() != ast.Subscription {
				resp = e.failure(ctx, ctx.Err())
			}
			return resp, false
		}
		return next(ctx), false
	}

	ended := false
	return func() *graphql.Response {
		if ended {
			return nil
		}
		resp, panicked := step()
		if panicked {
			ended = true
			for op.defers && next != nil { // deferred fields wait for a reader
				if rest, _ := step(); rest == nil {
					break
				}
			}
		}
		return resp
	}
}

func (e *engine) failure(ctx context.Context, err error) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{e.presenter.present(ctx, err)}}
}
