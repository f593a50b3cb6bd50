package resolvers_test

import (
	"bytes"
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
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
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
// practised learner has more records. Queries share a school, since they change
// nothing; each mutation has its own.
func TestGolden(t *testing.T) {
	queries, err := filepath.Glob("testdata/*/*.graphql")
	if err != nil || len(queries) == 0 {
		t.Fatalf("no golden queries: %v", err)
	}
	library := catalogtest.Library(t)
	h := handler(library)
	pasts := map[bool]*past{
		true:  newPast(t, library, func(s *school) { s.practise(t) }),
		false: newPast(t, library, func(s *school) { s.fill(t) }),
	}
	queried := map[bool]*school{
		true:  newSchool(t, library, schoolOptions{past: pasts[true]}),
		false: newSchool(t, library, schoolOptions{past: pasts[false]}),
	}
	for _, path := range queries {
		base := strings.TrimSuffix(path, ".graphql")
		t.Run(strings.TrimPrefix(base, "testdata/"), func(t *testing.T) {
			body := request(t, base)
			answers, token := h, ""
			if who := callerOf(filepath.Base(base)); who != "" {
				s := queried[who == practised]
				if bytes.Contains(body, []byte("mutation")) {
					s = newSchool(t, library, schoolOptions{past: pasts[who == practised]})
				}
				answers, token = s.handler, s.token(t, who)
			}
			got := postAs(t, answers, token, body)
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

// fill gives a school the records of the golden cases of everybody except the
// practised learner.
func (s *school) fill(t *testing.T) {
	t.Helper()
	certify(t, s.Certificates)
	s.certify(t, learner)
	s.teach(t)
	s.record(t, learner, 1, 2)
	s.begin(t, learner, `quiz: "mixed"`)
	s.pass(90 * time.Second)
}

// past is the database of a school, and how far its clock, seeds, ids and
// random bytes have come, so that other schools can continue from there.
type past struct {
	database            []byte
	elapsed, ids, codes int64
	seeds               uint64
}

// newPast returns what a new school has after do.
func newPast(t *testing.T, library *catalog.Library, do func(*school)) *past {
	t.Helper()
	dir := t.TempDir()
	engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: dir, Hurry: true})
	if err != nil {
		t.Fatal(err)
	}
	s := newSchool(t, library, schoolOptions{engine: engine})
	do(s)
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
	database, err := os.ReadFile(filepath.Join(dir, sqlitestore.File))
	if err != nil {
		t.Fatal(err)
	}
	return &past{database: database, elapsed: s.elapsed.Load(), ids: s.ids.Load(), codes: s.codes.Load(), seeds: s.seeds.Load()}
}

// restore writes the database of a past into a directory, and sets the school's
// clock, seeds, ids and random bytes.
func (s *school) restore(t testing.TB, from *past, dir string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, sqlitestore.File), from.database, 0o600); err != nil {
		t.Fatal(err)
	}
	s.elapsed.Store(from.elapsed)
	s.ids.Store(from.ids)
	s.codes.Store(from.codes)
	s.seeds.Store(from.seeds)
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
