package resolvers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/resolvers"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func handler(library *catalog.Library) http.Handler {
	return server.New(server.Config{
		Schema: graph.NewExecutableSchema(graph.Config{
			Resolvers:  &resolvers.Root{Library: library},
			Complexity: resolvers.Complexity(),
		}),
		Limits:        server.Limits{Complexity: resolvers.MaxComplexity},
		Introspection: true,
	}).Handler()
}

// TestGolden sends each testdata/<field>/<case>.graphql, with the variables of
// <case>.variables.json where there is one, to the real handler over a real
// database, and compares the whole response with <case>.json.
func TestGolden(t *testing.T) {
	queries, err := filepath.Glob("testdata/*/*.graphql")
	if err != nil || len(queries) == 0 {
		t.Fatalf("no golden queries: %v", err)
	}
	h := handler(catalogtest.Library(t))
	for _, path := range queries {
		base := strings.TrimSuffix(path, ".graphql")
		t.Run(strings.TrimPrefix(base, "testdata/"), func(t *testing.T) {
			got := post(t, h, request(t, base))
			golden := base + ".json"
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("response differs from %s, -update rewrites it (-want +got):\n%s", golden, diff)
			}
		})
	}
}

// request reads a golden case as the body of a request.
func request(t *testing.T, base string) []byte {
	t.Helper()
	query, err := os.ReadFile(base + ".graphql")
	if err != nil {
		t.Fatal(err)
	}
	variables, err := os.ReadFile(base + ".variables.json")
	if errors.Is(err, fs.ErrNotExist) {
		variables = []byte("{}")
	} else if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"query": string(query), "variables": json.RawMessage(variables)})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// post returns the response, indented, without the request's id, which is
// another one each time.
func post(t testing.TB, h http.Handler, body []byte) []byte {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Request-Id", "test")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var indented bytes.Buffer
	if err := json.Indent(&indented, w.Body.Bytes(), "", "  "); err != nil {
		t.Fatalf("status %d: %v\n%s", w.Code, err, w.Body)
	}
	indented.WriteByte('\n')
	return indented.Bytes()
}
