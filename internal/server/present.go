package server

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// presenter is the only place where a Go error becomes a GraphQL error. Only
// codes of package fault leave it; the text of errors that nobody classified
// goes to the log instead.
type presenter struct{ logger *slog.Logger }

// present returns a new error each time: gqlgen writes paths into the errors
// that it is given, and a shared one would carry them to other requests.
func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	path, input := graphql.GetPath(ctx), ""
	placed, ok := errors.AsType[*gqlerror.Error](err)
	if ok && placed.Path != nil {
		path = placed.Path
	}
	if field := graphql.GetFieldContext(ctx); refusesArguments(field) && len(path) > len(field.Path()) {
		// gqlgen appends the argument, which is no part of the response.
		path, input = field.Path(), path[len(field.Path()):].String()
	}

	seen := requestError(p.classify(ctx, err))
	seen.Path = path
	if ok {
		seen.Locations = placed.Locations
	}
	if input != "" && seen.Extensions["field"] == nil {
		seen.Extensions["field"] = input
	}
	if id := RequestID(ctx); id != "" {
		seen.Extensions["requestId"] = id
	}
	return seen
}

func (p presenter) classify(ctx context.Context, err error) *fault.Error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		if f.Cause != nil {
			p.logger.WarnContext(ctx, "request failed", "code", f.Code, "path", graphql.GetPath(ctx).String(), "err", f.Cause)
		}
		return f
	}
	if e, ok := errors.AsType[*graphql.IntegerError](err); ok {
		return fault.New(fault.InvalidInput, "%s", e.Message)
	}
	if _, ok := errors.AsType[*strconv.NumError](err); ok {
		return fault.New(fault.InvalidInput, "the number is out of range")
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Timeout, "the request took too long")
	case errors.Is(err, context.Canceled):
		return fault.New(fault.Timeout, "the request was cancelled")
	case refusesArguments(graphql.GetFieldContext(ctx)):
		return fault.New(fault.InvalidInput, "the value cannot be used")
	}
	p.logger.ErrorContext(ctx, "unclassified error", "path", graphql.GetPath(ctx).String(), "err", err)
	return fault.New(fault.Internal, "internal error")
}

// refusesArguments reports whether an error of field comes from before its
// resolver: gqlgen coerces arguments after validation, and what a custom
// scalar refuses arrives with an error that was not made for clients.
func refusesArguments(field *graphql.FieldContext) bool {
	return field != nil && field.Args == nil && field.Field.Field != nil && len(field.Field.Definition.Arguments) > 0
}

// recovered logs a panic with its stack and returns what the client may know.
// It lets through the panic with which net/http aborts a response.
func (p presenter) recovered(ctx context.Context, cause any) error {
	if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares by identity as well
		panic(cause)
	}
	p.logger.ErrorContext(ctx, "panic", "cause", cause, "stack", string(debug.Stack()))
	return fault.New(fault.Internal, "internal error")
}

// requestError is err as GraphQL shows it, without a place in the response.
func requestError(f *fault.Error) *gqlerror.Error {
	out := &gqlerror.Error{Message: f.Message, Extensions: map[string]any{"code": f.Code}}
	if f.Reason != "" {
		out.Extensions["reason"] = f.Reason
	}
	if f.Field != "" {
		out.Extensions["field"] = f.Field
	}
	maps.Copy(out.Extensions, f.Details)
	return out
}

// requestErrors is a list of err alone. Whatever is not a fault is INTERNAL.
func requestErrors(err error) gqlerror.List {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return gqlerror.List{requestError(f)}
	}
	return gqlerror.List{requestError(fault.New(fault.Internal, "internal error"))}
}

// stamped returns copies of errs that carry the request's id.
func stamped(ctx context.Context, errs gqlerror.List) gqlerror.List {
	id := RequestID(ctx)
	if id == "" {
		return errs
	}
	out := make(gqlerror.List, len(errs))
	for i, err := range errs {
		copied := *err
		copied.Extensions = maps.Clone(err.Extensions)
		if copied.Extensions == nil {
			copied.Extensions = map[string]any{}
		}
		copied.Extensions["requestId"] = id
		out[i] = &copied
	}
	return out
}

// codeOf returns err's extensions.code, INTERNAL when it has none.
func codeOf(err *gqlerror.Error) fault.Code {
	if code, ok := err.Extensions["code"].(fault.Code); ok {
		return code
	}
	return fault.Internal
}
