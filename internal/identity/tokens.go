package identity

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// MaxTTL limits the lifetime of the server's tokens: they cannot be revoked
// except by a new key, which invalidates all.
const MaxTTL = 366 * 24 * time.Hour

// IssuerConfig configures the server's own tokens. Everything is required.
type IssuerConfig struct {
	Key      ed25519.PrivateKey
	Issuer   string        // the claim iss, such as "scrumkb" or the server's public URL
	Audience string        // the claim aud
	TTL      time.Duration // default lifetime of tokens: whole seconds, up to MaxTTL
	Now      func() time.Time
}

// Issuer issues and verifies the server's own tokens: JWTs signed with Ed25519.
// It is safe for concurrent use.
type Issuer struct {
	config IssuerConfig
	signer jose.Signer
	header string // the header of all its tokens, base64url
	jwks   []byte

	trusted trusted
}

// ownClaims are all claims of the server's tokens.
type ownClaims struct {
	jwt.Claims

	Roles []Role `json:"roles"`
	Guest bool   `json:"guest,omitempty"`
}

// NewIssuer returns an Issuer. The key's id is its thumbprint (RFC 7638). It
// fails if a part of c is missing or out of range.
func NewIssuer(c IssuerConfig) (*Issuer, error) {
	switch {
	case len(c.Key) != ed25519.PrivateKeySize:
		return nil, errors.New("the token key is not an Ed25519 private key")
	case c.Issuer == "" || c.Audience == "" || c.Now == nil:
		return nil, errors.New("tokens need an issuer, an audience and a clock")
	case !validTTL(c.TTL):
		return nil, fmt.Errorf("the lifetime of tokens must be 1s to %s in whole seconds, not %s", MaxTTL, c.TTL)
	}
	public := jose.JSONWebKey{Key: c.Key.Public(), Algorithm: string(jose.EdDSA), Use: "sig"}
	thumbprint, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("computing the token key's thumbprint: %w", err)
	}
	public.KeyID = base64.RawURLEncoding.EncodeToString(thumbprint)

	i := &Issuer{config: c, trusted: newTrusted()}
	if i.jwks, err = json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}}); err != nil {
		return nil, fmt.Errorf("encoding the token key: %w", err)
	}
	i.signer, err = jose.NewSigner(
		jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: c.Key, KeyID: public.KeyID}},
		(&jose.SignerOptions{}).WithType("JWT"),
	)
	if err != nil {
		return nil, fmt.Errorf("preparing the token key: %w", err)
	}
	specimen, err := jwt.Signed(i.signer).Claims(ownClaims{}).Serialize()
	if err != nil {
		return nil, fmt.Errorf("signing with the token key: %w", err)
	}
	i.header, _, _ = strings.Cut(specimen, ".")
	return i, nil
}

// JWKS returns the public key as a JSON Web Key Set.
func (i *Issuer) JWKS() []byte { return append([]byte(nil), i.jwks...) }

// Issue returns a token for subject and its expiry, a whole second. A guest's
// subject comes from GuestSubject; other subjects are 1 to 128 letters, digits
// and characters of "._@+-", beginning with a letter or digit. A ttl of 0 means
// the default. It fails with fault.InvalidInput, naming subject, roles or ttl.
func (i *Issuer) Issue(subject string, roles []Role, isGuest bool, ttl time.Duration) (token string, expires time.Time, err error) {
	if ttl == 0 {
		ttl = i.config.TTL
	}
	switch {
	case !validSubject(subject, isGuest):
		return "", time.Time{}, fault.Invalid("subject",
			"a subject is 1 to 128 letters, digits and characters of ._@+- and starts with a letter or digit")
	case !validRoles(roles):
		return "", time.Time{}, fault.Invalid("roles", "a token needs one or more of the roles %v", Roles())
	case !validTTL(ttl):
		return "", time.Time{}, fault.Invalid("ttl", "the lifetime of a token must be 1s to %s in whole seconds, not %s", MaxTTL, ttl)
	}

	issued := i.config.Now().UTC().Truncate(time.Second)
	expires = issued.Add(ttl)
	token, err = jwt.Signed(i.signer).Claims(ownClaims{
		Claims: jwt.Claims{
			Issuer:    i.config.Issuer,
			Subject:   subject,
			Audience:  jwt.Audience{i.config.Audience},
			IssuedAt:  jwt.NewNumericDate(issued),
			NotBefore: jwt.NewNumericDate(issued),
			Expiry:    jwt.NewNumericDate(expires),
		},
		Roles: roles,
		Guest: isGuest,
	}).Serialize()
	if err != nil {
		return "", time.Time{}, fmt.Errorf("signing a token: %w", err)
	}
	return token, expires, nil
}

// Renew returns a guest's next token, with ttl as in Issue. It fails with
// fault.Forbidden for everybody else: a person's token expires as its issuer
// decided, and only an external issuer can renew its tokens.
func (i *Issuer) Renew(c Caller, ttl time.Duration) (token string, expires time.Time, err error) {
	if !c.Guest {
		return "", time.Time{}, fault.New(fault.Forbidden, "only guest sessions can be renewed; sign in again instead")
	}
	return i.Issue(c.Subject, c.Roles, true, ttl)
}

// Verify returns the caller for whom the token was issued. It fails with
// fault.Unauthenticated and RefusedMessage, or with ExpiredMessage.
func (i *Issuer) Verify(token string) (Caller, error) {
	if known, ok := i.trusted.caller(token, i.config.Now()); ok {
		return known, nil
	}
	c, err := parse(token)
	if err != nil {
		return Caller{}, refused(err)
	}
	return i.verify(c)
}

// verify accepts only the exact header that Issue writes. That rules out
// another algorithm, an embedded or foreign key, and critical extensions.
func (i *Issuer) verify(c compact) (Caller, error) {
	if c.header != i.header {
		return Caller{}, refused(errHeader)
	}
	signed, err := jwt.ParseSigned(c.token, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return Caller{}, refused(errMalformed)
	}
	var claims ownClaims
	if err := signed.Claims(i.config.Key.Public(), &claims); err != nil {
		if errors.Is(err, jose.ErrCryptoFailure) {
			return Caller{}, refused(errSignature)
		}
		return Caller{}, refused(errClaims)
	}
	if err := checkClaims(claims.Claims, i.config.Issuer, i.config.Audience, i.config.Now()); errors.Is(err, errExpired) {
		return Caller{}, expired()
	} else if err != nil {
		return Caller{}, refused(err)
	}
	switch {
	case !validSubject(claims.Subject, claims.Guest):
		return Caller{}, refused(errSubject)
	case !validRoles(claims.Roles):
		return Caller{}, refused(errRoles)
	}
	caller := Caller{
		Subject: claims.Subject,
		Roles:   claims.Roles,
		Guest:   claims.Guest,
		Expires: ends(claims.Claims),
	}
	i.trusted.remember(c.token, caller, claims.Claims)
	return caller, nil
}

func validTTL(ttl time.Duration) bool {
	return ttl >= time.Second && ttl <= MaxTTL && ttl%time.Second == 0
}
