package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/server/internal/testschema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for something that must happen.
const patience = 10 * time.Second

// client opens a new connection for each request, so that none outlives its
// test.
var client = &http.Client{
	Timeout:       patience,
	Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// instance is a server on a loopback port.
type instance struct {
	address   string
	resolvers *testschema.Resolvers
	log       *logBuffer
	stop      func() // drains, and waits for Serve to return
}

func (i *instance) url(path string) string { return "http://" + i.address + path }

// start serves the test schema until the test ends. Public content never
// changes unless the test changes it.
func start(t testing.TB, config server.Config) *instance {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	i := &instance{
		address: listener.Addr().String(),
		resolvers: &testschema.Resolvers{
			Entered: make(chan struct{}, 1),
			Gate:    make(chan struct{}),
			Caller:  callerOf,
			Edition: editionOf,
			Abort:   http.ErrAbortHandler,
		},
		log: &logBuffer{},
	}
	config.Schema = testschema.New(i.resolvers)
	if config.Pin == nil {
		config.Pin = newShelf().pin
	}
	config.Logger = slog.New(server.LogHandler(slog.NewJSONHandler(i.log, &slog.HandlerOptions{Level: slog.LevelDebug})))

	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.New(config).Serve(ctx, listener) }()
	i.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	t.Cleanup(i.stop)
	return i
}

// logBuffer collects JSON log records.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// records returns the records with the message msg.
func (b *logBuffer) records(t *testing.T, msg string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for line := range strings.Lines(b.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		if record["msg"] == msg {
			found = append(found, record)
		}
	}
	return found
}

// answer is a fully read response.
type answer struct {
	status int
	header http.Header
	body   string
	parsed struct {
		Data       json.RawMessage
		Errors     []gqlError
		Extensions map[string]any
		HasNext    *bool
	}
}

type gqlError struct {
	Message    string
	Path       []any
	Locations  []struct{ Line, Column int }
	Extensions struct {
		Code      string
		Field     string
		RequestID string
		Reason    string
	}
}

func (a answer) code() string {
	if len(a.parsed.Errors) == 0 {
		return ""
	}
	return a.parsed.Errors[0].Extensions.Code
}

type header map[string]string

func send(t testing.TB, method, url string, h header, body io.Reader) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range h {
		if name == "Host" {
			request.Host = value
		}
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: response.StatusCode, header: response.Header, body: string(text)}
	encoded := response.Header.Get("Content-Encoding") != ""
	if len(text) > 0 && !encoded && strings.Contains(response.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(text, &a.parsed); err != nil {
			t.Fatalf("answer %q: %v", text, err)
		}
	}
	return a
}

const modern = "application/graphql-response+json"

// post sends a query as current clients do.
func post(t testing.TB, i *instance, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	return send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json", "Accept": modern}, bytes.NewReader(body))
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("still waiting: %s", what)
		case <-time.After(time.Millisecond):
		}
	}
}
