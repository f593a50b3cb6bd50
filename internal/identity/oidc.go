package identity

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// DefaultSubjectPrefix is what an outside issuer's subjects start with.
const DefaultSubjectPrefix = "oidc:"

// issuerTimeout bounds one question to the outside issuer, and so how long a
// token waits for it.
const issuerTimeout = 5 * time.Second

// OIDCConfig says which outside OpenID Connect issuer to believe. Issuer,
// Audience and Now are required.
type OIDCConfig struct {
	Issuer   string // URL, as in the claim iss; https, or http on a loopback address
	Audience string // what the claim aud must contain, often a client id

	// RolesClaim names the claim that holds the caller's roles, a text or a list
	// of texts. Dots lead into objects, as in "realm_access.roles"; a claim whose
	// own name has dots is found as well. Empty means that nobody has more than
	// the role of a learner.
	RolesClaim string
	// Roles maps the claim's values to roles. Values that are not in it grant
	// nothing. Everybody whom the issuer vouches for is a learner: that is what
	// any guest is.
	Roles map[string]Role

	SubjectPrefix string        // DefaultSubjectPrefix when empty: lower case, ending in a colon, not "guest:"
	Timeout       time.Duration // for one question to the issuer: 5 s when 0
	Now           func() time.Time
}

// OIDC verifies tokens of an outside OpenID Connect issuer. It asks the issuer
// nothing before the first token of its own arrives, so that a start does not
// depend on it. Several goroutines may use it at once.
type OIDC struct {
	config OIDCConfig
	keys   *remoteKeys
}

// algorithms are those whose keys can be public. Allowing an HMAC as well
// would let anybody sign with the published key.
var algorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512,
	jose.PS256, jose.PS384, jose.PS512,
	jose.ES256, jose.ES384, jose.ES512,
	jose.EdDSA,
}

// forbiddenHeaders bring a key along, say where to fetch one, or demand
// something that is not understood.
var forbiddenHeaders = []string{"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip"}

// tokenTypes are the values of the header typ that stand for a caller, in
// lower case and without "application/". Tokens that say to be something else,
// such as a logout token, are not credentials.
var tokenTypes = []string{"", "jwt", "at+jwt"}

// NewOIDC returns an OIDC. It fails when a part of c is missing or cannot be
// used; the issuer need not be there.
func NewOIDC(c OIDCConfig) (*OIDC, error) {
	if c.SubjectPrefix == "" {
		c.SubjectPrefix = DefaultSubjectPrefix
	}
	if c.Timeout == 0 {
		c.Timeout = issuerTimeout
	}
	switch {
	case !trustworthy(c.Issuer) || strings.Contains(c.Issuer, "?"):
		return nil, errors.New("the OpenID Connect issuer must be an https URL without a query (or http on a loopback address)")
	case c.Audience == "":
		return nil, errors.New("the OpenID Connect issuer needs an audience")
	case c.Now == nil:
		return nil, errors.New("the OpenID Connect issuer needs a clock")
	case !validPrefix(c.SubjectPrefix):
		return nil, fmt.Errorf("the subject prefix %q is not lower case letters, digits and hyphens with a colon at the end, or is that of guests", c.SubjectPrefix)
	}
	for value, role := range c.Roles {
		if !role.Valid() {
			return nil, fmt.Errorf("the role %q, for the value %q of the roles claim, is none of %v", role, value, Roles())
		}
	}
	keys := &remoteKeys{issuer: c.Issuer, now: c.Now, timeout: c.Timeout, client: issuerClient(c.Timeout)}
	return &OIDC{config: c, keys: keys}, nil
}

// trustworthy reports whether what rawURL answers cannot be forged on the way.
func trustworthy(rawURL string) bool {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && loopback
}

// Verify returns the caller for whom the issuer made the token. It fails with
// fault.Unauthenticated and RefusedMessage when the token is not valid, or
// ExpiredMessage when it was, as far as the keys seen last can tell, and
// with fault.Unavailable when the issuer's keys cannot be had, within
// OIDCConfig.Timeout, to tell.
func (o *OIDC) Verify(ctx context.Context, token string) (Caller, error) {
	c, err := parse(token)
	if err != nil {
		return Caller{}, refused(err)
	}
	return o.verify(ctx, c)
}

// verify checks all that needs no key first: the issuer shall not be asked
// because of tokens that are refused whatever it says.
func (o *OIDC) verify(ctx context.Context, c compact) (Caller, error) {
	for _, name := range forbiddenHeaders {
		if _, present := c.members[name]; present {
			return Caller{}, refused(errHeader)
		}
	}
	signed, err := jose.ParseSignedCompact(c.token, algorithms)
	if err != nil {
		return Caller{}, refused(errHeader)
	}
	if !isTokenType(signed.Signatures[0].Header) {
		return Caller{}, refused(errHeader)
	}
	var claims jwt.Claims
	if err := json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &claims); err != nil {
		return Caller{}, refused(errClaims)
	}
	if err := checkClaims(claims, o.config.Issuer, o.config.Audience, o.config.Now()); errors.Is(err, errExpired) && o.keys.haveSigned(signed) {
		return Caller{}, expired()
	} else if err != nil {
		return Caller{}, refused(err)
	}
	subject, ok := outsideSubject(o.config.SubjectPrefix, claims.Subject)
	if !ok {
		return Caller{}, refused(errSubject)
	}
	granted, err := o.verifySignature(ctx, c.token, signed)
	if err != nil {
		return Caller{}, err
	}
	return Caller{Subject: subject, Roles: granted, Expires: claims.Expiry.Time().UTC()}, nil
}

// verifySignature returns the roles of a token whose signature, and everything
// else that OpenID Connect asks for, is right.
func (o *OIDC) verifySignature(ctx context.Context, token string, signed *jose.JSONWebSignature) ([]Role, error) {
	check := &signatureCheck{keys: o.keys, signed: signed}
	verifier := oidc.NewVerifier(o.config.Issuer, check, &oidc.Config{
		ClientID:             o.config.Audience,
		SupportedSigningAlgs: algorithmNames(),
		Now:                  o.config.Now,
	})
	verified, err := verifier.Verify(ctx, token)
	switch {
	case errors.Is(check.err, errSignature):
		return nil, refused(errSignature)
	case check.err != nil:
		return nil, fault.Unreachable(check.err)
	case err != nil:
		return nil, refused(errOutsideRefused)
	}
	var claims map[string]any
	if err := verified.Claims(&claims); err != nil {
		return nil, refused(errClaims)
	}
	return o.roles(claims), nil
}

// signatureCheck lends the issuer's keys to go-oidc for one token, and keeps
// the error, of which go-oidc passes on no more than the text.
type signatureCheck struct {
	keys   *remoteKeys
	signed *jose.JSONWebSignature
	err    error
}

// VerifySignature implements oidc.KeySet.
func (s *signatureCheck) VerifySignature(ctx context.Context, _ string) ([]byte, error) {
	payload, err := s.keys.verify(ctx, s.signed)
	s.err = err
	return payload, err
}

// roles maps what the roles claim holds.
func (o *OIDC) roles(claims map[string]any) []Role {
	granted := []Role{RoleLearner}
	for _, value := range texts(lookup(claims, o.config.RolesClaim)) {
		if role, ok := o.config.Roles[value]; ok && !slices.Contains(granted, role) {
			granted = append(granted, role)
		}
	}
	return granted
}

// lookup follows a dotted path. At each object the longest name that is there
// wins, so that "https://example.org/roles" needs no escaping.
func lookup(value any, path string) any {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	if found, ok := object[path]; ok {
		return found
	}
	for end := strings.LastIndexByte(path, '.'); end >= 0; end = strings.LastIndexByte(path[:end], '.') {
		if inner, ok := object[path[:end]]; ok {
			return lookup(inner, path[end+1:])
		}
	}
	return nil
}

// texts is a claim's values: itself when it is a text, or those of a list.
func texts(claim any) []string {
	switch claim := claim.(type) {
	case string:
		return []string{claim}
	case []any:
		var values []string
		for _, element := range claim {
			if value, ok := element.(string); ok {
				values = append(values, value)
			}
		}
		return values
	}
	return nil
}

func isTokenType(header jose.Header) bool {
	given, present := header.ExtraHeaders[jose.HeaderType]
	if !present {
		return true
	}
	name, ok := given.(string)
	return ok && slices.Contains(tokenTypes, strings.TrimPrefix(strings.ToLower(name), "application/"))
}

func algorithmNames() []string {
	names := make([]string, len(algorithms))
	for i, a := range algorithms {
		names[i] = string(a)
	}
	return names
}

// issuerClient returns a client that takes no more time and no more bytes than
// documents of an issuer need, and keeps no connection: it is used rarely.
func issuerClient(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout: timeout,
		Transport: bounded{&http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DisableKeepAlives:      true,
			MaxResponseHeaderBytes: 64 << 10,
			ForceAttemptHTTP2:      true,
		}},
		// A redirect could lead to an address that nobody chose to trust.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
