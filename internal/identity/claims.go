package identity

import (
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

// leeway is how far another clock may be ahead of ours. Expiry gets none: a
// token ends when it says, and so do the streams that it opened.
const leeway = 30 * time.Second

// checkClaims says why registered claims are refused, nil when they are not.
// An expiry is required; nbf and iat count when they are there.
func checkClaims(c jwt.Claims, issuer, audience string, now time.Time) error {
	switch {
	case c.Issuer != issuer:
		return errForeignIssuer
	case !slices.Contains(c.Audience, audience):
		return errAudience
	case c.Expiry == nil:
		return errNoExpiry
	case !now.Before(c.Expiry.Time()):
		return errExpired
	case c.NotBefore != nil && now.Add(leeway).Before(c.NotBefore.Time()):
		return errNotYet
	case c.IssuedAt != nil && now.Add(leeway).Before(c.IssuedAt.Time()):
		return errNotYet
	}
	return nil
}
