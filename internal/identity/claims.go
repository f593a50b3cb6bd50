package identity

import (
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

// Leeway is how far another clock may differ from ours, in either direction: a
// token is valid that long before it begins and after it expires.
const Leeway = time.Minute

// checkClaims returns why the registered claims are refused, or nil. The expiry
// is required; nbf and iat are checked if present.
func checkClaims(c jwt.Claims, issuer, audience string, now time.Time) error {
	switch {
	case c.Issuer != issuer:
		return errForeignIssuer
	case !slices.Contains(c.Audience, audience):
		return errAudience
	case c.Expiry == nil:
		return errNoExpiry
	case !now.Before(ends(c)):
		return errExpired
	case c.NotBefore != nil && now.Add(Leeway).Before(c.NotBefore.Time()):
		return errNotYet
	case c.IssuedAt != nil && now.Add(Leeway).Before(c.IssuedAt.Time()):
		return errNotYet
	}
	return nil
}

// ends returns when a token that expires is no longer accepted, and the streams
// that it opened are closed.
func ends(c jwt.Claims) time.Time { return c.Expiry.Time().UTC().Add(Leeway) }
