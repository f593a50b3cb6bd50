package resolvers_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/seed"
)

// sink keeps the status of an answer and throws the rest away.
type sink struct {
	header http.Header
	status int
	bytes  int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(b []byte) (int, error) { s.bytes += len(b); return len(b), nil }

// BenchmarkQuery asks the real handler about the program's own content.
func BenchmarkQuery(b *testing.B) {
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		b.Fatal(err)
	}
	snapshot, err := catalog.Build(loaded.Content, catalog.Revision{Number: 1, PublishedAt: catalogtest.PublishedAt})
	if err != nil {
		b.Fatal(err)
	}
	library := &catalog.Library{}
	library.Publish(snapshot)
	h := handler(library)

	for name, query := range map[string]string{
		"single_field": `{ contentRevision { number } }`,
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
	} {
		b.Run(name, func(b *testing.B) {
			encoded, err := json.Marshal(map[string]string{"query": query})
			if err != nil {
				b.Fatal(err)
			}
			body := string(encoded)
			if answer := string(post(b, h, encoded)); strings.Contains(answer, `"errors"`) {
				b.Fatal(answer)
			}
			reader := strings.NewReader(body)
			request := httptest.NewRequest(http.MethodPost, "/graphql", nil)
			request.Header.Set("Content-Type", "application/json")
			request.ContentLength = int64(len(body))
			w := &sink{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				reader.Reset(body)
				request.Body = io.NopCloser(reader)
				clear(w.header)
				h.ServeHTTP(w, request)
			}
			if w.status != http.StatusOK || w.bytes == 0 {
				b.Fatalf("status %d, %d bytes", w.status, w.bytes)
			}
		})
	}
}
