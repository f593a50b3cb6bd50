package resolvers_test

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/plan"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/resolvers"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// build is the program that answers in tests.
var build = graph.Server{Version: "v1.2.3", Revision: new("0123abc")}

func handler(library *catalog.Library) http.Handler { return server.New(config(library)).Handler() }

func config(library *catalog.Library) server.Config {
	root := &resolvers.Root{Library: library, Build: build}
	return server.Config{
		Schema:        resolvers.Schema(root),
		Plan:          plan.New(graph.Plans(root)).Document,
		Introspection: true,
		Pin:           library.Pin,
	}
}

// TestGolden sends each testdata/<field>/<case>.graphql, with the variables of
// <case>.variables.json if it exists, to the real handler on a real database,
// and compares the whole response with <case>.json. If the case's name begins
// with a caller, its database has an open attempt of the learner's at the quiz
// mixed, the trainer's cohort with the learner in it, two statements about the
// learner, a certificate, and a certification journey, see school.certify; the
// practised learner has more records.
func TestGolden(t *testing.T) {
	queries, err := filepath.Glob("testdata/*/*.graphql")
	if err != nil || len(queries) == 0 {
		t.Fatalf("no golden queries: %v", err)
	}
	library := catalogtest.Library(t)
	h := handler(library)
	for _, path := range queries {
		base := strings.TrimSuffix(path, ".graphql")
		t.Run(strings.TrimPrefix(base, "testdata/"), func(t *testing.T) {
			var got []byte
			switch who := callerOf(filepath.Base(base)); who {
			case "":
				got = post(t, h, request(t, base))
			case practised:
				s := newSchool(t, library, schoolOptions{})
				s.practise(t)
				got = postAs(t, s.handler, s.token(t, who), request(t, base))
			default:
				s := newSchool(t, library, schoolOptions{})
				certify(t, s.Certificates)
				s.certify(t, learner)
				s.teach(t)
				s.record(t, learner, 1, 2)
				s.begin(t, learner, `quiz: "mixed"`)
				s.pass(90 * time.Second)
				got = postAs(t, s.handler, s.token(t, who), request(t, base))
			}
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

// callerOf returns the caller of a golden case, by the beginning of its name;
// "" for an anonymous case that shares its database with the others.
func callerOf(name string) string {
	for _, who := range []string{anonymous, learner, otherLearner, practised, trainer, otherTrainer} {
		if strings.HasPrefix(name, who+"_") {
			return who
		}
	}
	return ""
}

// request returns a golden case as the body of a request.
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

// post is postAs without a token.
func post(t testing.TB, h http.Handler, body []byte) []byte {
	t.Helper()
	return postAs(t, h, "", body)
}
