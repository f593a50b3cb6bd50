package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
)

// outside is an OpenID Connect issuer.
type outside struct {
	server *httptest.Server

	mu   sync.Mutex
	down bool
	keys []jose.JSONWebKey
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		o.answer(w, map[string]any{
			"issuer": o.server.URL, "jwks_uri": o.server.URL + "/keys",
			"authorization_endpoint": o.server.URL, "token_endpoint": o.server.URL,
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		o.mu.Lock()
		set := jose.JSONWebKeySet{Keys: slices.Clone(o.keys)}
		o.mu.Unlock()
		o.answer(w, set)
	})
	o.server = httptest.NewServer(mux)
	t.Cleanup(o.server.Close)
	return o
}

func (o *outside) answer(w http.ResponseWriter, v any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (o *outside) setDown(down bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down = down
}

// rotate publishes one new key in place of all others.
func (o *outside) rotate(t *testing.T, id string) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.keys = []jose.JSONWebKey{{Key: key.Public(), KeyID: id, Algorithm: "ES256", Use: "sig"}}
	return key
}

func (o *outside) token(t *testing.T, algorithm jose.SignatureAlgorithm, key any, id string, changes map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key},
		(&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", id))
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{
		"iss": o.server.URL, "aud": "client", "sub": "4711", "exp": noon.Add(time.Hour).Unix(),
		"realm_access": map[string]any{"roles": []string{"coach", "something-else"}},
	}
	for name, value := range changes {
		claims[name] = value
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestExternalIssuer(t *testing.T) {
	o := newOutside(t)
	var mu sync.Mutex
	now := noon
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	wait := func(d time.Duration) { mu.Lock(); defer mu.Unlock(); now = now.Add(d) }

	oidc, err := identity.NewOIDC(identity.OIDCConfig{
		Issuer: o.server.URL, Audience: "client", RolesClaim: "realm_access.roles",
		Roles: map[string]identity.Role{"coach": identity.RoleTrainer}, Now: clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	own := newIssuer(t, keyOf(1), clock)
	authenticator := identity.Authenticator{Own: own, Outside: oidc}
	code := func(token string) fault.Code {
		_, err := authenticator.Authenticate(context.Background(), token)
		return fault.CodeOf(err)
	}

	first := o.rotate(t, "one")
	good := o.token(t, jose.ES256, first, "one", nil)
	ownToken, _, err := own.Issue("anna", []identity.Role{identity.RoleLearner}, false, 0)
	if err != nil {
		t.Fatal(err)
	}

	o.setDown(true)
	if got := code(good); got != fault.Unavailable {
		t.Errorf("while the issuer is down from the start: %q", got)
	}
	if got := code(ownToken); got != "" {
		t.Errorf("an own token while the issuer is down: %q", got)
	}
	if got := code(""); got != "" {
		t.Errorf("no token while the issuer is down: %q", got)
	}
	o.setDown(false)
	wait(2 * time.Second)

	ctx, err := authenticator.Authenticate(context.Background(), good)
	if err != nil {
		t.Fatal(err)
	}
	caller, _ := identity.From(ctx)
	if caller.Subject != "oidc:4711" || !caller.Has(identity.RoleTrainer) || caller.Has(identity.RoleAdmin) || caller.Guest {
		t.Errorf("caller = %+v", caller)
	}

	public, err := x509.MarshalPKIXPublicKey(first.Public())
	if err != nil {
		t.Fatal(err)
	}
	stranger := newOutside(t).rotate(t, "one")
	for name, token := range map[string]string{
		"WrongAudience":  o.token(t, jose.ES256, first, "one", map[string]any{"aud": "another"}),
		"WrongIssuer":    o.token(t, jose.ES256, first, "one", map[string]any{"iss": "https://evil.example"}),
		"Expired":        o.token(t, jose.ES256, first, "one", map[string]any{"exp": noon.Add(-time.Hour).Unix()}),
		"ExpiredForged":  o.token(t, jose.ES256, stranger, "one", map[string]any{"exp": noon.Add(-time.Hour).Unix()}),
		"NoExpiry":       o.token(t, jose.ES256, first, "one", map[string]any{"exp": nil}),
		"NotYet":         o.token(t, jose.ES256, first, "one", map[string]any{"nbf": noon.Add(time.Hour).Unix()}),
		"NoSubject":      o.token(t, jose.ES256, first, "one", map[string]any{"sub": ""}),
		"AnotherKey":     o.token(t, jose.ES256, stranger, "one", nil),
		"HS256PublicKey": o.token(t, jose.HS256, public, "one", nil),
	} {
		want := fault.Reason(fault.TokenInvalid)
		if name == "Expired" {
			want = fault.Reason(fault.TokenExpired)
		}
		if _, err := authenticator.Authenticate(ctx, token); fault.CodeOf(err) != fault.Unauthenticated || fault.ReasonOf(err) != want {
			t.Errorf("%s: %v with the reason %q, want %s", name, err, fault.ReasonOf(err), want)
		}
	}

	second := o.rotate(t, "two")
	wait(time.Minute)
	if got := code(o.token(t, jose.ES256, second, "two", nil)); got != "" {
		t.Errorf("after the key was rotated: %q", got)
	}
	wait(time.Minute)
	if got := code(good); got != fault.Unauthenticated {
		t.Errorf("with the withdrawn key: %q", got)
	}
	o.setDown(true)
	if got := code(o.token(t, jose.ES256, second, "two", nil)); got != "" {
		t.Errorf("with a known key while the issuer is down: %q", got)
	}
}
