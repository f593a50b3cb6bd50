package server_test

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/server"
)

var tokenKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

func issuer(t *testing.T) *identity.Issuer {
	t.Helper()
	i, err := identity.NewIssuer(identity.IssuerConfig{Key: tokenKey, Issuer: "test", Audience: "test", TTL: time.Hour, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// forge signs arbitrary claims.
func forge(t *testing.T, header, claims map[string]any, sign func(text []byte) []byte) string {
	t.Helper()
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	text := part(header) + "." + part(claims)
	return text + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(text)))
}

func TestBadTokens(t *testing.T) {
	own := issuer(t)
	i := start(t, server.Config{Authenticate: (&identity.Authenticator{Own: own}).Authenticate})
	good, _, err := own.Issue("anna", []identity.Role{identity.RoleLearner}, false, 0)
	if err != nil {
		t.Fatal(err)
	}
	segments := strings.Split(good, ".")
	ask := func(token string) answer {
		return send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json", "Accept": modern, "Authorization": "Bearer " + token},
			strings.NewReader(`{"query":"{ hello }"}`))
	}
	if got := ask(good); got.status != 200 || got.code() != "" {
		t.Fatalf("a good token: %d %s", got.status, got.body)
	}

	decode := func(segment string) map[string]any {
		text, err := base64.RawURLEncoding.DecodeString(segment)
		if err != nil {
			t.Fatal(err)
		}
		var v map[string]any
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	header, claims := decode(segments[0]), decode(segments[1])
	with := func(m map[string]any, name string, value any) map[string]any {
		changed := map[string]any{}
		for n, v := range m {
			changed[n] = v
		}
		if changed[name] = value; value == nil {
			delete(changed, name)
		}
		return changed
	}
	ours := func(text []byte) []byte { return ed25519.Sign(tokenKey, text) }
	theirs := func(text []byte) []byte {
		return ed25519.Sign(ed25519.NewKeyFromSeed([]byte(strings.Repeat("x", 32))), text)
	}
	unsigned := func([]byte) []byte { return nil }
	hs256 := func(secret []byte) func([]byte) []byte {
		return func(text []byte) []byte {
			mac := hmac.New(sha256.New, secret)
			mac.Write(text)
			return mac.Sum(nil)
		}
	}
	public, _ := tokenKey.Public().(ed25519.PublicKey)
	edited := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"test","aud":"test","sub":"tess","roles":["ADMIN"],"exp":4102444800}`))
	jwk := map[string]any{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(public)}
	now := time.Now().Unix()

	for name, token := range map[string]string{
		"AlgorithmNone":      forge(t, with(header, "alg", "none"), claims, unsigned),
		"AlgorithmNoneMixed": forge(t, with(header, "alg", "None"), claims, unsigned),
		"NoneButSigned":      forge(t, with(header, "alg", "none"), claims, ours),
		"HS256NoSecret":      forge(t, with(header, "alg", "HS256"), claims, hs256(nil)),
		"HS256Guessed":       forge(t, with(header, "alg", "HS256"), claims, hs256([]byte("secret"))),
		"HS256PublicKey":     forge(t, with(header, "alg", "HS256"), claims, hs256(public)),
		"OtherKey":           forge(t, header, claims, theirs),
		"EditedClaims":       segments[0] + "." + edited + "." + segments[2],
		"NoSignature":        segments[0] + "." + segments[1] + ".",
		"TwoSegments":        segments[0] + "." + segments[1],
		"Truncated":          good[:len(good)-4],
		"FourSegments":       good + ".x",
		"EmbeddedKey":        forge(t, with(header, "jwk", jwk), claims, ours),
		"KeyByURL":           forge(t, with(header, "jku", "https://evil.example/jwks"), claims, ours),
		"KeyIDTraverses":     forge(t, with(header, "kid", "../../../dev/null"), claims, ours),
		"KeyIDInjects":       forge(t, with(header, "kid", "' OR 1=1 --"), claims, ours),
		"Critical":           forge(t, with(header, "crit", []string{"exp"}), claims, ours),
		"OtherIssuer":        forge(t, header, with(claims, "iss", "evil"), ours),
		"NoIssuer":           forge(t, header, with(claims, "iss", nil), ours),
		"OtherAudience":      forge(t, header, with(claims, "aud", "others"), ours),
		"NoAudience":         forge(t, header, with(claims, "aud", nil), ours),
		"Expired":            forge(t, header, with(claims, "exp", now-61), ours),
		"NoExpiry":           forge(t, header, with(claims, "exp", nil), ours),
		"NotYet":             forge(t, header, with(claims, "nbf", now+3600), ours),
		"NoSubject":          forge(t, header, with(claims, "sub", nil), ours),
		"OperatorAsSubject":  forge(t, header, with(claims, "sub", map[string]any{"$gt": ""}), ours),
		"GuestWithoutFlag":   forge(t, header, with(claims, "sub", "guest:"+strings.Repeat("0", 32)), ours),
		"UnknownRole":        forge(t, header, with(claims, "roles", []string{"OWNER"}), ours),
		"NoRole":             forge(t, header, with(claims, "roles", nil), ours),
		"Garbage":            "undefined",
		"Large":              strings.Repeat("a", 20<<10),
	} {
		t.Run(name, func(t *testing.T) {
			got := ask(token)
			message, reason := identity.RefusedMessage, fault.TokenInvalid
			if name == "Expired" {
				message, reason = identity.ExpiredMessage, fault.TokenExpired
			}
			if got.status != http.StatusUnauthorized || len(got.parsed.Errors) != 1 || got.code() != "UNAUTHENTICATED" ||
				got.parsed.Errors[0].Message != message || got.parsed.Errors[0].Extensions.Reason != string(reason) || got.parsed.Data != nil {
				t.Errorf("%d %s", got.status, got.body)
			}
			p := open(t, i)
			payload, err := json.Marshal(map[string]string{"Authorization": "Bearer " + token})
			if err != nil {
				t.Fatal(err)
			}
			p.say(`{"type":"connection_init","payload":` + string(payload) + `}`)
			if code := p.closed(); code != 4403 {
				t.Errorf("the socket closes with %d, want 4403", code)
			}
		})
	}
	if strings.Contains(i.log.String(), segments[1]) || strings.Contains(i.log.String(), edited) {
		t.Error("the log has tokens in it")
	}
}

func TestHugeTokens(t *testing.T) {
	i := start(t, server.Config{Authenticate: (&identity.Authenticator{Own: issuer(t)}).Authenticate})
	huge := strings.Repeat("a", 200<<10)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, i.url("/graphql"), strings.NewReader(`{"query":"{ hello }"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+huge)
	// The server may close the connection before reading everything.
	if response, err := client.Do(request); err == nil {
		defer response.Body.Close()
		if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("status %d, want 431", response.StatusCode)
		}
	}
	p := open(t, i)
	p.say(`{"type":"connection_init","payload":{"Authorization":"Bearer ` + huge + `"}}`)
	if code := p.closed(); code != 4403 {
		t.Errorf("the socket closes with %d, want 4403", code)
	}
	if got := post(t, i, "{ hello }", nil); got.status != 200 {
		t.Errorf("the next request: %d %s", got.status, got.body)
	}
}

func TestTokensInTheURLAreIgnored(t *testing.T) {
	i := start(t, server.Config{Authenticate: knowAnna})
	for _, name := range []string{"access_token", "token", "authorization", "Authorization"} {
		query := "?" + name + "=annas-token"
		got := send(t, http.MethodPost, i.url("/graphql"+query), header{"Content-Type": "application/json"}, strings.NewReader(`{"query":"{ caller }"}`))
		if got.body != `{"data":{"caller":"anonymous"}}` {
			t.Errorf("POST %s: %d %s", query, got.status, got.body)
		}
		got = send(t, http.MethodGet, i.url("/graphql"+query+"&query={caller}"), header{"Accept": modern, "Apollo-Require-Preflight": "1"}, nil)
		if got.body != `{"data":{"caller":"anonymous"}}` {
			t.Errorf("GET %s: %d %s", query, got.status, got.body)
		}
	}
}

// until accepts every token, each of which expires after the given time.
func until(ttl time.Duration) func(context.Context, string) (context.Context, error) {
	return func(ctx context.Context, token string) (context.Context, error) {
		if token == "" {
			return ctx, nil
		}
		return identity.With(ctx, identity.Caller{Subject: token, Roles: []identity.Role{identity.RoleLearner}, Expires: time.Now().Add(ttl)}), nil
	}
}

func TestSocketEndsWithItsToken(t *testing.T) {
	tests := map[string]string{
		"DuringEvents":      "subscription { flood }",
		"WhileIdle":         "subscription { idle }",
		"DuringAnOperation": "{ stuck }",
	}
	for name, query := range tests {
		t.Run(name, func(t *testing.T) {
			i := start(t, server.Config{Authenticate: until(100 * time.Millisecond)})
			p := open(t, i)
			p.say(`{"type":"connection_init","payload":{"Authorization":"Bearer anna"}}`)
			p.hear("connection_ack")
			p.subscribe("s", query)
			for {
				f, err := p.read()
				if err == nil {
					if f.Type == "complete" || f.Type == "error" {
						t.Errorf("the operation ends with %s %s", f.Type, f.Payload)
					}
					continue
				}
				if code := websocket.CloseStatus(err); code != 4403 {
					t.Errorf("closed with %v, want 4403", err)
				}
				break
			}
			eventually(t, "the running operation ends", func() bool { return i.resolvers.Live.Load() == 0 })
		})
	}
}

// The server's clock, and not the real time, decides whether a token has
// expired.
func TestTokensEndByTheServersClock(t *testing.T) {
	for name, offset := range map[string]time.Duration{"Ahead": 35 * 24 * time.Hour, "Behind": -35 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			now := func() time.Time { return time.Now().Add(offset) }
			expiring := func(ttl time.Duration) server.Config {
				return server.Config{Now: now, Authenticate: until(offset + ttl)}
			}
			good := open(t, start(t, expiring(time.Hour)))
			good.say(`{"type":"connection_init","payload":{"Authorization":"Bearer anna"}}`)
			good.hear("connection_ack")
			good.subscribe("q", "{ hello }")
			good.hear("next")
			good.hear("complete")

			ending := open(t, start(t, expiring(100*time.Millisecond)))
			ending.say(`{"type":"connection_init","payload":{"Authorization":"Bearer anna"}}`)
			ending.hear("connection_ack")
			if code := ending.closed(); code != 4403 {
				t.Errorf("closed with %d, want 4403", code)
			}
		})
	}
}

// The close frame is sent before the peer agrees; a peer that keeps sending
// operations gets no answers.
func TestExpiredSocketSendsNothing(t *testing.T) {
	i := start(t, server.Config{Authenticate: until(time.Nanosecond)})
	for range 50 {
		p := open(t, i)
		p.say(`{"type":"connection_init","payload":{"Authorization":"Bearer anna"}}`)
		_ = p.conn.Write(t.Context(), websocket.MessageText, []byte(`{"id":"q","type":"subscribe","payload":{"query":"{ hello }"}}`))
		for {
			f, err := p.read()
			if err != nil {
				if code := websocket.CloseStatus(err); code != 4403 {
					t.Fatalf("closed with %v, want 4403", err)
				}
				break
			}
			if f.Type != "connection_ack" {
				t.Fatalf("heard %s %s", f.Type, f.Payload)
			}
		}
	}
}

func TestEventsEndWithTheirToken(t *testing.T) {
	for name, query := range map[string]string{"DuringEvents": "subscription { flood }", "WhileIdle": "subscription { idle }"} {
		t.Run(name, func(t *testing.T) {
			i := start(t, server.Config{Authenticate: until(100 * time.Millisecond)})
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, i.url("/graphql"), strings.NewReader(`{"query":"`+query+`"}`))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("Accept", "text/event-stream")
			request.Header.Set("Authorization", "Bearer anna")
			response, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			text, err := io.ReadAll(response.Body)
			if err != nil || !strings.Contains(string(text), "event: next") {
				t.Fatalf("the stream ends with %v after %.80q", err, text)
			}
			if strings.Contains(string(text[max(0, len(text)-200):]), "complete") {
				t.Error("to the client, complete means that nothing more follows")
			}
		})
	}
}
