package resolvers_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	validation "github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/server/document"
	"github.com/scrumkb/scrumkb/resolvers"
)

// TestCachedAnswersAreFreshOnes sends every golden query of public content to
// a server without a cache, and checks that a caching one answers with the
// same bytes, whoever asks, in whatever way, and however often.
func TestCachedAnswersAreFreshOnes(t *testing.T) {
	library := catalogtest.Library(t)
	cached, fresh := newSchool(t, library, schoolOptions{}), newSchool(t, library, schoolOptions{cache: -1})
	schema := resolvers.Schema(&resolvers.Root{}).Schema()
	paths, err := filepath.Glob("testdata/*/*.graphql")
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, path := range paths {
		query, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !isPublic(t, schema, string(query)) {
			continue
		}
		body := request(t, strings.TrimSuffix(path, ".graphql"))
		t.Run(strings.TrimSuffix(strings.TrimPrefix(path, "testdata/"), ".graphql"), func(t *testing.T) {
			want := sent(t, fresh, anonymous, postOf(body), "")
			if want.Header().Get("Etag") != "" {
				t.Fatal("the other server caches, too")
			}
			for range 2 {
				for _, who := range []string{anonymous, learner, trainer} {
					if got := sent(t, fresh, who, postOf(body), ""); got.Body.String() != want.Body.String() {
						t.Errorf("public content depends on the caller, %s gets\n%s\nwant\n%s", who, got.Body, want.Body)
					}
					for _, encoding := range []string{"", "gzip", "zstd"} {
						for method, r := range map[string]*http.Request{"POST": postOf(body), "GET": getOf(t, body)} {
							got := sent(t, cached, who, r, encoding)
							if text := plainText(t, got); got.Code != want.Code || text != want.Body.String() {
								t.Errorf("%s %s %q: %d\n%s\nwant %d\n%s", who, method, encoding, got.Code, text, want.Code, want.Body)
							}
							failed := strings.HasPrefix(want.Body.String(), `{"errors"`)
							if tagged := got.Header().Get("Etag") != ""; tagged != (method == "GET" && !failed) {
								t.Errorf("%s %s: Etag %q", who, method, got.Header().Get("Etag"))
							}
							if !failed {
								kept++
							}
						}
					}
				}
			}
		})
	}
	if kept < 200 {
		t.Errorf("only %d answers came from the cache", kept)
	}
}

func isPublic(t *testing.T, schema *ast.Schema, query string) bool {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil || len(validator.ValidateWithRules(schema, doc, validation.NewDefaultRules())) > 0 {
		return false // error cases
	}
	for _, op := range doc.Operations {
		if _, public := document.PublicOperation(op); !public {
			return false
		}
	}
	return true
}

func postOf(body []byte) *http.Request {
	return httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
}

func getOf(t *testing.T, body []byte) *http.Request {
	t.Helper()
	var members struct {
		Query     string
		Variables json.RawMessage
	}
	if err := json.Unmarshal(body, &members); err != nil {
		t.Fatal(err)
	}
	q := url.Values{"query": {members.Query}, "variables": {string(members.Variables)}}
	return httptest.NewRequest(http.MethodGet, "/graphql?"+q.Encode(), nil)
}

func sent(t *testing.T, s *school, who string, r *http.Request, encoding string) *httptest.ResponseRecorder {
	t.Helper()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Request-Id", "test")
	if encoding != "" {
		r.Header.Set("Accept-Encoding", encoding)
	}
	if token := s.token(t, who); token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r.WithContext(t.Context()))
	return w
}

func plainText(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var r io.Reader = bytes.NewReader(w.Body.Bytes())
	switch w.Header().Get("Content-Encoding") {
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

// A query of several fields is answered from one edition, even if others are
// published while it runs, and never from one that was already replaced.
func TestPublishingWhileQueriesRun(t *testing.T) {
	library := &catalog.Library{}
	publish := func(number int) {
		snapshot, err := catalog.Build(catalogtest.Edition(&catalog.Content{}, catalog.Revision{Number: number, PublishedAt: catalogtest.PublishedAt}))
		if err != nil {
			t.Error(err)
			return
		}
		library.Publish(snapshot)
	}
	publish(1)
	var current atomic.Int64
	current.Store(1)

	s := newSchool(t, library, schoolOptions{})
	const public = `{ a: contentRevision { number } terms { id } b: contentRevision { number } }`
	const private = `{ a: contentRevision { number } viewer { id } b: contentRevision { number } }`
	var asking sync.WaitGroup
	done := make(chan struct{})
	for n := range 4 {
		body := fmt.Appendf(nil, `{"query":%q}`, []string{public, private}[n%2])
		asking.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				before := current.Load()
				w := sent(t, s, anonymous, postOf(body), "")
				var got struct {
					Data struct{ A, B struct{ Number int64 } }
				}
				if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
					t.Error(err)
					return
				}
				if got.Data.A != got.Data.B || got.Data.A.Number < before {
					t.Errorf("while %d was current: %s", before, w.Body)
					return
				}
			}
		})
	}
	for number := 2; number < 60; number++ {
		publish(number)
		current.Store(int64(number))
	}
	close(done)
	asking.Wait()
}
