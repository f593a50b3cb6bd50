package server_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/server"
)

func TestHeadersOfPublicAnswers(t *testing.T) {
	i := start(t, server.Config{CORSOrigins: []string{"https://app.example.org"}})
	for range 2 { // the cached answer equals the first one
		got := get(t, i, url.Values{"query": {`{ hello double(of: 2) }`}}, header{
			"Apollo-Require-Preflight": "1", "Origin": "https://app.example.org", "X-Request-Id": "mine",
		})
		for name, want := range map[string]string{
			"Cache-Control":               "public, max-age=30",
			"Vary":                        "Origin, Accept, Accept-Encoding, Authorization",
			"Content-Type":                "application/json; charset=utf-8",
			"Content-Length":              "43",
			"Content-Encoding":            "",
			"X-Request-Id":                "mine",
			"Access-Control-Allow-Origin": "https://app.example.org",
			"X-Content-Type-Options":      "nosniff",
		} {
			if values := strings.Join(got.header.Values(name), ", "); values != want {
				t.Errorf("%s: %q, want %q", name, values, want)
			}
		}
		if tag := got.header.Get("Etag"); len(tag) < 20 || tag[0] != '"' {
			t.Errorf("Etag %q", tag)
		}
		if got.body != `{"data":{"hello":"hello world","double":4}}` {
			t.Errorf("%s", got.body)
		}
	}
	got := get(t, i, url.Values{"query": {`{ hello double(of: 2) }`}}, header{"Content-Type": "application/json", "Origin": "https://evil.example.org"})
	if origin := got.header.Get("Access-Control-Allow-Origin"); origin != "" || got.header.Get("X-Request-Id") == "mine" {
		t.Errorf("another's headers: %v", got.header)
	}
	for range 2 {
		got := post(t, i, `{ hello double(of: 2) }`, nil)
		if got.header.Get("Etag") != "" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("POST: %v", got.header)
		}
	}
	// Without a preflight, a page still gets nothing, and neither does a POST
	// of text.
	if got := get(t, i, url.Values{"query": {`{ hello double(of: 2) }`}}, header{}); got.status != 400 || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("a GET without preflight: %d %v", got.status, got.header)
	}
	body := `{"query":"{ hello double(of: 2) }"}`
	for _, tt := range []struct {
		header header
		status int
	}{
		{header{"Content-Type": "application/json"}, 200},
		{header{"Content-Type": "text/plain"}, 415},
		{header{"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415},
		{header{"Content-Type": "application/json", "Accept": "text/html"}, 406},
		{header{"Content-Type": "application/json"}, 200},
	} {
		if got := send(t, http.MethodPost, i.url("/graphql"), tt.header, strings.NewReader(body)); got.status != tt.status {
			t.Errorf("%v: %d, want %d", tt.header, got.status, tt.status)
		}
	}
}

func TestNotModified(t *testing.T) {
	content := newShelf()
	i := start(t, server.Config{Pin: content.pin})
	q := url.Values{"query": {`{ text }`}}
	tag := get(t, i, q, nil).header.Get("Etag")
	tests := map[string]struct {
		method string
		sent   string
		status int
	}{
		"TheTag":       {http.MethodGet, tag, 304},
		"Weak":         {http.MethodGet, "W/" + tag, 304},
		"AmongOthers":  {http.MethodGet, `"a,b", W/"c" ,` + tag, 304},
		"Any":          {http.MethodGet, "*", 304},
		"Another":      {http.MethodGet, `"another"`, 200},
		"None":         {http.MethodGet, "", 200},
		"PartOfTheTag": {http.MethodGet, strings.TrimSuffix(tag, `"`), 200},
		"Garbage":      {http.MethodGet, `nonsense`, 200},
		"POST":         {http.MethodPost, tag, 200},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := header{"Content-Type": "application/json"}
			if tt.sent != "" {
				h["If-None-Match"] = tt.sent
			}
			target, body := i.url("/graphql?"+q.Encode()), io.Reader(nil)
			if tt.method == http.MethodPost {
				target, body = i.url("/graphql"), strings.NewReader(`{"query":"{ text }"}`)
			}
			got := send(t, tt.method, target, h, body)
			if got.status != tt.status || (got.body == "") != (tt.status == 304) {
				t.Errorf("%d with %d bytes", got.status, len(got.body))
			}
			if tt.method == http.MethodGet && (got.header.Get("Etag") != tag || got.header.Get("Cache-Control") == "no-store" || len(got.header.Values("Vary")) != 2) {
				t.Errorf("%v", got.header)
			}
			if tt.status == 304 && got.header.Get("Content-Type") != "" {
				t.Errorf("an empty type: %v", got.header)
			}
		})
	}

	if other := get(t, i, q, header{"Content-Type": "application/json", "Accept": modern}).header.Get("Etag"); other == tag || other == "" {
		t.Errorf("two media types have the tags %s and %s", tag, other)
	}

	// A publish that does not change the answer keeps the tag.
	content.edition.Store(2)
	if got := get(t, i, q, header{"Content-Type": "application/json", "If-None-Match": tag}); got.status != 304 {
		t.Errorf("after a publish: %d", got.status)
	}
	edition := url.Values{"query": {`{ edition { number } }`}}
	tag = get(t, i, edition, nil).header.Get("Etag")
	content.edition.Store(3)
	if got := get(t, i, edition, header{"Content-Type": "application/json", "If-None-Match": tag}); got.status != 200 {
		t.Errorf("after a publish that changes it: %d", got.status)
	}
	// A tag does not make a bad request valid.
	if got := get(t, i, url.Values{"query": {`{ nope }`}}, header{"Content-Type": "application/json", "If-None-Match": "*"}); got.code() != "GRAPHQL_VALIDATION_FAILED" {
		t.Errorf("%d %s", got.status, got.body)
	}
}
