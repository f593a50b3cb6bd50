package identity

import (
	"errors"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// RefusedMessage is all that a caller learns about an invalid token: the reason
// would help forgers.
const RefusedMessage = "the token is not valid"

// ExpiredMessage is what a caller learns about an expired token with a valid
// signature.
const ExpiredMessage = "the token has expired"

// Reasons to refuse a token, for the log. They are constants, so that no part
// of a token can be logged.
var (
	errTooLarge       = errors.New("the token is too large")
	errMalformed      = errors.New("the token is malformed or incomplete")
	errHeader         = errors.New("the token's header is not allowed")
	errSignature      = errors.New("the token's signature is wrong")
	errForeignIssuer  = errors.New("the token's issuer is unknown")
	errClaims         = errors.New("the token's claims are invalid")
	errAudience       = errors.New("the token is for another audience")
	errNoExpiry       = errors.New("the token has no expiry")
	errExpired        = errors.New("the token has expired")
	errNotYet         = errors.New("the token is not valid yet")
	errSubject        = errors.New("the token's subject is invalid")
	errRoles          = errors.New("the token's roles are invalid")
	errOutsideRefused = errors.New("the token fails the checks of OpenID Connect")
)

// refused returns an UNAUTHENTICATED that keeps the reason for the log.
func refused(why error) error {
	f := fault.Unauthorized(fault.TokenInvalid, RefusedMessage)
	f.Cause = why
	return f
}

// expired returns the UNAUTHENTICATED for an expired token with a valid
// signature: its owner can get the next one.
func expired() error {
	f := fault.Unauthorized(fault.TokenExpired, ExpiredMessage)
	f.Cause = errExpired
	return f
}
