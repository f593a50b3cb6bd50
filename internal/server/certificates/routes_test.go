package certificates_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/server/certificates"
	"github.com/scrumkb/scrumkb/internal/server/internal/testschema"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

var graduation = time.Date(2026, time.November, 24, 9, 30, 0, 0, time.UTC)

// site is a complete server with certificates.
type site struct {
	handler      http.Handler
	certificates *certificate.Certificates
	engine       *storetest.Engine
	log          bytes.Buffer
}

func newSite(t *testing.T) *site {
	t.Helper()
	engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &site{engine: storetest.Count(engine)}
	issuer, err := credential.NewIssuer(credential.IssuerConfig{
		Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Name: "School", URL: "https://school.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	s.certificates, err = certificate.Open(t.Context(), s.engine, certificate.Config{
		Issuer: issuer, Now: func() time.Time { return graduation }, Random: rand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(&s.log, nil))
	routes, err := certificates.Routes(s.certificates, issuer, log)
	if err != nil {
		t.Fatal(err)
	}
	s.handler = server.New(server.Config{Schema: testschema.New(&testschema.Resolvers{}), Routes: routes, Logger: log}).Handler()
	return s
}

// issue returns the displayed code.
func (s *site) issue(t *testing.T, name, title string) string {
	t.Helper()
	issued, err := s.certificates.Issue(t.Context(), certificate.Completion{
		Learner: "secret-subject", Name: name, CourseSlug: "basics", CourseVersion: 1, CourseTitle: title, CompletedAt: graduation,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.certificates.Show(issued).Code()
}

func (s *site) revoke(t *testing.T, code, reason string) {
	t.Helper()
	if _, err := s.certificates.Revoke(t.Context(), code, "secret-trainer", reason); err != nil {
		t.Fatal(err)
	}
}

func (s *site) ask(t *testing.T, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	r.Header.Set("X-Request-Id", "test")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func TestRoutes(t *testing.T) {
	s := newSite(t)
	code := s.issue(t, "Anna", "Basics")
	jwt := s.ask(t, http.MethodGet, "/certificates/"+code+".jwt").Body.String()
	header, err := base64.RawURLEncoding.DecodeString(strings.Split(jwt, ".")[0])
	if err != nil {
		t.Fatal(err)
	}
	var named struct{ Kid string }
	if err := json.Unmarshal(header, &named); err != nil {
		t.Fatal(err)
	}
	key := strings.TrimPrefix(named.Kid, "https://school.example")

	const forbidding = "default-src 'none'; frame-ancestors 'none'"
	for path, want := range map[string]struct{ media, caching, policy, holds string }{
		"/.well-known/jwks.json":                {"application/json", "public, max-age=3600", forbidding, `"kid":"` + named.Kid + `"`},
		key:                                     {"application/json", "public, max-age=3600", forbidding, `"kid":"` + named.Kid + `"`},
		"/issuer":                               {"application/json", "public, max-age=3600", forbidding, `"id":"https://school.example/issuer"`},
		"/certificates/" + code + ".jwt":        {"application/vc+jwt", "no-cache", forbidding, "ey"},
		"/certificates/" + code + ".svg":        {"image/svg+xml", "no-cache", forbidding + "; sandbox", "Anna"},
		"/certificates/" + code + ".revocation": {"application/json", "no-cache", forbidding, `"revokedCredentials":[]`},
		"/certificates/" + code:                 {"text/html; charset=utf-8", "no-cache", "", "This certificate is valid."},
		"/certificates/" + strings.ToLower(strings.ReplaceAll(code, "-", "")): {"text/html; charset=utf-8", "no-cache", "", code},
	} {
		got := s.ask(t, http.MethodGet, path)
		h := got.Header()
		if got.Code != http.StatusOK || h.Get("Content-Type") != want.media || h.Get("Cache-Control") != want.caching || !strings.Contains(got.Body.String(), want.holds) {
			t.Errorf("%s: %d %v\n%s", path, got.Code, h, got.Body)
		}
		if policy := h.Get("Content-Security-Policy"); want.policy != "" && policy != want.policy || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %q", path, policy)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("X-Request-Id") != "test" {
			t.Errorf("%s: headers %v", path, h)
		}
		if strings.Contains(got.Body.String(), "secret") {
			t.Errorf("%s reveals the holder: %s", path, got.Body)
		}
		again := s.ask(t, http.MethodGet, path, "If-None-Match", h.Get("ETag"))
		if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s again: %d", path, again.Code)
		}
		head := s.ask(t, http.MethodHead, path)
		if head.Code != http.StatusOK || head.Body.Len() > 0 || head.Header().Get("ETag") != h.Get("ETag") {
			t.Errorf("HEAD %s: %d %v", path, head.Code, head.Header())
		}
		if refused := s.ask(t, http.MethodPost, path); refused.Code != http.StatusMethodNotAllowed || refused.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s: %d %v", path, refused.Code, refused.Header())
		}
	}
}

func TestUnknownCodes(t *testing.T) {
	s := newSite(t)
	code := s.issue(t, "Anna", "Basics")
	unknown := "0" + code[1:]
	if unknown == code {
		unknown = "1" + code[1:]
	}
	for _, suffix := range []string{"", ".jwt", ".svg", ".revocation"} {
		want := s.ask(t, http.MethodGet, "/certificates/"+unknown+suffix)
		if want.Code != http.StatusNotFound {
			t.Errorf("%s: %d", suffix, want.Code)
		}
		for _, other := range []string{"x", strings.Repeat("1", 28), "%3Cscript%3E", "secret-subject"} {
			got := s.ask(t, http.MethodGet, "/certificates/"+other+suffix)
			if got.Code != want.Code || got.Body.String() != want.Body.String() {
				t.Errorf("%s%s: %d %s", other, suffix, got.Code, got.Body)
			}
		}
	}
	for _, path := range []string{"/certificates/" + code + ".png", "/certificates/" + code + ".svg.jwt", "/keys/x", "/certificates/", "/certificates"} {
		if got := s.ask(t, http.MethodGet, path); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
}

func TestRevoked(t *testing.T) {
	s := newSite(t)
	code := s.issue(t, "Anna", "Basics")
	before := s.ask(t, http.MethodGet, "/certificates/"+code+".svg").Header().Get("ETag")
	s.revoke(t, code, "made <b>by</b> mistake")
	page := s.ask(t, http.MethodGet, "/certificates/"+code)
	for _, want := range []string{"REVOKED", "revoked on 24 November 2026", "made &lt;b&gt;by&lt;/b&gt; mistake"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, page.Body)
		}
	}
	if strings.Contains(page.Body.String(), ".jwt") || strings.Contains(page.Body.String(), "secret") {
		t.Errorf("the page reveals too much:\n%s", page.Body)
	}
	if got := s.ask(t, http.MethodGet, "/certificates/"+code+".jwt"); got.Code != http.StatusGone || strings.Contains(got.Body.String(), "ey") {
		t.Errorf("the credential: %d %s", got.Code, got.Body)
	}
	if got := s.ask(t, http.MethodGet, "/certificates/"+code+".svg", "If-None-Match", before); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "REVOKED") {
		t.Errorf("the picture: %d", got.Code)
	}
	if got := s.ask(t, http.MethodGet, "/certificates/"+code+".revocation"); !strings.Contains(got.Body.String(), `"id":"https://school.example/certificates/`+code+`","revoked":true`) {
		t.Errorf("the list: %s", got.Body)
	}
}

func TestPageEscapes(t *testing.T) {
	s := newSite(t)
	code := s.issue(t, `<script>alert("1")</script>`, `"><img src=x onerror=alert(1)>`)
	for _, suffix := range []string{"", ".svg"} {
		body := s.ask(t, http.MethodGet, "/certificates/"+code+suffix).Body.String()
		for _, evil := range []string{"<script", "<img src=x"} {
			if strings.Contains(body, evil) {
				t.Errorf("%q holds %s", suffix, evil)
			}
		}
		if !strings.Contains(body, "&lt;script&gt;alert(") {
			t.Errorf("%q lacks the name:\n%s", suffix, body)
		}
	}
}

func TestFailuresAreWithheld(t *testing.T) {
	s := newSite(t)
	code := s.issue(t, "Anna", "Basics")
	for status, cause := range map[int]error{
		http.StatusServiceUnavailable:  fault.Unreachable(errors.New("dial db.internal:27017")),
		http.StatusInternalServerError: errors.New("corrupt page at db.internal"),
	} {
		s.engine.Before(func(storetest.Call) error { return cause })
		for _, suffix := range []string{"", ".svg", ".jwt"} {
			got := s.ask(t, http.MethodGet, "/certificates/"+code+suffix)
			if got.Code != status || strings.Contains(got.Body.String(), "internal:") || strings.Contains(got.Body.String(), "db.internal") {
				t.Errorf("%v: %d %s", cause, got.Code, got.Body)
			}
			if got.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%v: may be cached: %v", cause, got.Header())
			}
		}
		if logged, err := io.ReadAll(&s.log); err != nil || !strings.Contains(string(logged), cause.Error()[:20]) {
			t.Errorf("%v is not logged: %s", cause, logged)
		}
	}
}
