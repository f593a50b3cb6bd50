package server_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/scrumkb/scrumkb/internal/server"
)

func TestEncodings(t *testing.T) {
	i := start(t, server.Config{})
	tests := map[string]struct {
		accept string
		bytes  int
		want   string
	}{
		"Nothing":                  {"", 5000, ""},
		"Browser":                  {"gzip, deflate, br, zstd", 5000, "zstd"},
		"OlderBrowser":             {"gzip, deflate, br", 5000, "gzip"},
		"OldName":                  {"x-gzip", 5000, "gzip"},
		"Case":                     {"GZip", 5000, "gzip"},
		"HighestQuality":           {"zstd;q=0.5, gzip;q=0.8", 5000, "gzip"},
		"Refused":                  {"gzip;q=0", 5000, ""},
		"RefusedAndIdentity":       {"gzip;q=0, identity", 5000, ""},
		"IdentityIsBetter":         {"gzip;q=0.5, identity", 5000, ""},
		"IdentityIsWorse":          {"gzip, identity;q=0.5", 5000, "gzip"},
		"Asterisk":                 {"*", 5000, "zstd"},
		"AsteriskButNotOne":        {"zstd;q=0, *", 5000, "gzip"},
		"AsteriskRefused":          {"*;q=0", 5000, ""},
		"AllButOneRefused":         {"gzip, *;q=0", 5000, "gzip"},
		"UnknownOnes":              {"br, deflate", 5000, ""},
		"Garbage":                  {";;q=,gzip;q=x, =", 5000, ""},
		"Small":                    {"gzip, zstd", 10, ""},
		"SmallButIdentityIsNot":    {"gzip, identity;q=0", 10, "gzip"},
		"SmallWithIdentityRefused": {"zstd, *;q=0", 10, "zstd"},
	}
	tags := map[string]string{}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := header{"Content-Type": "application/json", "Accept-Encoding": tt.accept}
			q := url.Values{"query": {fmt.Sprintf(`{ text(bytes: %d) }`, tt.bytes)}}
			plain := get(t, i, q, nil)
			var first answer
			for n := range 2 {
				got := get(t, i, q, h)
				if got.header.Get("Content-Encoding") != tt.want {
					t.Errorf("%q, want %q", got.header.Get("Content-Encoding"), tt.want)
				}
				if length := got.header.Get("Content-Length"); length != fmt.Sprint(len(got.body)) {
					t.Errorf("Content-Length %s of %d bytes", length, len(got.body))
				}
				if text := decode(t, got); text != plain.body {
					t.Errorf("%.60q, want %.60q", text, plain.body)
				}
				if tt.want != "" && tt.bytes > 1000 && len(got.body) >= len(plain.body) {
					t.Errorf("%d bytes become %d", len(plain.body), len(got.body))
				}
				if n == 0 {
					first = got
				} else if first.body != got.body || first.header.Get("Etag") != got.header.Get("Etag") {
					t.Error("the cached answer differs from the first one")
				}
			}
			form := fmt.Sprint(tt.want, tt.bytes)
			if tag := first.header.Get("Etag"); tags[form] == "" {
				tags[form] = tag
			} else if tags[form] != tag {
				t.Errorf("one encoding has two tags, %s and %s", tags[form], tag)
			}
			body, err := json.Marshal(map[string]string{"query": q.Get("query")})
			if err != nil {
				t.Fatal(err)
			}
			got := send(t, http.MethodPost, i.url("/graphql"), h, bytes.NewReader(body))
			if got.header.Get("Content-Encoding") != tt.want || decode(t, got) != plain.body {
				t.Errorf("POST: %v", got.header)
			}
		})
	}
	if all := len(tags); all != 6 {
		t.Errorf("%d forms, want 6: %v", all, tags)
	}
	seen := map[string]bool{}
	for form, tag := range tags {
		if seen[tag] {
			t.Errorf("%s has another encoding's tag", form)
		}
		seen[tag] = true
	}
	// Errors and private answers are not compressed.
	for _, query := range []string{`{ caller }`, `{ hello fail(kind: "field") }`} {
		if got := get(t, i, url.Values{"query": {query}}, header{"Content-Type": "application/json", "Accept-Encoding": "gzip"}); got.header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %v", query, got.header)
		}
	}
}

func decode(t *testing.T, a answer) string {
	t.Helper()
	var r io.Reader = strings.NewReader(a.body)
	switch a.header.Get("Content-Encoding") {
	case "gzip":
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = unzipped
	case "zstd":
		decoder, err := zstd.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		defer decoder.Close()
		r = decoder
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
