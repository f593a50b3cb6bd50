package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/server"
)

func TestErrors(t *testing.T) {
	i := start(t, server.Config{})
	type vars = map[string]any
	tests := map[string]struct {
		query     string
		variables vars
		code      string
		field     string
		message   string
		path      []any
		logged    string // message of the expected log record
	}{
		"Fault":              {query: `{ x: fail(kind: "field") }`, code: "INVALID_INPUT", field: "kind", message: "kind cannot be used", path: []any{"x"}},
		"WrappedFault":       {query: `{ fail(kind: "wrapped") }`, code: "NOT_FOUND", message: "no such kind", path: []any{"fail"}},
		"CauseIsLoggedOnly":  {query: `{ fail(kind: "unreachable") }`, code: "UNAVAILABLE", path: []any{"fail"}, logged: "request failed"},
		"Unclassified":       {query: `{ fail(kind: "other") }`, code: "INTERNAL", message: "internal error", path: []any{"fail"}, logged: "unclassified error"},
		"BrokenNonNull":      {query: `{ fail(kind: "null") }`, code: "INTERNAL", message: "internal error", path: []any{"fail"}, logged: "unclassified error"},
		"Deadline":           {query: `{ fail(kind: "deadline") }`, code: "TIMEOUT", path: []any{"fail"}},
		"ResolverPanics":     {query: `{ panic }`, code: "INTERNAL", message: "internal error", path: []any{"panic"}, logged: "panic"},
		"WriterPanics":       {query: `{ explode }`, code: "INTERNAL", message: "internal error", logged: "panic"},
		"LiteralOutOfRange":  {query: `{ shrink(of: 3000000000000) }`, code: "INVALID_INPUT", field: "of", path: []any{"shrink"}},
		"VariableOutOfRange": {query: `query($n: Small!) { shrink(of: $n) }`, variables: vars{"n": 3e12}, code: "INVALID_INPUT", field: "of"},
		"VariableNotANumber": {query: `query($n: Small!) { shrink(of: $n) }`, variables: vars{"n": "x"}, code: "INVALID_INPUT", field: "of"},
		"WrongVariable":      {query: `query($n: Int!) { double(of: $n) }`, variables: vars{"n": "x"}, code: "INVALID_INPUT", field: "n"},
		"MissingVariable":    {query: `query($n: Int!) { double(of: $n) }`, code: "INVALID_INPUT", field: "n"},
		"ScalarRefuses":      {query: `{ d: day(of: "soon") }`, code: "INVALID_INPUT", field: "of", message: "a day has the form 2020-11-18", path: []any{"d"}},
		"WrongEnum":          {query: `query($m: Mood!) { mood(of: $m) }`, variables: vars{"m": "HAPPY"}, code: "INVALID_INPUT", field: "m"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := post(t, i, tt.query, tt.variables)
			if len(got.parsed.Errors) == 0 {
				t.Fatalf("no errors: %s", got.body)
			}
			e := got.parsed.Errors[0]
			if e.Extensions.Code != tt.code || (tt.field != "" && e.Extensions.Field != tt.field) {
				t.Errorf("%s at %q, want %s at %q: %s", e.Extensions.Code, e.Extensions.Field, tt.code, tt.field, e.Message)
			}
			if tt.message != "" && e.Message != tt.message {
				t.Errorf("message %q, want %q", e.Message, tt.message)
			}
			if diff := cmp.Diff(tt.path, e.Path); tt.path != nil && diff != "" {
				t.Errorf("path differs (-want +got):\n%s", diff)
			}
			if e.Extensions.RequestID == "" || e.Extensions.RequestID != got.header.Get("X-Request-Id") {
				t.Errorf("requestId %q, header %q", e.Extensions.RequestID, got.header.Get("X-Request-Id"))
			}
			if strings.Contains(got.body, "10.0.0.7") || strings.Contains(got.body, "goroutine") {
				t.Errorf("internals leak: %s", got.body)
			}
			if tt.logged != "" {
				records := i.log.records(t, tt.logged)
				if len(records) == 0 || records[len(records)-1]["request_id"] != e.Extensions.RequestID {
					t.Errorf("no log record %q of this request", tt.logged)
				}
			}
		})
	}
	for _, panicked := range i.log.records(t, "panic") {
		if !strings.Contains(fmt.Sprint(panicked["stack"]), "testschema") {
			t.Errorf("no stack: %v", panicked["stack"])
		}
	}
}

func TestEveryErrorHasACode(t *testing.T) {
	i := start(t, server.Config{})
	for query, want := range map[string]fault.Code{
		"":                                fault.BadRequest,
		"{":                               fault.ParseFailed,
		"{ nope }":                        fault.ValidationFailed,
		"mutation { bump a: bump }":       fault.QueryTooComplex,
		"{ __schema { types { name } } }": fault.IntrospectionDisabled,
		"subscription { idle }":           fault.SubscriptionUnsupported,
		`{ fail(kind: "other") }`:         fault.Internal,
	} {
		if code := post(t, i, query, nil).code(); code != string(want) {
			t.Errorf("code of %q: %q, want %s", query, code, want)
		}
	}
}

func TestASubscriptionHasOneRootField(t *testing.T) {
	i := start(t, server.Config{})
	for _, query := range []string{"subscription { idle @skip(if: true) }", "subscription { idle @include(if: false) }"} {
		if code := post(t, i, query, nil).code(); code != string(fault.ValidationFailed) {
			t.Errorf("%s: %s", query, code)
		}
	}
}

func TestAccessLog(t *testing.T) {
	i := start(t, server.Config{})
	h := header{"Content-Type": "application/json", "X-Request-Id": "from-the-proxy.1"}
	body := `{"query":"query Greet($n: String!) { hello(name: $n) fail(kind: \"secret-literal\") }","variables":{"n":"secret-variable"}}`
	got := send(t, "POST", i.url("/graphql?secret=query"), h, strings.NewReader(body))
	i.stop() // the line is written after the answer

	records := i.log.records(t, "request")
	if len(records) != 1 {
		t.Fatalf("%d lines, want 1", len(records))
	}
	record := records[0]
	for name, want := range map[string]any{
		"request_id": "from-the-proxy.1",
		"method":     "POST",
		"path":       "/graphql",
		"status":     200.0,
		"bytes":      float64(len(got.body)),
		"operation":  map[string]any{"name": "Greet", "type": "query"},
		"codes":      []any{"INTERNAL"},
	} {
		if diff := cmp.Diff(want, record[name]); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", name, diff)
		}
	}
	if _, ok := record["duration"].(float64); !ok {
		t.Errorf("duration %v", record["duration"])
	}
	if strings.Contains(i.log.String(), "secret") {
		t.Errorf("the log contains the query: %s", i.log)
	}
}

func TestRequestID(t *testing.T) {
	i := start(t, server.Config{})
	tests := map[string]struct {
		given string
		kept  bool
	}{
		"Safe":    {"0f8b2c_A.7-x", true},
		"Absent":  {"", false},
		"Markup":  {"<script>", false},
		"Spaces":  {"a b", false},
		"TooLong": {strings.Repeat("a", 65), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := send(t, "GET", i.url("/healthz"), header{"X-Request-Id": tt.given}, nil).header.Get("X-Request-Id")
			if kept := got == tt.given; kept != tt.kept || got == "" {
				t.Errorf("id %q from %q", got, tt.given)
			}
		})
	}
}

func TestSocketOperationsAreLogged(t *testing.T) {
	i := start(t, server.Config{})
	p := ready(t, i)
	p.subscribe("a", "query Greet { hello }")
	p.hear("next")
	p.hear("complete")
	_ = p.conn.CloseNow()
	i.stop()
	operations, requests := i.log.records(t, "operation"), i.log.records(t, "request")
	if len(operations) != 1 || len(requests) != 1 {
		t.Fatalf("%d operations on %d requests, want 1 on 1", len(operations), len(requests))
	}
	if operations[0]["request_id"] != requests[0]["request_id"] || requests[0]["status"] != 101.0 {
		t.Errorf("operation %v of request %v", operations[0], requests[0])
	}
	if label, _ := json.Marshal(operations[0]["operation"]); string(label) != `{"name":"Greet","type":"query"}` {
		t.Errorf("operation %s", label)
	}
}
