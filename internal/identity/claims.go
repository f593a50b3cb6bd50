package identity

import (
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

// leeway is how far another clock may be ahead of ours. Expiry has no leeway: a
// token ends when it says, and so do the streams that it opened.
const leeway = 30 * time.Second

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
	case !now.Before(c.Expiry.Time()):
		return errExpired
	case c.NotBefore != nil && now.Add(leeway).Before(c.NotBefore.Time()):
		return errNotYet
	case c.IssuedAt != nil && now.Add(leeway).Before(c.IssuedAt.Time()):
		return errNotYet
	}
	return nil
}
