package server

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/answer"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/server/failure"
)

// presenter is the only place where a Go error becomes a GraphQL error. Only
// codes of package fault leave it; the text of unclassified errors goes to the
// log instead.
type presenter struct{ logger *slog.Logger }

// log writes the first failure of a request: its other fields mostly fail for
// the same reason.
func (p presenter) log(ctx context.Context, level slog.Level, message string, attrs ...slog.Attr) {
	if observed(ctx).told.CompareAndSwap(false, true) {
		p.logger.LogAttrs(ctx, level, message, attrs...)
	}
}

// ended stands for each field that is left out of an answer that has ended. The
// answer becomes a single error in the end, so that nobody sees it or changes it.
var ended = failure.Of(fault.New(fault.QueryTooComplex, "the answer is too long"))

// present returns a new error each time: gqlgen writes paths into errors, and a
// shared one would carry them into other requests.
func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	if errors.Is(err, answer.ErrEnded) {
		return ended
	}
	path, input := graphql.GetPath(ctx), ""
	placed, ok := errors.AsType[*gqlerror.Error](err)
	if ok && placed.Path != nil {
		path = placed.Path
	}
	if field := graphql.GetFieldContext(ctx); refusesArguments(field) && len(path) > len(field.Path()) {
		// gqlgen appends the argument, which is no part of the response.
		// Fields are named as seen from the input, as resolvers name them.
		path, input = field.Path(), strings.TrimPrefix(path[len(field.Path()):].String(), "input.")
	}

	seen := failure.Of(p.classify(ctx, err))
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
			p.log(ctx, slog.LevelWarn, "request failed", slog.String("code", string(f.Code)), pathOf(ctx), slog.Any("err", f.Cause))
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
		return fault.New(fault.InvalidInput, "the value is invalid")
	}
	p.log(ctx, slog.LevelError, "unclassified error", pathOf(ctx), slog.Any("err", err))
	return fault.New(fault.Internal, "internal error")
}

// refusesArguments reports whether an error of field occurred before its
// resolver: gqlgen coerces arguments after validation, and a custom scalar's
// refusal arrives as an error that was not made for clients.
func refusesArguments(field *graphql.FieldContext) bool {
	return field != nil && field.Args == nil && field.Field.Field != nil && len(field.Field.Definition.Arguments) > 0
}

// recovered logs the first panic of a request with its stack, and returns an error for the client. It
// re-panics with the value that net/http uses to abort a response.
func (p presenter) recovered(ctx context.Context, cause any) error {
	if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares by identity as well
		panic(cause)
	}
	p.log(ctx, slog.LevelError, "panic", slog.Any("cause", cause), slog.String("stack", string(debug.Stack())))
	return fault.New(fault.Internal, "internal error")
}

func pathOf(ctx context.Context) slog.Attr { return slog.String("path", graphql.GetPath(ctx).String()) }

// stamped returns copies of errs with the request's id.
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
