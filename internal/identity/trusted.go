package identity

import (
	"crypto/sha256"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
	lru "github.com/hashicorp/golang-lru/v2"
)

// trusted remembers tokens that were verified, so that a learner's next
// request need not pay for the signature again. It knows them by their
// SHA-256 alone: what it holds lets nobody in. Time goes on for them as for
// all others, and only the server's own are in it, whose key never changes
// while the process lives.
type trusted struct {
	tokens *lru.Cache[[sha256.Size]byte, trustedToken]
}

// trustedTokens is how many learners at once are worth remembering: a few
// hundred bytes each.
const trustedTokens = 4096

type trustedToken struct {
	caller Caller    // its Roles are shared, and nobody changes them
	begins time.Time // the latest of what the token says about its beginning; zero when it says nothing
}

func newTrusted() trusted {
	// New fails only for a size that is not positive.
	tokens, _ := lru.New[[sha256.Size]byte, trustedToken](trustedTokens)
	return trusted{tokens}
}

// caller returns whom a token speaks for that was verified before, unless it
// is not valid at this time.
func (t trusted) caller(token string, now time.Time) (Caller, bool) {
	known, ok := t.tokens.Get(sha256.Sum256([]byte(token)))
	if !ok || !now.Before(known.caller.Expires) || now.Add(leeway).Before(known.begins) {
		return Caller{}, false
	}
	return known.caller, true
}

func (t trusted) remember(token string, c Caller, claims jwt.Claims) {
	known := trustedToken{caller: c}
	for _, begin := range []*jwt.NumericDate{claims.NotBefore, claims.IssuedAt} {
		if begin != nil && begin.Time().After(known.begins) {
			known.begins = begin.Time()
		}
	}
	t.tokens.Add(sha256.Sum256([]byte(token)), known)
}
