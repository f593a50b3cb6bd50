package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/scrumkb/scrumkb/internal/server"
)

// peer is the client's side of a socket.
type peer struct {
	t    *testing.T
	conn *websocket.Conn
}

func dial(t *testing.T, i *instance, h http.Header) (*peer, *http.Response, error) {
	t.Helper()
	conn, response, err := websocket.Dial(t.Context(), i.url("/graphql"), &websocket.DialOptions{
		HTTPClient:   &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
		HTTPHeader:   h,
		Subprotocols: []string{"graphql-transport-ws"},
	})
	if err != nil {
		return nil, response, err
	}
	conn.SetReadLimit(-1)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &peer{t, conn}, response, nil
}

func open(t *testing.T, i *instance) *peer {
	t.Helper()
	p, _, err := dial(t, i, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func ready(t *testing.T, i *instance) *peer {
	t.Helper()
	p := open(t, i)
	p.say(`{"type":"connection_init"}`)
	p.hear("connection_ack")
	return p
}

func (p *peer) say(frame string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	if err := p.conn.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
		p.t.Fatalf("saying %.80s: %v", frame, err)
	}
}

func (p *peer) subscribe(id, query string) {
	p.t.Helper()
	payload, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		p.t.Fatal(err)
	}
	p.say(`{"id":"` + id + `","type":"subscribe","payload":` + string(payload) + `}`)
}

type frame struct {
	ID, Type string
	Payload  json.RawMessage
}

func (p *peer) read() (frame, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, data, err := p.conn.Read(ctx)
	if err != nil {
		return frame{}, err
	}
	var f frame
	return f, json.Unmarshal(data, &f)
}

// hear returns the next frame, skipping pings; it must have the given type.
func (p *peer) hear(kind string) frame {
	p.t.Helper()
	for {
		f, err := p.read()
		if err != nil {
			p.t.Fatalf("waiting for %s: %v", kind, err)
		}
		if f.Type == kind {
			return f
		}
		if f.Type != "ping" {
			p.t.Fatalf("heard %s %s, want %s", f.Type, f.Payload, kind)
		}
	}
}

// closed returns the code with which the server closes the socket, ignoring
// earlier messages.
func (p *peer) closed() websocket.StatusCode {
	p.t.Helper()
	for {
		if _, err := p.read(); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

func TestSocketCloseCodes(t *testing.T) {
	i := start(t, server.Config{
		Authenticate: knowAnna,
		InitTimeout:  500 * time.Millisecond,
		Limits:       server.Limits{Body: 4 << 10, Subscriptions: 3},
	})
	const subscribe = `{"id":"a","type":"subscribe","payload":{"query":"subscription { idle }"}}`
	const initialise = `{"type":"connection_init"}`
	tests := map[string]struct {
		frames []string
		code   websocket.StatusCode
	}{
		"NotJSON":              {[]string{initialise, `{`}, 4400},
		"NotAnObject":          {[]string{initialise, `[]`}, 4400},
		"UnknownType":          {[]string{initialise, `{"type":"shout"}`}, 4400},
		"NoType":               {[]string{initialise, `{}`}, 4400},
		"SubscribeWithoutID":   {[]string{initialise, `{"type":"subscribe","payload":{"query":"{ hello }"}}`}, 4400},
		"SubscribeWithNothing": {[]string{initialise, `{"id":"a","type":"subscribe"}`}, 4400},
		"CompleteWithoutID":    {[]string{initialise, `{"type":"complete"}`}, 4400},
		"BadInitPayload":       {[]string{`{"type":"connection_init","payload":7}`}, 4400},
		"SubscribeBeforeInit":  {[]string{subscribe}, 4401},
		"CompleteBeforeInit":   {[]string{`{"id":"a","type":"complete"}`}, 4401},
		"ForgedToken":          {[]string{`{"type":"connection_init","payload":{"Authorization":"Bearer forged"}}`}, 4403},
		"IssuerIsUnreachable":  {[]string{`{"type":"connection_init","payload":{"Authorization":"Bearer of-an-issuer-that-is-away"}}`}, websocket.StatusTryAgainLater},
		"SilenceAfterOpening":  {nil, 4408},
		"PingIsNoInit":         {[]string{`{"type":"ping"}`}, 4408},
		"RepeatedID":           {[]string{initialise, subscribe, subscribe}, 4409},
		"SecondInit":           {[]string{initialise, initialise}, 4429},
		"TooManySubscriptions": {[]string{
			initialise, subscribe, strings.Replace(subscribe, `"a"`, `"b"`, 1),
			strings.Replace(subscribe, `"a"`, `"c"`, 1), strings.Replace(subscribe, `"a"`, `"d"`, 1),
		}, 4429},
		"TooLarge": {[]string{initialise, `{"type":"ping","payload":{"a":"` + strings.Repeat("x", 5<<10) + `"}}`}, websocket.StatusMessageTooBig},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := open(t, i)
			for _, frame := range tt.frames {
				p.say(frame)
			}
			if got := p.closed(); got != tt.code {
				t.Errorf("closed with %d, want %d", got, tt.code)
			}
		})
	}
	eventually(t, "subscriptions end with their socket", func() bool { return i.resolvers.Live.Load() == 0 })
}

func TestSocketBinaryFramesAreRefused(t *testing.T) {
	p := ready(t, start(t, server.Config{}))
	if err := p.conn.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"ping"}`)); err != nil {
		t.Fatal(err)
	}
	if got := p.closed(); got != 4400 {
		t.Errorf("closed with %d, want 4400", got)
	}
}

func TestSocketPing(t *testing.T) {
	p := open(t, start(t, server.Config{}))
	p.say(`{"type":"ping","payload":{"n":1}}`)
	if f := p.hear("pong"); string(f.Payload) != `{"n":1}` {
		t.Errorf("payload %s", f.Payload)
	}
}

func TestSocketOperations(t *testing.T) {
	p := ready(t, start(t, server.Config{}))

	p.subscribe("q", "{ hello }")
	if f := p.hear("next"); f.ID != "q" || string(f.Payload) != `{"data":{"hello":"hello world"}}` {
		t.Errorf("query: %s %s", f.ID, f.Payload)
	}
	p.hear("complete")

	p.subscribe("q", "mutation { bump }") // the id is free again
	p.hear("next")
	p.hear("complete")

	p.subscribe("s", "subscription { count(to: 3) }")
	for _, want := range []string{"1", "2", "3"} {
		if f := p.hear("next"); string(f.Payload) != `{"data":{"count":`+want+`}}` {
			t.Errorf("event %s: %s", want, f.Payload)
		}
	}
	p.hear("complete")

	// An error is the last message for its id; next comes the following
	// answer.
	for _, query := range []string{"{ nope }", "{", "query A { hello } query B { hello }"} {
		p.subscribe("e", query)
		f := p.hear("error")
		var errs []gqlError
		if err := json.Unmarshal(f.Payload, &errs); err != nil || len(errs) == 0 || errs[0].Extensions.Code == "" || errs[0].Extensions.RequestID == "" {
			t.Errorf("errors of %s: %s", query, f.Payload)
		}
	}

	p.subscribe("d", "{ nodes { id ... @defer { late } } }")
	if f := p.hear("next"); !strings.Contains(string(f.Payload), "late 1") || strings.Contains(string(f.Payload), "hasNext") {
		t.Errorf("deferred: %s", f.Payload)
	}
	p.hear("complete")
}

func TestSocketFailures(t *testing.T) {
	p := ready(t, start(t, server.Config{RequestTimeout: 300 * time.Millisecond}))
	tests := map[string]struct{ query, code string }{
		"SourceRefuses":  {"subscription { refuse }", "FORBIDDEN"},
		"EventPanics":    {"subscription { explodes }", "INTERNAL"},
		"ResolverPanics": {"{ panic }", "INTERNAL"},
		"WriterPanics":   {"{ explode }", "INTERNAL"},
		"TakesTooLong":   {"{ stuck }", "TIMEOUT"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p.subscribe("f", tt.query)
			f := p.hear("next")
			if !strings.Contains(string(f.Payload), `"`+tt.code+`"`) || strings.Contains(string(f.Payload), "10.0.0.7") {
				t.Errorf("want %s alone: %s", tt.code, f.Payload)
			}
			p.hear("complete")
		})
	}
}

func TestSocketClientCompletes(t *testing.T) {
	i := start(t, server.Config{})
	p := ready(t, i)
	p.subscribe("s", "subscription { idle }")
	p.hear("next")
	p.say(`{"id":"s","type":"complete"}`)
	eventually(t, "the source ends", func() bool { return i.resolvers.Live.Load() == 0 })
	p.say(`{"id":"unknown","type":"complete"}`)
	p.subscribe("s", "{ hello }") // the id is free, and nothing was sent in between
	p.hear("next")
	p.hear("complete")
}

func TestSocketCaller(t *testing.T) {
	i := start(t, server.Config{Authenticate: knowAnna})
	tests := map[string]struct {
		upgrade http.Header
		init    string
		caller  string
	}{
		"Anonymous":      {nil, `{"type":"connection_init"}`, "anonymous"},
		"ByPayload":      {nil, `{"type":"connection_init","payload":{"Authorization":"Bearer annas-token"}}`, "anna"},
		"ByLowerPayload": {nil, `{"type":"connection_init","payload":{"authorization":"Bearer annas-token"}}`, "anna"},
		"ByHeader":       {http.Header{"Authorization": {"Bearer annas-token"}}, `{"type":"connection_init"}`, "anna"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p, _, err := dial(t, i, tt.upgrade)
			if err != nil {
				t.Fatal(err)
			}
			p.say(tt.init)
			p.hear("connection_ack")
			p.subscribe("q", "{ caller }")
			if f := p.hear("next"); string(f.Payload) != `{"data":{"caller":"`+tt.caller+`"}}` {
				t.Errorf("caller: %s", f.Payload)
			}
		})
	}
}

func TestSocketOrigin(t *testing.T) {
	i := start(t, server.Config{CORSOrigins: []string{"https://app.example.org"}})
	tests := map[string]struct {
		origin  string
		refused bool
	}{
		"NoPage":    {"", false},
		"OwnPage":   {"http://" + i.address, false},
		"Listed":    {"https://app.example.org", false},
		"Elsewhere": {"https://evil.example", true},
		"Opaque":    {"null", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := http.Header{}
			if tt.origin != "" {
				h.Set("Origin", tt.origin)
			}
			_, response, err := dial(t, i, h)
			if tt.refused != (err != nil) {
				t.Fatalf("dial: %v, want refused = %t", err, tt.refused)
			}
			if tt.refused && response.StatusCode != http.StatusForbidden {
				t.Errorf("status %d, want 403", response.StatusCode)
			}
		})
	}
}

func TestSocketSubprotocol(t *testing.T) {
	i := start(t, server.Config{})
	for name, offered := range map[string][]string{"None": nil, "Legacy": {"graphql-ws"}} {
		t.Run(name, func(t *testing.T) {
			_, response, err := websocket.Dial(t.Context(), i.url("/graphql"), &websocket.DialOptions{
				HTTPClient: client, Subprotocols: offered,
			})
			if err == nil || response.StatusCode != http.StatusBadRequest {
				t.Errorf("dial: %v, want 400", err)
			}
		})
	}
}

func TestSocketWithoutPongsIsDropped(t *testing.T) {
	i := start(t, server.Config{KeepAlive: 150 * time.Millisecond})
	p := ready(t, i)
	p.subscribe("s", "subscription { idle }")
	p.hear("next")
	if f, err := p.read(); err != nil || f.Type != "ping" {
		t.Fatalf("heard %s, %v, want ping", f.Type, err)
	}
	p.closed()
	eventually(t, "the subscription ends", func() bool { return i.resolvers.Live.Load() == 0 })
}

func TestSocketWithPongsStays(t *testing.T) {
	i := start(t, server.Config{KeepAlive: 300 * time.Millisecond})
	p := ready(t, i)
	for range 3 {
		if f, err := p.read(); err != nil || f.Type != "ping" {
			t.Fatalf("heard %s, %v, want ping", f.Type, err)
		}
		p.say(`{"type":"pong"}`)
	}
	p.subscribe("q", "{ hello }")
	p.hear("next")
}

func TestSocketStalledConsumerIsDropped(t *testing.T) {
	i := start(t, server.Config{StallTimeout: 50 * time.Millisecond})
	p := ready(t, i)
	p.subscribe("s", "subscription { flood }")
	eventually(t, "the subscription starts", func() bool { return i.resolvers.Live.Load() == 1 })
	eventually(t, "the subscription ends", func() bool { return i.resolvers.Live.Load() == 0 })
}
