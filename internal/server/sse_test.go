package server_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/server"
)

// listen opens an event stream, which is closed when the test ends.
func listen(t *testing.T, i *instance, query string) *bufio.Reader {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, i.url("/graphql"), strings.NewReader(`{"query":"`+query+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = response.Body.Close() })
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("answered as %s", got)
	}
	return bufio.NewReader(response.Body)
}

// line returns the next line that is neither empty nor a comment.
func line(t *testing.T, events *bufio.Reader) string {
	t.Helper()
	for {
		text, err := events.ReadString('\n')
		if err != nil {
			t.Fatalf("reading events: %v", err)
		}
		if text = strings.TrimSpace(text); text != "" && !strings.HasPrefix(text, ":") {
			return text
		}
	}
}

func TestEvents(t *testing.T) {
	i := start(t, server.Config{})
	one := func(payload string) []string {
		return []string{"event: next", "data: " + payload, "event: complete", "data:"}
	}
	tests := map[string]struct {
		query string
		want  []string
		code  string
	}{
		"Query":    {query: "{ hello }", want: one(`{"data":{"hello":"hello world"}}`)},
		"Mutation": {query: "mutation { bump(by: 0) }", want: one(`{"data":{"bump":0}}`)},
		"Deferred": {query: "{ nodes(first: 1) { id ... @defer { late } } }", want: one(`{"data":{"nodes":[{"id":"0","late":"late 0"}]}}`)},
		"Subscription": {query: "subscription { count(to: 2) }", want: []string{
			"event: next", `data: {"data":{"count":1}}`, "event: next", `data: {"data":{"count":2}}`, "event: complete", "data:",
		}},
		"Invalid":       {query: "{ nope }", code: "GRAPHQL_VALIDATION_FAILED"},
		"SourceRefuses": {query: "subscription { refuse }", code: "FORBIDDEN"},
		"EventPanics":   {query: "subscription { explodes }", code: "INTERNAL"},
		"WriterPanics":  {query: "{ explode }", code: "INTERNAL"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			text, err := io.ReadAll(listen(t, i, tt.query))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for l := range strings.Lines(string(text)) {
				if l = strings.TrimSpace(l); l != "" && l != ":" {
					got = append(got, l)
				}
			}
			if tt.code != "" {
				if len(got) != 4 || !strings.Contains(got[1], tt.code) || strings.Contains(got[1], `"data"`) || strings.Contains(got[1], "10.0.0.7") {
					t.Errorf("want only %s, then complete: %q", tt.code, got)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("events differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEventsByGet(t *testing.T) {
	i := start(t, server.Config{})
	got := send(t, http.MethodGet, i.url("/graphql?query=subscription{count(to:1)}"), header{"Accept": "text/event-stream"}, nil)
	if got.status != 200 || !strings.Contains(got.body, `data: {"data":{"count":1}}`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := send(t, http.MethodGet, i.url("/graphql?query=mutation{bump}"), header{"Accept": "text/event-stream"}, nil); got.status != 405 {
		t.Errorf("mutation: status %d, want 405", got.status)
	}
}

func TestEventsOutliveTheServersTimeouts(t *testing.T) {
	// The server's own write timeout is the request timeout plus five seconds.
	i := start(t, server.Config{RequestTimeout: -4950 * time.Millisecond, KeepAlive: 20 * time.Millisecond})
	events := listen(t, i, "subscription { idle }")
	comments := 0
	for comments < 10 { // 200 ms
		text, err := events.ReadString('\n')
		if err != nil {
			t.Fatalf("after %d comments: %v", comments, err)
		}
		if text == ":\n" {
			comments++
		}
	}
}

func TestEventsStalledConsumerIsDropped(t *testing.T) {
	i := start(t, server.Config{StallTimeout: 50 * time.Millisecond})
	listen(t, i, "subscription { flood }")
	eventually(t, "the subscription starts", func() bool { return i.resolvers.Live.Load() == 1 })
	eventually(t, "the subscription ends", func() bool { return i.resolvers.Live.Load() == 0 })
}

// With a keep-alive every 100 µs, every moment of a stream's end is hit. A
// keep-alive that outlived its handler would crash.
func TestEventsKeepAliveEndsWithItsStream(t *testing.T) {
	i := start(t, server.Config{KeepAlive: 100 * time.Microsecond})
	for range 300 {
		got := send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json", "Accept": "text/event-stream"},
			strings.NewReader(`{"query":"subscription { count(to: 1) }"}`))
		if !strings.HasSuffix(got.body, "event: complete\ndata:\n\n") {
			t.Fatalf("stream ends with %q", got.body)
		}
	}
}
