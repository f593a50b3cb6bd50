package ferrettest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/mongostore/ferrettest"
	"github.com/scrumkb/scrumkb/resolvers"
	"github.com/scrumkb/scrumkb/seed"
)

func TestRepository(t *testing.T) {
	catalogtest.TestRepository(t, func(t *testing.T) store.Engine { return openAt(t, ferrettest.Start(t)) })
}

// A query must be answered the same as with SQLite.
func TestGoldenQuery(t *testing.T) {
	repository := catalogtest.OpenRepository(t, openAt(t, ferrettest.Start(t)))
	if _, err := seed.Apply(t.Context(), repository, catalogtest.Load(t), seed.Options{}); err != nil {
		t.Fatal(err)
	}
	library := &catalog.Library{}
	if err := library.Refresh(t.Context(), repository); err != nil {
		t.Fatal(err)
	}
	h := server.New(server.Config{
		Schema: resolvers.Schema(&resolvers.Root{Library: library}),
	}).Handler()

	const golden = "../../../../resolvers/testdata/certification/everything_below_it"
	query, err := os.ReadFile(golden + ".graphql")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(golden + ".json")
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"query": string(query)})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, request)
	if diff := cmp.Diff(values(t, want), values(t, answer.Body.Bytes())); diff != "" {
		t.Errorf("response differs (-want +got):\n%s", diff)
	}
}

func values(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}
