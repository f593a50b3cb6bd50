package server_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/server/internal/testschema"
)

func TestDrain(t *testing.T) {
	i := start(t, server.Config{})
	answered := make(chan answer, 1)
	go func() { answered <- post(t, i, "{ gate }", nil) }()
	<-i.resolvers.Entered

	idle := ready(t, i)
	idle.subscribe("s", "subscription { idle }")
	idle.hear("next")
	busy := ready(t, i)
	busy.subscribe("q", "{ gate }")
	<-i.resolvers.Entered
	events := listen(t, i, "subscription { idle }")
	for line(t, events) != `data: {"data":{"idle":1}}` {
	}

	stopped := make(chan struct{})
	go func() { i.stop(); close(stopped) }()

	// Clients resubscribe unless they receive a complete message.
	if f, err := idle.read(); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the idle socket: %v %v, want close 1001", f.Type, err)
	}
	if rest, err := io.ReadAll(events); err != nil || strings.Contains(string(rest), "complete") {
		t.Errorf("the event stream ends with %q, %v", rest, err)
	}
	select {
	case <-stopped:
		t.Fatal("Serve returned with requests in flight")
	default:
	}

	close(i.resolvers.Gate)
	if got := <-answered; got.body != `{"data":{"gate":"open"}}` {
		t.Errorf("the request in flight: %d %s", got.status, got.body)
	}
	if f := busy.hear("next"); string(f.Payload) != `{"data":{"gate":"open"}}` {
		t.Errorf("the operation in flight: %s", f.Payload)
	}
	busy.hear("complete")
	if got := busy.closed(); got != websocket.StatusGoingAway {
		t.Errorf("the busy socket closed with %d, want 1001", got)
	}
	<-stopped
	if live := i.resolvers.Live.Load(); live != 0 {
		t.Errorf("%d subscriptions are left", live)
	}
}

func TestDrainCutsOffSlowRequests(t *testing.T) {
	i := start(t, server.Config{DrainGrace: 30 * time.Millisecond})
	p := ready(t, i)
	p.subscribe("q", "{ stuck }")
	p.subscribe("r", "{ hello }")
	p.hear("next")
	p.hear("complete")
	i.stop()
	// The close frame may or may not arrive before the connection is cut.
	if got := p.closed(); got != -1 && got != websocket.StatusGoingAway {
		t.Errorf("closed with %d, want 1001 or nothing", got)
	}
}

func TestReadinessFailsBeforeDrain(t *testing.T) {
	i := start(t, server.Config{DrainDelay: time.Second})
	if got := send(t, http.MethodGet, i.url("/readyz"), nil, nil); got.status != 200 {
		t.Fatalf("ready: %d %s", got.status, got.body)
	}
	stopped := make(chan struct{})
	go func() { i.stop(); close(stopped) }()
	eventually(t, "readiness fails", func() bool {
		return send(t, http.MethodGet, i.url("/readyz"), nil, nil).status == 503
	})
	if got := post(t, i, "{ hello }", nil); got.status != 200 {
		t.Errorf("a request after that: %d %s", got.status, got.body)
	}
	if got := send(t, http.MethodGet, i.url("/healthz"), nil, nil); got.status != 200 {
		t.Errorf("health after that: %d", got.status)
	}
	<-stopped
}

func TestServeReportsABrokenListener(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	s := server.New(server.Config{Schema: testschema.New(&testschema.Resolvers{})})
	if err := s.Serve(t.Context(), listener); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve: %v", err)
	}
}

func TestReadiness(t *testing.T) {
	tests := map[string]struct {
		ready    func(context.Context) error
		status   int
		body     string
		degraded []string
	}{
		"Always":       {nil, 200, `{"status":"ready"}`, nil},
		"Degraded":     {nil, 200, `{"degraded":["content"],"status":"ready"}`, []string{"content"}},
		"Ready":        {func(context.Context) error { return nil }, 200, `{"status":"ready"}`, nil},
		"Fault":        {func(context.Context) error { return fault.New(fault.Unavailable, "no content is loaded") }, 503, `{"reason":"no content is loaded","status":"unavailable"}`, nil},
		"Unclassified": {func(context.Context) error { return testschema.ErrSecret }, 503, `{"reason":"a dependency is not available","status":"unavailable"}`, nil},
		"Stuck":        {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, 503, `{"reason":"the check took too long","status":"unavailable"}`, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := start(t, server.Config{Ready: tt.ready, Degraded: func() []string { return tt.degraded }})
			got := send(t, http.MethodGet, i.url("/readyz"), nil, nil)
			if got.status != tt.status || strings.TrimSpace(got.body) != tt.body {
				t.Errorf("%d %s, want %d %s", got.status, got.body, tt.status, tt.body)
			}
		})
	}
}

func TestPages(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "page "+r.URL.Path) })
	with, without := start(t, server.Config{GraphiQL: page}), start(t, server.Config{})
	if got := send(t, http.MethodGet, with.url("/"), nil, nil); got.status != 302 || got.header.Get("Location") != "/graphiql" {
		t.Errorf("/: %d to %q", got.status, got.header.Get("Location"))
	}
	for _, path := range []string{"/graphiql", "/graphiql/assets/a.js"} {
		if got := send(t, http.MethodGet, with.url(path), nil, nil); got.body != "page "+path {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
		if got := send(t, http.MethodGet, without.url(path), nil, nil); got.status != 404 {
			t.Errorf("%s without GraphiQL: %d", path, got.status)
		}
	}
	got := send(t, http.MethodGet, without.url("/"), nil, nil)
	if strings.TrimSpace(got.body) != `{"graphql":"/graphql"}` {
		t.Errorf("/: %s", got.body)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
		if got.header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.header.Get(name), want)
		}
	}
}

func TestSlowHeaderIsDropped(t *testing.T) {
	if testing.Short() {
		t.Skip("takes the five seconds of ReadHeaderTimeout")
	}
	t.Parallel()
	i := start(t, server.Config{})
	conn, err := net.Dial("tcp", i.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /graphql HTTP/1.1\r\nHost: a\r\nX-"); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.ReadAll(conn); err != nil {
		t.Errorf("still open: %v", err)
	}
}

func TestStreamsReleaseEverything(t *testing.T) {
	i := start(t, server.Config{KeepAlive: time.Second})
	post(t, i, "{ caller }", nil) // Serve has started all its goroutines, and the cache none
	before := runtime.NumGoroutine()
	var cycles sync.WaitGroup
	for worker := range 4 {
		cycles.Go(func() {
			for n := range 50 {
				ctx, cancel := context.WithCancel(t.Context())
				if (worker+n)%2 == 0 {
					dropSocket(t, ctx, i)
				} else {
					dropEvents(t, ctx, i)
				}
				cancel()
			}
		})
	}
	cycles.Wait()
	eventually(t, "goroutines end", func() bool { return runtime.NumGoroutine() <= before })
	if live := i.resolvers.Live.Load(); live != 0 {
		t.Errorf("%d subscriptions are left", live)
	}
}

func dropSocket(t *testing.T, ctx context.Context, i *instance) {
	conn, _, err := websocket.Dial(ctx, i.url("/graphql"), &websocket.DialOptions{HTTPClient: client, Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = conn.CloseNow() }()
	for _, frame := range []string{`{"type":"connection_init"}`, `{"id":"a","type":"subscribe","payload":{"query":"subscription { idle }"}}`} {
		if err := conn.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
			t.Error(err)
			return
		}
	}
	for range 2 { // the ack and an event, or a ping
		if _, _, err := conn.Read(ctx); err != nil {
			t.Error(err)
			return
		}
	}
}

func dropEvents(t *testing.T, ctx context.Context, i *instance) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, i.url("/graphql"), strings.NewReader(`{"query":"subscription { idle }"}`))
	if err != nil {
		t.Error(err)
		return
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	response, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return
	}
	_, _ = response.Body.Read(make([]byte, 1))
	_ = response.Body.Close()
}
