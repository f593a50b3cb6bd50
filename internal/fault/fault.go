// Package fault holds the closed list of failures that a client may see. It
// is a leaf: every package may use it, and it imports none of ours.
package fault

import (
	"errors"
	"fmt"
)

// Code is a failure's machine-readable name, sent as extensions.code. The
// schema lists the same names in its enum ErrorCode.
type Code string

const (
	Unauthenticated  Code = "UNAUTHENTICATED"   // no caller, or a token that is not valid
	Forbidden        Code = "FORBIDDEN"         // the caller's role does not allow it
	NotFound         Code = "NOT_FOUND"         // no such thing, or not the caller's
	InvalidInput     Code = "INVALID_INPUT"     // an argument or input field has a value that cannot be used
	Conflict         Code = "CONFLICT"          // not possible in the current state
	Expired          Code = "EXPIRED"           // the time limit for it has passed
	RateLimited      Code = "RATE_LIMITED"      // too many requests; try again later
	QueryTooComplex  Code = "QUERY_TOO_COMPLEX" // the document or its answer exceeds a limit
	Timeout          Code = "TIMEOUT"           // the request's deadline passed before it was answered
	Unavailable      Code = "UNAVAILABLE"       // the database or the content is unavailable
	Internal         Code = "INTERNAL"          // an unexpected error; the message reveals nothing more
	BadRequest       Code = "BAD_REQUEST"       // the HTTP request is not a GraphQL request
	ParseFailed      Code = "GRAPHQL_PARSE_FAILED"
	ValidationFailed Code = "GRAPHQL_VALIDATION_FAILED"

	PersistedQueryNotFound  Code = "PERSISTED_QUERY_NOT_FOUND"  // Apollo's automatic persisted queries: send the text as well
	IntrospectionDisabled   Code = "INTROSPECTION_DISABLED"     // introspection is disabled for this caller
	SubscriptionUnsupported Code = "SUBSCRIPTION_NOT_SUPPORTED" // subscriptions require a WebSocket or an event stream
)

// Error is a failure whose message is written for the client.
type Error struct {
	Code    Code
	Reason  Reason // distinguishes cases of the code; empty if the code has only one case
	Field   string // path of the input to correct, such as "first"; empty unless there is a single one
	Message string
	Details map[string]any // further extensions, part of the contract
	Cause   error          // for the log; never shown to a client
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Cause }

// New returns an Error with a message for the client. CONFLICT, UNAUTHENTICATED
// and RATE_LIMITED have constructors of their own, which take a reason.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Invalid returns an INVALID_INPUT that names the input field to correct.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Code: InvalidInput, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Unreachable returns an UNAVAILABLE error that keeps cause for the log.
func Unreachable(cause error) *Error {
	return &Error{Code: Unavailable, Message: "the service is temporarily unavailable; try again", Cause: cause}
}

// CodeOf returns the code of the first Error in err's chain, Internal if there
// is none, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if f, ok := asError(err); ok {
		return f.Code
	}
	return Internal
}

func asError(err error) (*Error, bool) { return errors.AsType[*Error](err) }
