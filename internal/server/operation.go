package server

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/answer"
	"github.com/scrumkb/scrumkb/internal/server/document"
)

// engine prepares and runs operations for every transport. Preparing is our own
// code, because gqlgen parses before limits can apply; gqlgen's executor runs
// them.
type engine struct {
	documents *document.Reader
	exec      *executor.Executor
	presenter presenter
	pin       func(context.Context) (context.Context, int)
	query     func(context.Context) context.Context
	admit     func(context.Context, bool) error
}

func newEngine(c Config) *engine {
	e := &engine{
		documents: document.NewReader(document.Config{
			Schema:        c.Schema.Schema(),
			Limits:        c.Limits.Document,
			Introspection: c.Introspection,
			Suggestions:   c.Suggestions,
			Plan:          c.Plan,
		}),
		exec:      executor.New(c.Schema),
		presenter: presenter{c.Logger},
		pin:       c.Pin,
		query:     c.Query,
		admit:     c.Admit,
	}
	e.exec.SetErrorPresenter(e.presenter.present)
	e.exec.SetRecoverFunc(e.presenter.recovered)
	return e
}

// prepare returns the operation that p asks for, or the errors that prevent its
// execution.
func (e *engine) prepare(p *graphql.RawParams) (*document.Operation, gqlerror.List) {
	op, errs := e.documents.Read(p)
	if errs != nil {
		return nil, errs
	}
	op.RecoverFunc = e.presenter.recovered
	return op, nil
}

// run starts op and returns its responses one at a time, nil after the last. A
// query or mutation has at least one, with TIMEOUT if ctx ended too early. Any
// panic is logged and becomes a masked response. A query reads a single edition
// of the content. a follows the answer, or each answer of a subscription; one
// that ends before it is whole becomes the error that says why. Callers who are no longer admitted get that instead of
// everything else.
func (e *engine) run(ctx context.Context, op *document.Operation, a *answer.Answer) func() *graphql.Response {
	if op.Public {
		return e.execute(ctx, op, a)
	}
	next, acts := e.execute(ctx, op, a), op.Kind() == ast.Mutation
	first, ended := true, false
	return func() *graphql.Response {
		if ended {
			return nil
		}
		if first {
			first = false
			if err := e.admit(ctx, acts); err != nil {
				ended = true
				return e.failure(ctx, err)
			}
		}
		resp := next()
		if resp == nil || op.Kind() == ast.Query {
			return resp
		}
		if err := e.admit(context.WithoutCancel(ctx), acts); err != nil {
			ended = true
			return e.failure(ctx, err)
		}
		return resp
	}
}

func (e *engine) execute(ctx context.Context, op *document.Operation, a *answer.Answer) func() *graphql.Response {
	ctx = answer.With(ctx, a)
	op.ResolverMiddleware = announce(a, op.ResolverMiddleware)
	if op.Kind() == ast.Query {
		ctx, _ = e.pin(ctx)
		ctx = e.query(ctx)
	}
	if op.Defers {
		// gqlgen's deferred fields deliver to a channel, and give up when ctx
		// ends while the reader still waits: both would block forever. So they
		// run to completion; the calls that they make have their own time
		// limits.
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
			if op.Kind() == ast.Subscription && a.Err() == nil {
				a.Close() // the first event may be long in coming
			}
			if resp = next(ctx); resp == nil && op.Kind() != ast.Subscription {
				resp = e.failure(ctx, ctx.Err())
			}
			return e.whole(ctx, a, resp), false
		}
		if op.Kind() == ast.Subscription {
			a.Close() // the one before
		}
		return e.whole(ctx, a, next(ctx)), false
	}

	ended := false
	return func() *graphql.Response {
		if ended {
			return nil
		}
		resp, panicked := step()
		if panicked {
			ended = true
			for op.Defers && next != nil { // deferred fields wait for a reader
				if rest, _ := step(); rest == nil {
					break
				}
			}
		}
		return resp
	}
}

// whole returns resp if the answer may have it.
func (e *engine) whole(ctx context.Context, a *answer.Answer, resp *graphql.Response) *graphql.Response {
	if resp == nil {
		return nil
	}
	if a.Err() == nil {
		a.Encoded(len(resp.Data))
	}
	err := a.Err()
	if err == nil {
		return resp
	}
	failed := e.failure(ctx, err)
	failed.HasNext = resp.HasNext // whoever reads reads to the end
	return failed
}

// announce returns a middleware for resolvers that announces what the executor
// makes of their values.
func announce(a *answer.Answer, next graphql.FieldMiddleware) graphql.FieldMiddleware {
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		if a.Begin(ctx, 0) != nil {
			return nil, answer.ErrEnded
		}
		value, err := next(ctx, resolve)
		if err != nil {
			return nil, err
		}
		n := len(`"":{},`)
		if field := graphql.GetFieldContext(ctx); field != nil && field.Field.Field != nil {
			n += len(field.Field.Alias)
		}
		switch v := value.(type) {
		case string:
			n += len(v)
		case *string:
			if v != nil {
				n += len(*v)
			}
		case []string:
			for _, item := range v {
				n += len(item) + len(`"",`)
			}
		}
		if err := a.Grow(n); err != nil {
			return nil, err
		}
		return value, nil
	}
}

func (e *engine) failure(ctx context.Context, err error) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{e.presenter.present(ctx, err)}}
}
