package identity

import (
	"crypto/sha256"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
	lru "github.com/hashicorp/golang-lru/v2"
)

// trusted caches verified tokens, so that a learner's next request need not
// verify the signature again. It stores only their SHA-256, which admits
// nobody. Expiry still applies, and only the server's own tokens are cached,
// since their key never changes while the process runs.
type trusted struct {
	tokens *lru.Cache[[sha256.Size]byte, trustedToken]
}

// trustedTokens limits the learners to remember: a few hundred bytes each.
const trustedTokens = 4096

type trustedToken struct {
	caller Caller    // its Roles are shared and immutable
	begins time.Time // the latest of the token's nbf and iat; zero if absent
}

func newTrusted() trusted {
	// New fails only for a size that is not positive.
	tokens, _ := lru.New[[sha256.Size]byte, trustedToken](trustedTokens)
	return trusted{tokens}
}

// caller returns the caller of a token verified before, if it is valid at this
// time.
func (t trusted) caller(token string, now time.Time) (Caller, bool) {
	known, ok := t.tokens.Get(sha256.Sum256([]byte(token)))
	if !ok || !now.Before(known.caller.Expires) || now.Add(Leeway).Before(known.begins) {
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
