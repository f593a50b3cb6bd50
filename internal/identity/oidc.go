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

// DefaultSubjectPrefix is the prefix of an external issuer's subjects.
const DefaultSubjectPrefix = "oidc:"

// issuerTimeout limits one request to the external issuer, and thus how long a
// token waits for it.
const issuerTimeout = 5 * time.Second

// OIDCConfig describes an external OpenID Connect issuer to trust. Issuer,
// Audience and Now are required.
type OIDCConfig struct {
	Issuer   string // URL, as in the claim iss; https, or http on a loopback address
	Audience string // what the claim aud must contain, often a client id

	// RolesClaim names the claim with the caller's roles, a string or a list of
	// strings. Dots lead into objects, as in "realm_access.roles"; a claim
	// whose own name contains dots is found too. Empty means that everybody is
	// a learner.
	RolesClaim string
	// Roles maps the claim's values to roles. Other values grant nothing.
	// Everybody with a valid token is a learner, as any guest is.
	Roles map[string]Role

	SubjectPrefix string        // DefaultSubjectPrefix when empty: lower case, ending in a colon, not "guest:"
	Timeout       time.Duration // for one request to the issuer: 5 s if 0
	Now           func() time.Time
}

// OIDC verifies tokens of an external OpenID Connect issuer. It contacts the
// issuer only once such a token arrives, so that starting does not depend on
// it. It is safe for concurrent use.
type OIDC struct {
	config OIDCConfig
	keys   *remoteKeys
}

// algorithms are those with public keys. Allowing an HMAC too would let anybody
// sign with the published key.
var algorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512,
	jose.PS256, jose.PS384, jose.PS512,
	jose.ES256, jose.ES384, jose.ES512,
	jose.EdDSA,
}

// forbiddenHeaders embed a key, say where to fetch one, or demand an extension
// that is not supported.
var forbiddenHeaders = []string{"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip"}

// tokenTypes are the values of the header typ for callers, in lower case and
// without "application/". Tokens of other types, such as logout tokens, are not
// credentials.
var tokenTypes = []string{"", "jwt", "at+jwt"}

// NewOIDC returns an OIDC. It fails if a part of c is missing or invalid; the
// issuer need not be reachable.
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
		return nil, fmt.Errorf("the subject prefix %q must be lower-case letters, digits and hyphens followed by a colon, and differ from that of guests", c.SubjectPrefix)
	}
	for value, role := range c.Roles {
		if !role.Valid() {
			return nil, fmt.Errorf("the role %q, for the value %q of the roles claim, is not one of %v", role, value, Roles())
		}
	}
	keys := &remoteKeys{issuer: c.Issuer, now: c.Now, timeout: c.Timeout, client: issuerClient(c.Timeout)}
	return &OIDC{config: c, keys: keys}, nil
}

// trustworthy reports whether the content of rawURL cannot be forged in
// transit.
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
// fault.Unauthenticated and RefusedMessage if the token is not valid, or with
// ExpiredMessage if it has expired, as far as the last known keys can tell,
// and with fault.Unavailable if the issuer's keys are not available within
// OIDCConfig.Timeout.
func (o *OIDC) Verify(ctx context.Context, token string) (Caller, error) {
	c, err := parse(token)
	if err != nil {
		return Caller{}, refused(err)
	}
	return o.verify(ctx, c)
}

// verify first checks everything that needs no key: tokens that are refused
// anyway must not cause requests to the issuer.
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
	return Caller{Subject: subject, Roles: granted, Expires: ends(claims)}, nil
}

// verifySignature returns the roles of a token if its signature, and everything
// else that OpenID Connect requires, is valid.
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

// signatureCheck gives go-oidc the issuer's keys for one token, and keeps the
// error, of which go-oidc passes on only the text.
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

// roles maps the values of the roles claim.
func (o *OIDC) roles(claims map[string]any) []Role {
	granted := []Role{RoleLearner}
	for _, value := range texts(lookup(claims, o.config.RolesClaim)) {
		if role, ok := o.config.Roles[value]; ok && !slices.Contains(granted, role) {
			granted = append(granted, role)
		}
	}
	return granted
}

// lookup follows a dotted path. At each object the longest existing name wins,
// so that "https://example.org/roles" needs no escaping.
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

// texts returns a claim's values: a string alone, or those of a list.
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

// issuerClient returns a client with limits on time and size, and without
// keep-alive: it is used rarely.
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
