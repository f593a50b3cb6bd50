package graphiql_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/server/graphiql"
)

func get(url string, headers map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, url, nil)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	graphiql.Handler("/graphql").ServeHTTP(w, r)
	return w
}

var reference = regexp.MustCompile(`(?:src|href)="([^"]*)"`)

// references returns the URLs that the page loads.
func references(t *testing.T) []string {
	t.Helper()
	html := get(graphiql.Path, nil).Body.Bytes()
	urls := []string{}
	for _, match := range reference.FindAllSubmatch(html, -1) {
		urls = append(urls, string(match[1]))
	}
	if len(urls) < 6 {
		t.Fatalf("the page loads %d files: %v", len(urls), urls)
	}
	return urls
}

func TestPage(t *testing.T) {
	res := get(graphiql.Path, nil)
	html := res.Body.Bytes()
	if res.Code != http.StatusOK {
		t.Fatalf("status = %d", res.Code)
	}
	for name, want := range map[string]string{
		"Content-Type":           "text/html; charset=utf-8",
		"Cache-Control":          "no-cache",
		"X-Content-Type-Options": "nosniff",
		"Referrer-Policy":        "no-referrer",
	} {
		if got := res.Header().Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"<title>scrumkb</title>", `data-endpoint="/graphql"`, "CertificationFacts"} {
		if !bytes.Contains(html, []byte(want)) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestPageIsRevalidatedByItsETag(t *testing.T) {
	first := get(graphiql.Path, nil)
	again := get(graphiql.Path, map[string]string{"If-None-Match": first.Header().Get("ETag")})
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("status = %d with %d bytes, want 304 without any", again.Code, again.Body.Len())
	}
}

func TestPolicyAllowsScriptsOfTheOriginOnly(t *testing.T) {
	for _, url := range append(references(t), graphiql.Path, graphiql.Path+"/absent") {
		res := get(url, nil)
		policy := map[string]string{}
		for directive := range strings.SplitSeq(res.Header().Get("Content-Security-Policy"), ";") {
			name, sources, _ := strings.Cut(strings.TrimSpace(directive), " ")
			policy[name] = sources
		}
		for directive, want := range map[string]string{
			"default-src":     "'none'",
			"script-src":      "'self'",
			"connect-src":     "'self'",
			"frame-ancestors": "'none'",
			"base-uri":        "'none'",
		} {
			if got := policy[directive]; got != want {
				t.Errorf("%s: %s = %q, want %q", url, directive, got, want)
			}
		}
	}
}

// The bundled libraries mention hosts in namespaces and messages, so only our
// own files are searched in full; in the style sheet, only what it loads.
func TestNothingIsLoadedFromOtherHosts(t *testing.T) {
	host := regexp.MustCompile(`(?i)https?://[^\s"')]+|["'(]//[a-z]`)
	html := get(graphiql.Path, nil).Body.Bytes()
	if found := host.FindAll(html, -1); found != nil {
		t.Errorf("the page mentions %s", found)
	}
	inline := regexp.MustCompile(`(?i)<script(?:\s+defer)?>|<style|\son[a-z]+=|javascript:`)
	if found := inline.FindAll(html, -1); found != nil {
		t.Errorf("the page has inline code: %s", found)
	}
	for _, url := range references(t) {
		body := get(url, nil).Body.Bytes()
		switch {
		case strings.HasSuffix(url, "/graphiql.min.css"):
			loads := regexp.MustCompile(`url\(\s*["']?([a-z]*:?)|@import`)
			for _, match := range loads.FindAllSubmatch(body, -1) {
				if string(match[1]) != "data:" {
					t.Errorf("%s loads %s", url, match[0])
				}
			}
		case strings.HasSuffix(url, "/page.js"), strings.HasSuffix(url, "/page.css"):
			if found := host.FindAll(body, -1); found != nil {
				t.Errorf("%s names %s", url, found)
			}
		}
	}
}

func TestAssets(t *testing.T) {
	types := map[string]string{
		".js":  "text/javascript; charset=utf-8",
		".css": "text/css; charset=utf-8",
		".svg": "image/svg+xml",
	}
	for _, url := range references(t) {
		t.Run(url[strings.LastIndex(url, "/")+1:], func(t *testing.T) {
			plainly := get(url, nil)
			plain := plainly.Body.Bytes()
			if plainly.Code != http.StatusOK || len(plain) == 0 {
				t.Fatalf("status = %d with %d bytes", plainly.Code, len(plain))
			}
			if got, want := plainly.Header().Get("Content-Type"), types[url[strings.LastIndex(url, "."):]]; got != want {
				t.Errorf("Content-Type = %q, want %q", got, want)
			}
			if got := plainly.Header().Get("Content-Encoding"); got != "" {
				t.Errorf("Content-Encoding = %q for a client that named none", got)
			}
			if got := plainly.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
				t.Errorf("Cache-Control = %q", got)
			}

			compressed := get(url, map[string]string{"Accept-Encoding": "br, gzip"})
			packed := compressed.Body.Bytes()
			if compressed.Header().Get("Content-Encoding") == "gzip" {
				packed = gunzip(t, packed)
			} else if len(packed) > 4096 {
				t.Errorf("%d bytes are sent uncompressed to a client that accepts gzip", len(packed))
			}
			if !bytes.Equal(plain, packed) {
				t.Error("the compressed answer differs from the plain one")
			}
		})
	}
}

func gunzip(t *testing.T, body []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestGzipNegotiation(t *testing.T) {
	var url string
	for _, u := range references(t) {
		if strings.HasSuffix(u, "/graphiql.min.js") {
			url = u
		}
	}
	tests := map[string]struct {
		accept string
		want   string
	}{
		"Absent":                 {"", ""},
		"Gzip":                   {"gzip", "gzip"},
		"GzipAmongOthers":        {"deflate, GZip;q=0.5, br", "gzip"},
		"GzipWithZeroWeight":     {"gzip;q=0, deflate", ""},
		"GzipWithZeroWeightDot":  {"gzip; Q=0.000", ""},
		"Anything":               {"*", "gzip"},
		"AnythingButGzip":        {"*, gzip;q=0", ""},
		"NothingButIdentity":     {"*;q=0, identity", ""},
		"OtherCoding":            {"br", ""},
		"NameContainsGzip":       {"notgzip", ""},
		"WeightThatIsNotANumber": {"gzip;q=much", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			res := get(url, map[string]string{"Accept-Encoding": tt.accept})
			if got := res.Header().Get("Content-Encoding"); got != tt.want {
				t.Errorf("Content-Encoding = %q, want %q", got, tt.want)
			}
			if got := res.Header().Get("Vary"); got != "Accept-Encoding" {
				t.Errorf("Vary = %q", got)
			}
			if compressed := bytes.HasPrefix(res.Body.Bytes(), []byte{0x1f, 0x8b}); compressed != (tt.want == "gzip") {
				t.Errorf("body compressed = %t", compressed)
			}
		})
	}
}

func TestRouting(t *testing.T) {
	tests := map[string]struct {
		method, url string
		want        int
	}{
		"Head":          {http.MethodHead, graphiql.Path, http.StatusOK},
		"Post":          {http.MethodPost, graphiql.Path, http.StatusMethodNotAllowed},
		"TrailingSlash": {http.MethodGet, graphiql.Path + "/", http.StatusPermanentRedirect},
		"UnknownAsset":  {http.MethodGet, graphiql.Path + "/0123456789abcdef/page.js", http.StatusNotFound},
		"Source":        {http.MethodGet, graphiql.Path + "/page/index.html", http.StatusNotFound},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			graphiql.Handler("/graphql").ServeHTTP(w, httptest.NewRequest(tt.method, tt.url, nil))
			if w.Code != tt.want {
				t.Errorf("status = %d, want %d", w.Code, tt.want)
			}
		})
	}
}
