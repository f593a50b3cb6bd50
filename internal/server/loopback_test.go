package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/server/internal/testschema"
)

// BenchmarkLoopback compares a cached answer with a handler that only writes
// the same bytes, both over a connection. The client merely sends and reads
// bytes, so that the server's work dominates.
func BenchmarkLoopback(b *testing.B) {
	const body = `{"query":"query Twenty($n: Int!) { nodes(first: $n) { id label children { id label child { id label } } } }","variables":{"n":100}}`
	kept := server.New(server.Config{
		Schema:       testschema.New(&testschema.Resolvers{}),
		Pin:          newShelf().pin,
		Authenticate: (&identity.Authenticator{}).Authenticate,
		Logger:       slog.New(server.LogHandler(slog.NewJSONHandler(unread{}, nil))),
	}).Handler()
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	kept.ServeHTTP(w, r)
	text := w.Body.Bytes()
	length := []string{strconv.Itoa(len(text))}
	limit := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header()["Content-Type"] = []string{"application/json; charset=utf-8"}
		w.Header()["Content-Length"] = length
		_, _ = w.Write(text)
	})
	for name, handler := range map[string]http.Handler{"Limit": limit, "Kept": kept} {
		b.Run(name, func(b *testing.B) {
			s := httptest.NewServer(handler)
			defer s.Close()
			conn, err := net.Dial("tcp", s.Listener.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			request := fmt.Appendf(nil, "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			answers := bufio.NewReaderSize(conn, 64<<10)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := conn.Write(request); err != nil {
					b.Fatal(err)
				}
				// An empty line ends the header.
				for {
					line, err := answers.ReadSlice('\n')
					if err != nil {
						b.Fatal(err)
					}
					if bytes.Equal(line, []byte("\r\n")) {
						break
					}
				}
				if _, err := answers.Discard(len(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
