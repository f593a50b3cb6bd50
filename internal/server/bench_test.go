package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/server/internal/testschema"
)

// nowhere counts what is written and discards it.
type nowhere struct {
	header http.Header
	bytes  int
}

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) WriteHeader(int)             {}
func (n *nowhere) Write(b []byte) (int, error) { n.bytes += len(b); return len(b), nil }

func BenchmarkHandler(b *testing.B) {
	handler := server.New(server.Config{Schema: testschema.New(&testschema.Resolvers{})}).Handler()
	for name, body := range map[string]string{
		"Field":      `{"query":"{ hello }"}`,
		"NestedList": `{"query":"query($n: Int!) { nodes(first: $n) { id label children { id label } } }","variables":{"n":20}}`,
		"Refused":    `{"query":"{ nope }"}`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			reader := strings.NewReader(body)
			request := httptest.NewRequest(http.MethodPost, "/graphql", nil)
			request.Header.Set("Content-Type", "application/json")
			request.ContentLength = int64(len(body))
			w := &nowhere{header: http.Header{}}
			for b.Loop() {
				reader.Reset(body)
				request.Body = io.NopCloser(reader)
				clear(w.header)
				handler.ServeHTTP(w, request)
			}
			if w.bytes == 0 {
				b.Fatal("no answer")
			}
		})
	}
}
