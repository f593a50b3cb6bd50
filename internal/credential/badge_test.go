package credential_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/credential"
)

const base = "https://learn.example.org/kb"

var (
	key    = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	issued = time.Date(2026, time.November, 24, 9, 30, 15, 125_000_000, time.UTC)
)

func issuer(t testing.TB) *credential.Issuer {
	t.Helper()
	i, err := credential.NewIssuer(credential.IssuerConfig{Key: key, Name: "Example School", URL: base + "/"})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func award() credential.Award {
	percent := 91.66
	expires := issued.AddDate(2, 0, 0)
	return credential.Award{
		Code: "7K3M-9QWA", LearnerName: "Anna Lindqvist", CourseSlug: "basics", CourseVersion: 3, CourseTitle: "Scrum basics",
		Percent: &percent, IssuedAt: issued, ExpiresAt: &expires,
	}
}

// open parses a token by hand and checks its signature with nothing but the
// published key.
func open(t testing.TB, token string, keySet []byte) (header, payload map[string]any, ok bool) {
	t.Helper()
	segments := strings.Split(token, ".")
	if len(segments) != 3 {
		t.Fatalf("%d segments", len(segments))
	}
	decode := func(segment string) []byte {
		data, err := base64.RawURLEncoding.Strict().DecodeString(segment)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for i, into := range []*map[string]any{&header, &payload} {
		if err := json.Unmarshal(decode(segments[i]), into); err != nil {
			t.Fatal(err)
		}
	}
	var set struct{ Keys []map[string]string }
	if err := json.Unmarshal(keySet, &set); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(set.Keys, func(k map[string]string) bool { return k["kid"] == header["kid"] })
	if at < 0 {
		t.Fatalf("no key %v in %s", header["kid"], keySet)
	}
	public := ed25519.PublicKey(decode(set.Keys[at]["x"]))
	return header, payload, ed25519.Verify(public, []byte(segments[0]+"."+segments[1]), decode(segments[2]))
}

func TestSign(t *testing.T) {
	i := issuer(t)
	token, err := i.Sign(award())
	if err != nil {
		t.Fatal(err)
	}
	header, payload, ok := open(t, token, i.KeySet())
	if !ok {
		t.Error("the signature does not verify")
	}

	// RFC 7638, by hand: the required members in alphabetical order.
	x := base64.RawURLEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + x + `"}`))
	thumbprint := base64.RawURLEncoding.EncodeToString(sum[:])
	kid := base + "/keys/" + thumbprint
	if diff := cmp.Diff(map[string]any{"alg": "EdDSA", "typ": "JWT", "kid": kid}, header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	jwk := map[string]any{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "alg": "EdDSA", "use": "sig"}
	var set, alone map[string]any
	single, found := i.Key(thumbprint)
	if err := json.Unmarshal(i.KeySet(), &set); err != nil || !found {
		t.Fatal(err, found)
	}
	if err := json.Unmarshal(single, &alone); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"keys": []any{jwk}}, set); diff != "" {
		t.Errorf("key set (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(jwk, alone); diff != "" {
		t.Errorf("key (-want +got):\n%s", diff)
	}
	if _, found := i.Key("other"); found {
		t.Error("a key for any thumbprint")
	}

	page := base + "/certificates/7K3M-9QWA"
	achievement := base + "/achievements/basics/3"
	profile := map[string]any{"id": base + "/issuer", "type": []any{"Profile"}, "name": "Example School", "url": base}
	want := map[string]any{
		"@context": []any{
			"https://www.w3.org/ns/credentials/v2",
			"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
			"https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
		},
		"id": page, "type": []any{"VerifiableCredential", "AchievementCredential"},
		"name": "Certificate of completion: Scrum basics", "description": credential.Statement,
		"image":     map[string]any{"id": page + ".svg", "type": "Image", "caption": "Certificate of completion of Scrum basics"},
		"issuer":    profile,
		"validFrom": "2026-11-24T09:30:15Z", "validUntil": "2028-11-24T09:30:15Z",
		"credentialSubject": map[string]any{
			"id": page + "#learner", "type": []any{"AchievementSubject"},
			"identifier": []any{map[string]any{"type": "IdentityObject", "hashed": false, "identityHash": "Anna Lindqvist", "identityType": "name"}},
			"achievement": map[string]any{
				"id": achievement, "type": []any{"Achievement"}, "achievementType": "Course", "name": "Scrum basics", "version": "3",
				"description": "Completion of the course “Scrum basics”. " + credential.Statement,
				"criteria":    map[string]any{"narrative": "The learner completed every required unit of version 3 of the course. " + credential.Statement},
				"resultDescription": []any{map[string]any{
					"id": achievement + "#score", "type": []any{"ResultDescription"}, "name": "Score in percent",
					"resultType": "Percent", "valueMin": "0", "valueMax": "100",
				}},
			},
			"result": []any{map[string]any{"type": []any{"Result"}, "resultDescription": achievement + "#score", "value": "91.66"}},
		},
		"credentialStatus": map[string]any{"id": page + ".revocation", "type": "1EdTechRevocationList"},
		"credentialSchema": []any{map[string]any{
			"id":   "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
			"type": "1EdTechJsonSchemaValidator2019",
		}},
		"iss": base + "/issuer", "jti": page, "sub": page + "#learner",
		"nbf": float64(issued.Unix()), "exp": float64(issued.AddDate(2, 0, 0).Unix()),
	}
	if diff := cmp.Diff(want, payload); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
	if !strings.Contains(credential.Statement, "not the Certified Scrum Product Owner (CSPO) certification") {
		t.Errorf("the statement says %q", credential.Statement)
	}
}

func TestSignLeavesOutWhatThereIsNot(t *testing.T) {
	a := award()
	a.LearnerName, a.Percent, a.ExpiresAt = "", nil, nil
	i := issuer(t)
	token, err := i.Sign(a)
	if err != nil {
		t.Fatal(err)
	}
	_, payload, _ := open(t, token, i.KeySet())
	subject := payload["credentialSubject"].(map[string]any)
	for name, in := range map[string]map[string]any{
		"validUntil": payload, "exp": payload, "identifier": subject, "result": subject,
		"resultDescription": subject["achievement"].(map[string]any),
	} {
		if value, there := in[name]; there {
			t.Errorf("%s is %v", name, value)
		}
	}
}

func TestTamperedCredentialsFail(t *testing.T) {
	i := issuer(t)
	token, err := i.Sign(award())
	if err != nil {
		t.Fatal(err)
	}
	segments := strings.Split(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(segments[1])
	if err != nil {
		t.Fatal(err)
	}
	other, err := credential.NewIssuer(credential.IssuerConfig{Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Name: "x", URL: base})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.Sign(award())
	if err != nil {
		t.Fatal(err)
	}
	renamed := base64.RawURLEncoding.EncodeToString(bytes.Replace(payload, []byte("Anna"), []byte("Anne"), 1))
	for name, forged := range map[string]string{
		"Name":      segments[0] + "." + renamed + "." + segments[2],
		"Signature": segments[0] + "." + segments[1] + "." + strings.Split(foreign, ".")[2],
	} {
		if _, _, ok := open(t, forged, i.KeySet()); ok {
			t.Errorf("%s: it verifies", name)
		}
	}
}

func TestSameAwardSameCredential(t *testing.T) {
	first, err := issuer(t).Sign(award())
	if err != nil {
		t.Fatal(err)
	}
	again, err := issuer(t).Sign(award())
	if err != nil || again != first {
		t.Errorf("%v, %s and %s", err, first, again)
	}
}

func TestRevocations(t *testing.T) {
	i := issuer(t)
	for revoked, want := range map[bool]any{
		false: []any{},
		true:  []any{map[string]any{"id": base + "/certificates/7K3M-9QWA", "revoked": true, "revocationReason": "a mistake"}},
	} {
		data, err := i.Revocations("7K3M-9QWA", revoked, "a mistake")
		if err != nil {
			t.Fatal(err)
		}
		var list map[string]any
		if err := json.Unmarshal(data, &list); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, list["revokedCredentials"]); diff != "" || list["id"] != base+"/certificates/7K3M-9QWA.revocation" || list["issuer"] != base+"/issuer" {
			t.Errorf("revoked = %t: %s", revoked, data)
		}
	}
}

func TestPercentText(t *testing.T) {
	for percent, want := range map[float64]string{0: "0", 100: "100", 84.99: "84.99", 85: "85", 0.3: "0.3", 0.01: "0.01", 33.33: "33.33", 58: "58"} {
		if got := credential.PercentText(percent); got != want {
			t.Errorf("%v is shown as %s, want %s", percent, got, want)
		}
	}
}

func TestNewIssuerRefuses(t *testing.T) {
	good := credential.IssuerConfig{Key: key, Name: "School", URL: base}
	tests := map[string]func(*credential.IssuerConfig){
		"NoKey":       func(c *credential.IssuerConfig) { c.Key = nil },
		"NoName":      func(c *credential.IssuerConfig) { c.Name = " " },
		"NoURL":       func(c *credential.IssuerConfig) { c.URL = "" },
		"NoHost":      func(c *credential.IssuerConfig) { c.URL = "https://" },
		"OtherScheme": func(c *credential.IssuerConfig) { c.URL = "javascript:alert(1)" },
		"Query":       func(c *credential.IssuerConfig) { c.URL = base + "?a=b" },
		"Fragment":    func(c *credential.IssuerConfig) { c.URL = base + "#a" },
		"Password":    func(c *credential.IssuerConfig) { c.URL = "https://u:p@example.org" },
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		c := good
		tests[name](&c)
		if _, err := credential.NewIssuer(c); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
