package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/limit"
	"github.com/scrumkb/scrumkb/internal/metric"
	"github.com/scrumkb/scrumkb/internal/server"
)

// long is a field whose name makes each of its values n bytes longer.
func long(n int) string { return strings.Repeat("x", n) + ": label" }

func TestAnswersThatAreTooLong(t *testing.T) {
	i := start(t, server.Config{Limits: server.Limits{Answer: 10_000}})
	tests := map[string]struct {
		query, accept string
		whole         bool
	}{
		"JustFits":    {"{ nodes(first: 9) { " + long(1000) + " } }", "application/json", true},
		"Single":      {"{ nodes(first: 10) { " + long(1000) + " } }", "application/json", false},
		"ManyRoots":   {"{ " + repeated(10, func(n int) string { return fmt.Sprintf("a%d: nodes(first: 1) { %s } ", n, long(1000)) }) + "}", "application/json", false},
		"Drained":     {"{ nodes(first: 10) { id ... @defer { " + long(1000) + " } } }", "application/json", false},
		"EventStream": {"{ nodes(first: 10) { " + long(1000) + " } }", "text/event-stream", false},
		"Events":      {"subscription { " + strings.Repeat("x", 10_001) + ": idle }", "text/event-stream", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			body, _ := json.Marshal(map[string]string{"query": tt.query})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, i.url("/graphql"), strings.NewReader(string(body)))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("Accept", tt.accept)
			response, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			text := make([]byte, 0, 32<<10)
			for !strings.Contains(string(text), "}]}") && !strings.Contains(string(text), "]}}") {
				n, err := response.Body.Read(text[len(text):cap(text)])
				if text = text[:len(text)+n]; err != nil {
					break
				}
			}
			if tt.whole != strings.Contains(string(text), `"data":{`) || tt.whole == strings.Contains(string(text), "QUERY_TOO_COMPLEX") {
				t.Errorf("answered %.300s", text)
			}
			if n := strings.Count(string(text), `"message"`); !tt.whole && n != 1 {
				t.Errorf("%d errors", n)
			}
		})
	}
}

func repeated(n int, text func(int) string) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(text(i))
	}
	return all.String()
}

// Deferred parts count as well, where a client has them one by one.
func TestPartsThatAreTooLong(t *testing.T) {
	i := start(t, server.Config{Limits: server.Limits{Answer: 10_000}})
	got := send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json", "Accept": "multipart/mixed;deferSpec=20220824"},
		strings.NewReader(`{"query":"{ nodes(first: 10) { id ... @defer { `+long(1000)+` } } }"}`))
	// The first part may be sent before the others are made.
	if n := strings.Count(got.body, "QUERY_TOO_COMPLEX"); n != 1 || len(got.body) > 12_000 {
		t.Errorf("%d errors in %d bytes: %.300s", n, len(got.body), got.body)
	}
}

// occupy makes a query that waits until the gate opens.
func occupy(t *testing.T, i *instance) (release func()) {
	t.Helper()
	answered := make(chan answer, 1)
	go func() { answered <- post(t, i, "{ gate }", nil) }()
	<-i.resolvers.Entered
	return func() {
		i.resolvers.Gate <- struct{}{}
		if got := <-answered; got.body != `{"data":{"gate":"open"}}` {
			t.Errorf("the one that was admitted: %s", got.body)
		}
	}
}

func TestOperationsAtATime(t *testing.T) {
	tests := map[string]struct {
		bounds limit.Bounds
		memory int64
		reason string
	}{
		"OfTheProcess":     {bounds: limit.Bounds{Process: 1}, reason: "BUSY"},
		"OfANetwork":       {bounds: limit.Bounds{Process: 2, Network: 1}, reason: "TOO_MANY_OPERATIONS"},
		"MemoryOfANetwork": {memory: 256 << 10, reason: "TOO_MANY_OPERATIONS"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			counted := &metric.Registry{}
			i := start(t, server.Config{Metrics: counted, Limits: server.Limits{
				Operations: tt.bounds, Memory: tt.memory, Busy: time.Millisecond, Patience: 2 * time.Millisecond,
			}})
			release := occupy(t, i)
			got := send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json", "Accept": modern},
				strings.NewReader(`{"query":"{ caller }"}`))
			if got.status != http.StatusTooManyRequests || got.code() != "RATE_LIMITED" || !strings.Contains(got.body, `"reason":"`+tt.reason+`"`) ||
				got.header.Get("Retry-After") != "1" || !strings.Contains(got.body, `"retryAfterSeconds":1`) {
				t.Errorf("%d %v %s", got.status, got.header, got.body)
			}
			p := ready(t, i)
			p.subscribe("q", "{ caller }")
			if f := p.hear("error"); !strings.Contains(string(f.Payload), `"reason":"`+tt.reason+`"`) {
				t.Errorf("on a socket: %s", f.Payload)
			}
			release()
			if got := post(t, i, "{ caller }", nil); got.status != 200 || got.code() != "" {
				t.Errorf("afterwards: %s", got.body)
			}
			refused := int64(0)
			for _, v := range counted.Values() {
				if v.Name == "scrumkb_rate_limited_total" {
					refused += v.Value
				}
				if v.Name == "scrumkb_in_use" && v.Labels[0].Value == "operations" && v.Value != 0 {
					t.Errorf("%d operations are left", v.Value)
				}
			}
			if refused != 2 {
				t.Errorf("%d refusals are counted, want 2", refused)
			}
		})
	}
}

func TestStreamsAtATime(t *testing.T) {
	known := func(ctx context.Context, token string) (context.Context, error) {
		if token == "" {
			return ctx, nil
		}
		return identity.With(ctx, identity.Caller{Subject: "anna", Expires: time.Now().Add(time.Hour)}), nil
	}
	i := start(t, server.Config{Authenticate: known, Limits: server.Limits{
		Streams: limit.Bounds{Network: 3, Caller: 1}, Running: limit.Bounds{Network: 2},
	}})
	bearer := http.Header{"Authorization": {"Bearer annas-token"}}
	first, _, err := dial(t, i, bearer)
	if err != nil {
		t.Fatal(err)
	}
	first.say(`{"type":"connection_init"}`)
	first.hear("connection_ack")

	second, _, err := dial(t, i, bearer)
	if err != nil {
		t.Fatal(err)
	}
	second.say(`{"type":"connection_init"}`)
	if got := second.closed(); got != websocket.StatusTryAgainLater {
		t.Errorf("the second socket of a caller is closed with %d, want 1013", got)
	}
	eventually(t, "it is gone", func() bool { return strings.Contains(i.log.String(), `"msg":"request"`) })

	nobody := ready(t, i)
	nobody.subscribe("a", "subscription { idle }")
	nobody.hear("next")
	events := listen(t, i, "subscription { idle }")
	line(t, events)
	first.subscribe("b", "subscription { idle }")
	if f := first.hear("error"); f.ID != "b" || !strings.Contains(string(f.Payload), `"reason":"TOO_MANY_STREAMS"`) {
		t.Errorf("one subscription too many: %s %s", f.ID, f.Payload)
	}
	_, response, err := dial(t, i, nil)
	if err == nil || response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") == "" {
		t.Errorf("one socket too many: %v", err)
	}
	nobody.say(`{"id":"a","type":"complete"}`)
	eventually(t, "there is room again", func() bool {
		first.subscribe("b", "subscription { idle }")
		f, err := first.read()
		if err != nil {
			t.Fatal(err)
		}
		return f.Type == "next"
	})
}

// A request whose body does not come takes no place for long, and others are
// told at once.
func TestUnfinishedBodies(t *testing.T) {
	i := start(t, server.Config{Limits: server.Limits{Bodies: limit.Bounds{Network: 2}, Busy: time.Millisecond, Patience: time.Millisecond}})
	var half []net.Conn
	for range 2 {
		conn, err := net.Dial("tcp", i.address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		half = append(half, conn)
		fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 30\r\n\r\n{")
	}
	eventually(t, "the others are refused", func() bool {
		return post(t, i, "{ hello }", nil).code() == "RATE_LIMITED"
	})
	if got := get(t, i, map[string][]string{"query": {"{hello}"}}, nil); got.code() != "" {
		t.Errorf("a request without a body: %s", got.body)
	}
	for _, conn := range half {
		_ = conn.Close()
	}
	eventually(t, "there is room again", func() bool { return post(t, i, "{ hello }", nil).code() == "" })
}

func TestConnectionsAtATime(t *testing.T) {
	i := start(t, server.Config{Limits: server.Limits{Connections: limit.Bounds{Network: 1}}})
	first, err := net.Dial("tcp", i.address)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(first, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, err := first.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	second, err := net.Dial("tcp", i.address)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	text, _ := io.ReadAll(second)
	if !strings.HasPrefix(string(text), "HTTP/1.1 429 ") || !strings.Contains(string(text), `"reason":"TOO_MANY_STREAMS"`) {
		t.Errorf("answered %q", text)
	}
	_ = first.Close()
	eventually(t, "there is room again", func() bool {
		response, err := client.Get(i.url("/healthz"))
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// A socket that does not read gets no more answers, and is closed.
func TestSocketsThatDoNotRead(t *testing.T) {
	counted := &metric.Registry{}
	i := start(t, server.Config{StallTimeout: 2 * time.Second, Metrics: counted})
	p := ready(t, i)
	for n := range 8 { // more than systems buffer
		p.subscribe(fmt.Sprint("long", n), "{ nodes(first: 100) { "+long(40_000)+" } }")
	}
	eventually(t, "an answer is made and not taken", func() bool {
		use := map[string]int64{}
		for _, v := range counted.Values() {
			if v.Name == "scrumkb_in_use" {
				use[v.Labels[0].Value] = v.Value
			}
		}
		return use["memory"] >= 4_000_000 && use["operations"] == 0
	})
	for n := range 50 {
		p.subscribe(fmt.Sprint("text", n), "{ text }")
	}
	eventually(t, "the socket is closed", func() bool { return strings.Contains(i.log.String(), `"msg":"request"`) })
	if made := i.resolvers.Texts.Load(); made != 0 {
		t.Errorf("%d answers were made while one was not read", made)
	}
}

// However many fields fail for it, a request leaves one line about why.
func TestOneLineForOneRequest(t *testing.T) {
	i := start(t, server.Config{})
	for name, field := range map[string]string{"panic": "panic", "unclassified error": `fail(kind: "other")`, "request failed": `fail(kind: "unreachable")`} {
		t.Run(name, func(t *testing.T) {
			got := post(t, i, "{ "+repeated(50, func(n int) string { return fmt.Sprintf("a%d: %s ", n, field) })+"}", nil)
			if len(got.parsed.Errors) != 50 {
				t.Errorf("%d errors", len(got.parsed.Errors))
			}
			if n := len(i.log.records(t, name)); n != 1 {
				t.Errorf("%d lines", n)
			}
		})
	}
}
