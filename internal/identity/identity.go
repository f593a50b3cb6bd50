// Package identity identifies callers and decides which tokens to trust. Its
// one law: it fails closed. A context without a caller is anonymous, and a
// token that is invalid in any respect refuses the whole request.
package identity

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// Caller is the person that a valid token identifies.
type Caller struct {
	Subject string    // never empty, permanent, at most MaxSubject bytes
	Roles   []Role    // as granted, at least one; use Has, which knows what they include
	Guest   bool      // an anonymous visitor whose only proof is the token
	Expires time.Time // when the token is no longer accepted, Leeway after it expires; longer streams must be closed then
}

// Has reports whether one of the caller's roles includes role.
func (c Caller) Has(role Role) bool {
	for _, granted := range c.Roles {
		if granted.Includes(role) {
			return true
		}
	}
	return false
}

type callerKey struct{}

// With returns ctx with the caller in it.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// From returns the caller, and false when ctx is anonymous.
func From(ctx context.Context) (Caller, bool) {
	c, ok := ctx.Value(callerKey{}).(Caller)
	return c, ok && c.Subject != ""
}

// Learner returns the caller whose learning records an operation uses. It fails
// with fault.Unauthenticated if ctx is anonymous.
func Learner(ctx context.Context) (Caller, error) {
	return Require(ctx, RoleLearner)
}

// Require returns the caller if one of their roles includes role. It fails with
// fault.Unauthenticated if ctx is anonymous, and with fault.Forbidden if the
// roles do not suffice.
func Require(ctx context.Context, role Role) (Caller, error) {
	c, ok := From(ctx)
	if !ok {
		return Caller{}, fault.Unauthorized(fault.TokenMissing, "a token is required: sign in, or start a guest session")
	}
	if !c.Has(role) {
		return Caller{}, fault.New(fault.Forbidden, "the role %s is required", role)
	}
	return c, nil
}
