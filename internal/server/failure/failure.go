// Package failure turns faults into GraphQL errors, for every part that refuses
// requests. Only codes of package fault leave the server: an unclassified error
// becomes INTERNAL, without its text.
package failure

import (
	"errors"
	"maps"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// Of returns f as a GraphQL error without a path.
func Of(f *fault.Error) *gqlerror.Error {
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

// List returns a list with err as its only error. Anything but a fault becomes
// INTERNAL.
func List(err error) gqlerror.List {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return gqlerror.List{Of(f)}
	}
	return gqlerror.List{Of(fault.New(fault.Internal, "internal error"))}
}

// CodeOf returns err's extensions.code, or INTERNAL if it has none.
func CodeOf(err *gqlerror.Error) fault.Code {
	if code, ok := err.Extensions["code"].(fault.Code); ok {
		return code
	}
	return fault.Internal
}
