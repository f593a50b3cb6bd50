package server

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

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
	admit     func(context.Context) error
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
// of the content. Callers who are no longer admitted get that instead of
// everything else.
func (e *engine) run(ctx context.Context, op *document.Operation) func() *graphql.Response {
	if op.Public {
		return e.execute(ctx, op)
	}
	next, ended := e.execute(ctx, op), false
	first := true
	return func() *graphql.Response {
		if ended {
			return nil
		}
		if first {
			first = false
			if err := e.admit(ctx); err != nil {
				ended = true
				return e.failure(ctx, err)
			}
		}
		resp := next()
		if resp == nil || op.Kind() == ast.Query {
			return resp
		}
		if err := e.admit(context.WithoutCancel(ctx)); err != nil {
			ended = true
			return e.failure(ctx, err)
		}
		return resp
	}
}

func (e *engine) execute(ctx context.Context, op *document.Operation) func() *graphql.Response {
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
			if resp = next(ctx); resp == nil && op.Kind() != ast.Subscription {
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
			for op.Defers && next != nil { // deferred fields wait for a reader
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
