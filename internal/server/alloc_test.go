package server_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/server/internal/testschema"
)

// rewound is a body that can be read again for each of many requests.
type rewound struct {
	strings.Reader
	text string
}

func (a *rewound) Close() error { return nil }
func (a *rewound) rewind()      { a.Reset(a.text) }

// unread accepts log lines, which are formatted in full, and drops them.
type unread struct{}

func (unread) Write(line []byte) (int, error) { return len(line), nil }

// hot returns a function that repeats an answered request, to a server with a
// production server's log and authentication.
func hot(tb testing.TB, request *http.Request, body string) func() {
	tb.Helper()
	handler := server.New(server.Config{
		Schema:       testschema.New(&testschema.Resolvers{}),
		Pin:          newShelf().pin,
		Authenticate: (&identity.Authenticator{}).Authenticate,
		Logger:       slog.New(server.LogHandler(slog.NewJSONHandler(unread{}, nil))),
	}).Handler()
	text := &rewound{text: body}
	w := &nowhere{header: http.Header{}}
	ask := func() {
		if body != "" {
			text.rewind()
			request.Body = text
			request.ContentLength = int64(len(body))
		}
		clear(w.header)
		w.bytes = 0
		handler.ServeHTTP(w, request)
	}
	ask()
	first := w.bytes
	ask()
	if first == 0 || w.bytes != first || len(w.header["Content-Length"]) == 0 {
		tb.Fatalf("%d bytes, then %d, %v", first, w.bytes, w.header)
	}
	return ask
}

func hotPost(tb testing.TB) func() {
	r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/graphql-response+json, application/json;q=0.9")
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	return hot(tb, r, `{"query":"query Twenty($n: Int!) { nodes(first: $n) { id label children { id label } } }","variables":{"n":20}}`)
}

func hotGet(tb testing.TB) func() {
	r := httptest.NewRequest(http.MethodGet, `/graphql?query=%7Bnodes%28first%3A20%29%7Bid%20label%7D%7D`, nil)
	r.Header.Set("Content-Type", "application/json")
	return hot(tb, r, "")
}

func TestAllocationsOfACachedAnswer(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates, too")
	}
	const most = 15
	for name, ask := range map[string]func(){"POST": hotPost(t), "GET": hotGet(t)} {
		got := testing.AllocsPerRun(1_000, ask)
		t.Logf("%s: %v", name, got)
		if got > most {
			t.Errorf("%s: %v allocations, at most %d", name, got, most)
		}
	}
}

func BenchmarkCached(b *testing.B) {
	for name, ask := range map[string]func(){"POST": hotPost(b), "GET": hotGet(b)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask()
			}
		})
	}
}
