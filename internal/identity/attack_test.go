package identity_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
)

var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func keyOf(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func newIssuer(t testing.TB, key ed25519.PrivateKey, now func() time.Time) *identity.Issuer {
	t.Helper()
	issuer, err := identity.NewIssuer(identity.IssuerConfig{Key: key, Issuer: "scrumkb", Audience: "scrumkb", TTL: time.Hour, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return issuer
}

func atNoon() time.Time { return noon }

// forge signs a header and claims that no Issuer would create.
func forge(t testing.TB, header, claims map[string]any, sign func(input []byte) []byte) string {
	t.Helper()
	input := encode(t, header) + "." + encode(t, claims)
	return input + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(input)))
}

func encode(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

func decode(t testing.TB, segment string) map[string]any {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(segment)
	if err != nil {
		t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestForgedTokensAreRefused(t *testing.T) {
	key := keyOf(1)
	issuer := newIssuer(t, key, atNoon)
	good, _, err := issuer.Issue("anna", []identity.Role{identity.RoleLearner}, false, 0)
	if err != nil {
		t.Fatal(err)
	}
	segments := strings.Split(good, ".")
	header, claims := decode(t, segments[0]), decode(t, segments[1])

	with := func(base map[string]any, changes map[string]any) map[string]any {
		changed := maps.Clone(base)
		for name, value := range changes {
			if value == nil {
				delete(changed, name)
			} else {
				changed[name] = value
			}
		}
		return changed
	}
	signed := func(input []byte) []byte { return ed25519.Sign(key, input) }
	otherKey := func(input []byte) []byte { return ed25519.Sign(keyOf(2), input) }
	hs256 := func(secret []byte) func([]byte) []byte {
		return func(input []byte) []byte {
			mac := hmac.New(sha256.New, secret)
			mac.Write(input)
			return mac.Sum(nil)
		}
	}
	unsigned := func([]byte) []byte { return nil }
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		t.Fatal("no Ed25519 key")
	}
	seconds := func(d time.Duration) float64 { return float64(noon.Add(d).Unix()) }
	ownKey := map[string]any{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(keyOf(2).Public().(ed25519.PublicKey))}

	forged := map[string]string{
		"None":              forge(t, with(header, map[string]any{"alg": "none"}), claims, unsigned),
		"NoneInCapitals":    forge(t, with(header, map[string]any{"alg": "None"}), claims, unsigned),
		"NoneButSigned":     forge(t, with(header, map[string]any{"alg": "none"}), claims, signed),
		"SignatureStripped": segments[0] + "." + segments[1] + ".",
		"OtherSignature":    forge(t, header, claims, otherKey),
		"ClaimsEdited":      segments[0] + "." + encode(t, with(claims, map[string]any{"roles": []string{"ADMIN"}})) + "." + segments[2],
		"SubjectEdited":     segments[0] + "." + encode(t, with(claims, map[string]any{"sub": "bob"})) + "." + segments[2],
		"HS256Empty":        forge(t, with(header, map[string]any{"alg": "HS256"}), claims, hs256(nil)),
		"HS256Secret":       forge(t, with(header, map[string]any{"alg": "HS256"}), claims, hs256([]byte("secret"))),
		"HS256PublicKey":    forge(t, with(header, map[string]any{"alg": "HS256"}), claims, hs256(public)),
		"KidTraversal":      forge(t, with(header, map[string]any{"kid": "../../../../dev/null"}), claims, signed),
		"KidInjection":      forge(t, with(header, map[string]any{"kid": "x' UNION SELECT 'key"}), claims, signed),
		"NoKid":             forge(t, with(header, map[string]any{"kid": nil}), claims, signed),
		"EmbeddedKey":       forge(t, with(header, map[string]any{"jwk": ownKey}), claims, otherKey),
		"KeyByURL":          forge(t, with(header, map[string]any{"jku": "https://evil.example/jwks"}), claims, otherKey),
		"CriticalExtension": forge(t, with(header, map[string]any{"crit": []string{"b64"}, "b64": false}), claims, signed),
		"Truncated":         good[:len(good)-5],
		"LastCharacter":     good[:len(good)-1] + "_",
		"TwoSegments":       segments[0] + "." + segments[1],
		"FourSegments":      good + "." + segments[2],
		"LineBreak":         segments[0] + "\n." + segments[1] + "." + segments[2],
		"Huge":              strings.Repeat("a", 200<<10),
		"HugeSegments":      segments[0] + "." + strings.Repeat("a", 200<<10) + "." + segments[2],
		"Garbage":           "not a token",
		"Expired":           forge(t, header, with(claims, map[string]any{"exp": seconds(-identity.Leeway - time.Second)}), signed),
		"ExpiresNow":        forge(t, header, with(claims, map[string]any{"exp": seconds(-identity.Leeway)}), signed),
		"ExpiredAndForged":  forge(t, header, with(claims, map[string]any{"exp": seconds(-identity.Leeway - time.Second)}), otherKey),
		"NoExpiry":          forge(t, header, with(claims, map[string]any{"exp": nil}), signed),
		"NotYet":            forge(t, header, with(claims, map[string]any{"nbf": seconds(identity.Leeway + time.Second)}), signed),
		"IssuedLater":       forge(t, header, with(claims, map[string]any{"iat": seconds(identity.Leeway + time.Second)}), signed),
		"WrongAudience":     forge(t, header, with(claims, map[string]any{"aud": "another"}), signed),
		"NoAudience":        forge(t, header, with(claims, map[string]any{"aud": nil}), signed),
		"WrongIssuer":       forge(t, header, with(claims, map[string]any{"iss": "another"}), signed),
		"NoSubject":         forge(t, header, with(claims, map[string]any{"sub": nil}), signed),
		"SubjectOfAGuest":   forge(t, header, with(claims, map[string]any{"sub": "guest:00000000000000000000000000000000"}), signed),
		"UnknownRole":       forge(t, header, with(claims, map[string]any{"roles": []string{"ROOT"}}), signed),
		"NoRoles":           forge(t, header, with(claims, map[string]any{"roles": []string{}}), signed),
	}
	authenticator := identity.Authenticator{Own: issuer}
	for name, token := range forged {
		t.Run(name, func(t *testing.T) {
			ctx, err := authenticator.Authenticate(context.Background(), token)
			refused, ok := errors.AsType[*fault.Error](err)
			message, reason := identity.RefusedMessage, fault.TokenInvalid
			if name == "Expired" || name == "ExpiresNow" {
				message, reason = identity.ExpiredMessage, fault.TokenExpired
			}
			if !ok || refused.Code != fault.Unauthenticated || refused.Message != message || refused.Reason != fault.Reason(reason) {
				t.Fatalf("got %v, want %s with the reason %s and its one message", err, fault.Unauthenticated, reason)
			}
			if _, known := identity.From(ctx); known {
				t.Error("the context has a caller")
			}
			if sub := refused.Error(); strings.Contains(sub, "anna") || strings.Contains(sub, segments[2]) {
				t.Errorf("the error quotes the token: %s", sub)
			}
		})
	}

	t.Run("TheRealOneIsBelieved", func(t *testing.T) {
		ctx, err := authenticator.Authenticate(context.Background(), good)
		if err != nil {
			t.Fatal(err)
		}
		caller, _ := identity.From(ctx)
		if caller.Subject != "anna" || caller.Guest || !caller.Expires.Equal(noon.Add(time.Hour+identity.Leeway)) {
			t.Errorf("caller = %+v", caller)
		}
	})
	t.Run("NoTokenIsAnonymous", func(t *testing.T) {
		ctx, err := authenticator.Authenticate(context.Background(), "")
		if _, known := identity.From(ctx); known || err != nil {
			t.Errorf("known = %t, err = %v", known, err)
		}
	})
}

func FuzzVerify(f *testing.F) {
	issuer := newIssuer(f, keyOf(1), atNoon)
	good, _, err := issuer.Issue("anna", []identity.Role{identity.RoleLearner}, false, 0)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("e30.e30.e30")
	f.Fuzz(func(t *testing.T, token string) {
		caller, err := issuer.Verify(token)
		if err == nil && (token != good || caller.Subject != "anna") {
			t.Errorf("believed %q", token)
		}
		if err != nil && fault.CodeOf(err) != fault.Unauthenticated {
			t.Errorf("%q: %v", token, err)
		}
	})
}
