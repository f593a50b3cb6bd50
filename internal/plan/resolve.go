package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/answer"
)

// null is a null that was written because of an error, which is reported when
// the whole plan is written.
type null struct {
	ctx context.Context //nolint:containedctx // says where the null is
	err error
}

// begin makes the writer ready for the field of ctx.
func (w *Writer) begin(ctx context.Context) {
	w.ctx, w.out, w.failed, w.index, w.nulls = ctx, w.out[:0], false, w.index[:0], w.nulls[:0]
	w.answer, w.announced, w.ended = answer.From(ctx), 0, false
}

// forget drops the references to the request.
func (w *Writer) forget() {
	clear(w.nulls)
	w.ctx, w.answer = nil, nil
}

// report adds the errors behind the nulls to the response.
func (w *Writer) report() {
	for _, n := range w.nulls {
		graphql.AddError(n.ctx, n.err)
	}
}

// Resolve calls the resolver of a nullable field. If that fails or panics, it
// writes null and reports false; the error goes to the client under the field's
// path, as the executor would have it.
func Resolve[T any](w *Writer, s *Step, resolve func(context.Context) (T, error)) (value T, ok bool) {
	defer func() {
		if cause := recover(); cause != nil {
			at := w.at(s)
			w.null(at, graphql.Recover(at, cause))
			ok = false
		}
	}()
	value, err := resolve(w.ctx)
	if err != nil {
		at := w.at(s)
		w.null(at, graphql.AddFieldLocationToError(at, err))
		return value, false
	}
	return value, true
}

func (w *Writer) null(at context.Context, err error) {
	w.nulls = append(w.nulls, null{at, err})
	w.Nil(false)
}

// at returns the context of a resolved field, which has its path and its place
// in the document.
func (w *Writer) at(s *Step) context.Context {
	ctx, index := w.ctx, w.index
	for i, p := range s.path {
		if i > 0 { // the field at which the plan begins has a context
			ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Field: graphql.CollectedField{Field: p.field}, Args: map[string]any{}}) //nolint:fatcontext // a field's context lies in its parent's
		}
		if i == len(s.path)-1 {
			break
		}
		for range p.lists {
			at := index[0]                                                                           // a copy, since the writer's index keeps changing
			ctx, index = graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &at}), index[1:] //nolint:fatcontext // as above
		}
	}
	return ctx
}
