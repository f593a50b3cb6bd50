package command_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// said is an answer to somebody with a token.
type said struct {
	Data struct {
		Viewer *struct {
			ID    string
			Roles []string
			Guest bool
		}
		StartGuestSession struct{ Token string }
		Certification     struct{ Code string }
	}
	Errors []struct{ Extensions struct{ Code string } }
}

func (s said) code() string {
	if len(s.Errors) == 0 {
		return ""
	}
	return s.Errors[0].Extensions.Code
}

const whoAmI = `{ viewer { id roles guest } certification(slug: \"cspo\") { code } }`

// askAs sends a query, which it escapes for JSON, with a token.
func (s *serving) askAs(t *testing.T, token, query string) said {
	t.Helper()
	var got said
	if err := json.Unmarshal(s.postAs(t, token, `{"query": "`+query+`"}`), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// postAs sends a body with a token, and returns the answer.
func (s *serving) postAs(t *testing.T, token, body string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestTokensOfPeople(t *testing.T) {
	dir := t.TempDir()
	issue := func(dir string, args ...string) string {
		t.Helper()
		status, out, complaints := finish(t, dir, append([]string{"token"}, args...)...)
		if status != 0 || !strings.HasPrefix(complaints, "valid until 20") {
			t.Fatalf("status %d, %s", status, complaints)
		}
		return strings.TrimSpace(out)
	}
	s := serve(t, dir)
	token := issue(dir, "--subject", "anna", "--role", "trainer")
	got := s.askAs(t, token, whoAmI)
	if v := got.Data.Viewer; v == nil || v.ID != "anna" || v.Guest || strings.Join(v.Roles, ",") != "TRAINER" {
		t.Errorf("anna is %+v, %s", v, got.code())
	}
	guest := s.askAs(t, "", `mutation { startGuestSession { token } }`).Data.StartGuestSession.Token
	if v := s.askAs(t, guest, whoAmI).Data.Viewer; v == nil || !v.Guest {
		t.Errorf("the guest is %+v", v)
	}
	for name, token := range map[string]string{
		"OfAnotherServer": issue(t.TempDir(), "--subject", "anna", "--accept-new-keys"),
		"OfAnotherIssuer": issue(dir, "--subject", "anna", "--token-issuer", "somebody"),
	} {
		if got := s.askAs(t, token, whoAmI); got.code() != "UNAUTHENTICATED" || got.Data.Certification.Code != "" {
			t.Errorf("%s: %q, %+v", name, got.code(), got.Data)
		}
	}
	s.stop(t)

	s = serve(t, dir, "--no-guests")
	for name, token := range map[string]string{"Person": token, "Guest": guest} {
		if got := s.askAs(t, token, whoAmI); got.Data.Viewer == nil {
			t.Errorf("%s: the token does not survive a restart: %s", name, got.code())
		}
	}
	if got := s.askAs(t, "", `mutation { startGuestSession { token } }`); got.code() != "FORBIDDEN" {
		t.Errorf("without guests: %q", got.code())
	}
}

func TestTokenRefuses(t *testing.T) {
	dir := t.TempDir()
	if status, _, complaints := run(t, "token", "create", "--subject", "anna", "--accept-new-keys", "--data-dir", filepath.Join(dir, "scrumkb-data")); status != 0 {
		t.Fatal(complaints)
	}
	for name, tt := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"Nobody":      {nil, 2, "--subject"},
		"UnknownRole": {[]string{"--subject", "anna", "--role", "owner"}, 2, `"owner" is not one of learner, trainer and admin`},
		"LikeAGuest":  {[]string{"--subject", "guest:1"}, 1, "a subject is"},
		"ForEver":     {[]string{"--subject", "anna", "--ttl", "9000h"}, 2, "the lifetime of a token must be"},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, complaints := finish(t, dir, append([]string{"token"}, tt.args...)...)
			if status != tt.status || out != "" || !strings.Contains(complaints, tt.want) {
				t.Errorf("status %d, %q, %q", status, out, complaints)
			}
		})
	}
}

// With a server that has another key, a token would look right and be refused.
func TestTokenCreateMakesNoKeyUnlessAsked(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	status, out, complaints := run(t, "token", "create", "--subject", "anna", "--data-dir", dir)
	if status != 1 || out != "" || !strings.Contains(complaints, "there is no token key in "+dir) || !strings.Contains(complaints, "--accept-new-keys") {
		t.Errorf("status %d, %q, %q", status, out, complaints)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the data directory was created")
	}
}

func TestTokenCheck(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	create := func(args ...string) string {
		t.Helper()
		status, out, complaints := run(t, append([]string{"token", "--data-dir", dir, "--subject", "anna", "--accept-new-keys"}, args...)...)
		if status != 0 {
			t.Fatal(complaints)
		}
		return strings.TrimSpace(out)
	}
	good := create("--role", "trainer", "--ttl", "7d")
	if status, out, complaints := run(t, "token", "check", good, "--data-dir", dir); status != 0 || !strings.HasPrefix(out, "good: person anna, trainer, until 20") {
		t.Errorf("a good one: status %d, %q, %q", status, out, complaints)
	}
	for name, tt := range map[string]struct{ token, want string }{
		"CutOff":          {good[:len(good)-10], "refused: the token's signature is wrong"},
		"NoToken":         {"anna", "refused: the token is malformed or incomplete"},
		"OfAnotherIssuer": {create("--token-issuer", "somebody"), "refused: the token's issuer is unknown"},
		"Empty":           {"", "there is no token"},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, complaints := run(t, "token", "check", "--data-dir", dir, tt.token)
			if status != 1 || out != "" || !strings.Contains(complaints, tt.want) {
				t.Errorf("status %d, %q, %q; want %q", status, out, complaints, tt.want)
			}
		})
	}
}

// An unreachable external issuer prevents neither the start nor other callers.
func TestServeWithUnreachableIssuer(t *testing.T) {
	const nobody = "http://127.0.0.1:1"
	s := serve(t, t.TempDir(), "--oidc-issuer", nobody, "--oidc-audience", "app")
	if got := s.askAs(t, "", whoAmI); got.code() != "" || got.Data.Certification.Code != "CSPO" {
		t.Errorf("content: %q, %+v", got.code(), got.Data)
	}
	guest := s.askAs(t, "", `mutation { startGuestSession { token } }`).Data.StartGuestSession.Token
	if got := s.askAs(t, guest, whoAmI); got.Data.Viewer == nil {
		t.Errorf("a guest: %q", got.code())
	}
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	theirs := part(`{"alg":"RS256","kid":"1"}`) + "." + part(`{"iss":"`+nobody+`","aud":"app","sub":"4711","exp":4102444800}`) + "." + part("signed")
	if got := s.askAs(t, theirs, whoAmI); got.code() != "UNAVAILABLE" {
		t.Errorf("a token that cannot be checked now: %q", got.code())
	}
}
