package resolvers_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/seed"
)

// sink keeps the status of an answer and discards the rest.
type sink struct {
	header http.Header
	status int
	bytes  int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(b []byte) (int, error) { s.bytes += len(b); return len(b), nil }

// publicQueries are the queries by which performance is measured.
func publicQueries() map[string]string {
	return map[string]string{
		"certification_with_everything": `{ certification(slug: "cspo") {
			id code title summary
			role { title summary delivers responsibilities { title description skills { title } } skills { title description } }
			issuer { name description nonProfit url }
			audiences { id title description citations { section source { title url } } }
			benefits { id title description citations { section source { title url } } }
			usages { id title description citations { section source { title url } } }
			eligibility { open summary recommended }
			training { days examRequired deliveredBy covers awards exampleLocations }
			steps { position title description }
			renewal { everyMonths fee { amount currency } seusRequired steps { position title description } }
			next { code title }
			claims { subject statements { text citation { source { title } } } }
		} }`,
		"twenty_questions_with_options": `{ questions(first: 20) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
			id type stem instruction options { id text } prompts { id text } difficulty objective { code title }
		} } } }`,
		"topic_with_objectives_and_lessons": `{ topic(code: "PO1") { code title summary questionCount objectives {
			code title bloomLevel questionCount prerequisites { code } lessons { title summary readingMinutes body(format: HTML) } facts { title }
		} } }`,
		"search": `{ search(query: "product goal", first: 10) { totalCount nodes { kind title snippet node { id } } } }`,
	}
}

// ownLibrary publishes the built-in content.
func ownLibrary(t testing.TB) *catalog.Library {
	t.Helper()
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := catalog.Build(catalogtest.Edition(loaded.Content, catalog.Revision{Number: 1, PublishedAt: catalogtest.PublishedAt}))
	if err != nil {
		t.Fatal(err)
	}
	library := &catalog.Library{}
	library.Publish(snapshot)
	return library
}

// sender returns a function that repeats a request at almost no cost of its
// own. The request has been answered without errors before.
func sender(t testing.TB, h http.Handler, token, query string, variables map[string]any) func() {
	t.Helper()
	members := map[string]any{"query": query}
	if variables != nil {
		members["variables"] = variables
	}
	body, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	if answer := string(postAs(t, h, token, body)); strings.Contains(answer, `"errors"`) {
		t.Fatal(answer)
	}
	reader := bytes.NewReader(body)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", nil)
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	r.ContentLength = int64(len(body))
	r.Body = io.NopCloser(reader)
	w := &sink{header: http.Header{}}
	return func() {
		reader.Reset(body)
		clear(w.header)
		h.ServeHTTP(w, r)
		if w.status != http.StatusOK {
			t.Fatalf("status %d", w.status)
		}
	}
}

// BenchmarkQuery queries the built-in content through the real handler: cached
// answers, planned answers, and those of gqlgen's executor.
func BenchmarkQuery(b *testing.B) {
	library := ownLibrary(b)
	for how, options := range map[string]schoolOptions{
		"Kept": {}, "Planned": {cache: -1}, "Executed": {cache: -1, plan: unplanned},
	} {
		h := newSchool(b, library, options).handler
		for name, query := range publicQueries() {
			b.Run(how+"/"+name, func(b *testing.B) {
				send := sender(b, h, "", query, nil)
				b.ReportAllocs()
				for b.Loop() {
					send()
				}
			})
		}
	}
}

const twentySlots = `query($id: ID!) { attempt(id: $id) { id state answered total secondsLeft slots {
	number revision state flagged question { id type stem instruction options { id text } prompts { id text } } response { options { id } text number }
} } }`

// BenchmarkAttempt reads an attempt of twenty questions back.
func BenchmarkAttempt(b *testing.B) {
	library := ownLibrary(b)
	for how, options := range map[string]schoolOptions{"Planned": {}, "Executed": {plan: unplanned}} {
		s := newSchool(b, library, options)
		id := s.begin(b, learner, `practice: { mode: UNSEEN, questions: 20 }`)
		b.Run(how, func(b *testing.B) {
			send := sender(b, s.handler, s.token(b, learner), twentySlots, map[string]any{"id": id})
			b.ReportAllocs()
			for b.Loop() {
				send()
			}
		})
	}
}

// TestAllocations limits the allocations of requests, which unlike their times
// do not depend on the machine.
func TestAllocations(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates, too")
	}
	c := config(ownLibrary(t))
	c.Cache = -1
	h := server.New(c).Handler()
	const most = 120
	for name, query := range publicQueries() {
		t.Run(name, func(t *testing.T) {
			allocations := testing.AllocsPerRun(100, sender(t, h, "", query, nil))
			t.Logf("%.0f allocations", allocations)
			if allocations > most {
				t.Errorf("%.0f allocations, more than %d", allocations, most)
			}
		})
	}
}
