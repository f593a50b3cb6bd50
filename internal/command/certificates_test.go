package command_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPublicURLIsUsedInLinks(t *testing.T) {
	dir := t.TempDir()
	read := func(s *serving, path string) string {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v", path, response.StatusCode, err)
		}
		return string(body)
	}
	s := serve(t, dir, "--no-seed")
	if got := read(s, "/issuer"); !strings.Contains(got, `"id":"`+s.url+`/issuer"`) || !strings.Contains(got, `"name":"scrumkb"`) {
		t.Errorf("without settings, the issuer is %s", got)
	}
	key := read(s, "/.well-known/jwks.json")
	s.stop(t)

	s = serve(t, dir, "--no-seed", "--public-url", "https://learn.example.org/kb/", "--certificate-issuer", "Example School")
	if got := read(s, "/issuer"); !strings.Contains(got, `"id":"https://learn.example.org/kb/issuer"`) || !strings.Contains(got, `"name":"Example School"`) {
		t.Errorf("the issuer is %s", got)
	}
	again := read(s, "/.well-known/jwks.json")
	_, x, found := strings.Cut(key, `"x":`)
	if !found || !strings.Contains(again, x[:40]) || !strings.Contains(again, `"kid":"https://learn.example.org/kb/keys/`) {
		t.Errorf("the keys were %s and are %s", key, again)
	}
	s.stop(t)
	info, err := os.Stat(filepath.Join(dir, "scrumkb-data", "credential-key.pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info, err)
	}
}

func TestInvalidPublicURL(t *testing.T) {
	for _, address := range []string{"learn.example.org", "ftp://learn.example.org", "https://learn.example.org?x"} {
		status, _, complaints := finish(t, t.TempDir(), "serve", "--listen", "127.0.0.1:0", "--no-seed", "--public-url", address)
		if status == 0 || !strings.Contains(complaints, "--public-url") || !strings.Contains(complaints, address) {
			t.Errorf("%s: status %d, %s", address, status, complaints)
		}
	}
}
