package server_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/server"
)

func TestRequests(t *testing.T) {
	i := start(t, server.Config{})
	get := func(params string) string { return "/graphql?" + params }
	jsonBody := header{"Content-Type": "application/json"}
	hello := `{"query":"{ hello }"}`

	tests := map[string]struct {
		method, path string
		header       header
		body         string
		chunked      bool
		status       int
		code         string
		allow        string
		media        string
	}{
		"QueryAnswers":             {body: hello, header: jsonBody, status: 200, media: "application/json"},
		"ModernMediaWins":          {body: hello, header: header{"Accept": "application/json;q=0.5, " + modern}, status: 200, media: modern},
		"HighestQualityWins":       {body: hello, header: header{"Accept": modern + ";q=0.1, application/json;q=0.9"}, status: 200, media: "application/json"},
		"WildcardIsJSON":           {body: hello, header: header{"Accept": "*/*"}, status: 200, media: "application/json"},
		"UrqlAcceptIsJSON":         {body: hello, header: header{"Accept": modern + ", application/json, text/event-stream, multipart/mixed"}, status: 200, media: modern},
		"ZeroQualityIsRefused":     {body: hello, header: header{"Accept": "application/json;q=0"}, status: 406, code: "BAD_REQUEST"},
		"ForeignMediaIsRefused":    {body: hello, header: header{"Accept": "text/html"}, status: 406, code: "BAD_REQUEST"},
		"ForeignCharsetIsRefused":  {body: hello, header: header{"Accept": "application/json;charset=utf-16"}, status: 406, code: "BAD_REQUEST"},
		"UTF8CharsetIsRead":        {body: hello, header: header{"Content-Type": "application/json; charset=UTF-8"}, status: 200},
		"EBCDICIsRefused":          {body: hello, header: header{"Content-Type": "application/json; charset=ibm037"}, status: 415, code: "BAD_REQUEST"},
		"PlainTextIsRefused":       {body: hello, header: header{"Content-Type": "text/plain"}, status: 415, code: "BAD_REQUEST"},
		"FormIsRefused":            {body: "query={hello}", header: header{"Content-Type": "application/x-www-form-urlencoded"}, status: 415, code: "BAD_REQUEST"},
		"MultipartIsRefused":       {body: hello, header: header{"Content-Type": "multipart/form-data; boundary=x"}, status: 415, code: "BAD_REQUEST"},
		"NoTypeIsRefused":          {body: hello, header: header{"Content-Type": ""}, status: 415, code: "BAD_REQUEST"},
		"GzipIsRefused":            {body: hello, header: header{"Content-Encoding": "gzip"}, status: 415, code: "BAD_REQUEST"},
		"HeadNamesMethods":         {method: http.MethodHead, status: 405, allow: "GET, POST, OPTIONS"},
		"PutNamesMethods":          {method: http.MethodPut, body: hello, status: 405, allow: "GET, POST, OPTIONS", code: "BAD_REQUEST"},
		"DeleteNamesMethods":       {method: http.MethodDelete, status: 405, allow: "GET, POST, OPTIONS", code: "BAD_REQUEST"},
		"OptionsNamesMethods":      {method: http.MethodOptions, status: 204, allow: "GET, POST, OPTIONS"},
		"GetAnswers":               {method: http.MethodGet, path: get("query={hello}"), status: 200},
		"GetMutationIsRefused":     {method: http.MethodGet, path: get("query=mutation{bump}"), status: 405, allow: "POST", code: "BAD_REQUEST"},
		"GetTwiceIsRefused":        {method: http.MethodGet, path: get("query={hello}&query={hello}"), status: 400, code: "BAD_REQUEST"},
		"GetVariablesMustBeObject": {method: http.MethodGet, path: get("query={hello}&variables=[1]"), status: 400, code: "BAD_REQUEST"},
		"GetVariablesTrailingJunk": {method: http.MethodGet, path: get("query={hello}&variables={}{}"), status: 400, code: "BAD_REQUEST"},
		"LongURLIsRefused":         {method: http.MethodGet, path: get("query={hello}" + strings.Repeat("+", 9000)), status: 414, code: "BAD_REQUEST"},
		"LargeHeaderIsRefused":     {body: hello, header: header{"X-Filler": strings.Repeat("x", 40<<10)}, status: 431},
		"LargeBodyIsRefused":       {body: strings.Repeat(" ", 2<<20), status: 413, code: "BAD_REQUEST"},
		"LargeChunksAreRefused":    {body: strings.Repeat(" ", 2<<20), chunked: true, status: 413, code: "BAD_REQUEST"},
		"EmptyBodyIsRefused":       {body: "", status: 400, code: "BAD_REQUEST"},
		"NullIsRefused":            {body: "null", status: 400, code: "BAD_REQUEST"},
		"NumberIsRefused":          {body: "7", status: 400, code: "BAD_REQUEST"},
		"BatchIsRefused":           {body: "[" + hello + "]", status: 400, code: "BAD_REQUEST"},
		"TrailingJunkIsRefused":    {body: hello + "junk", status: 400, code: "BAD_REQUEST"},
		"TwoDocumentsAreRefused":   {body: hello + hello, status: 400, code: "BAD_REQUEST"},
		"RepeatedMemberIsRefused":  {body: `{"query":"{ hello }","query":"{ hello }"}`, status: 400, code: "BAD_REQUEST"},
		"UpperCaseIsUnknown":       {body: `{"QUERY":"{ hello }"}`, status: 400, code: "BAD_REQUEST"},
		"UnknownMemberIsIgnored":   {body: `{"query":"{ hello }","id":[1,{"a":2}]}`, status: 200},
		"NullMembersAreAbsent":     {body: `{"query":"{ hello }","variables":null,"operationName":null,"extensions":null}`, status: 200},
		"BadUTF8IsRefused":         {body: "{\"query\":\"{ hello(name:\\\"\xff\\\") }\"}", status: 400, code: "BAD_REQUEST"},
		"QueryMustBeString":        {body: `{"query":{"a":1}}`, status: 400, code: "BAD_REQUEST"},
		"VariablesMustBeObject":    {body: `{"query":"{ hello }","variables":"x"}`, status: 400, code: "BAD_REQUEST"},
		"MissingQueryIsRefused":    {body: `{}`, status: 400, code: "BAD_REQUEST"},
		"SyntaxErrorIsLegacy200":   {body: `{"query":"{"}`, status: 200, code: "GRAPHQL_PARSE_FAILED"},
		"SyntaxErrorIsModern400":   {body: `{"query":"{"}`, header: header{"Accept": modern}, status: 400, code: "GRAPHQL_PARSE_FAILED"},
		"UnknownFieldIsLegacy200":  {body: `{"query":"{ nope }"}`, status: 200, code: "GRAPHQL_VALIDATION_FAILED"},
		"UnknownFieldIsModern400":  {body: `{"query":"{ nope }"}`, header: header{"Accept": modern}, status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		"NoOperationIsInvalid":     {body: `{"query":"fragment A on Query { hello }"}`, status: 200, code: "GRAPHQL_VALIDATION_FAILED"},
		"OperationMustBeNamed":     {body: `{"query":"query A { hello } query B { hello }"}`, status: 200, code: "GRAPHQL_VALIDATION_FAILED"},
		"OperationMustExist":       {body: `{"query":"query A { hello }","operationName":"B"}`, status: 200, code: "GRAPHQL_VALIDATION_FAILED"},
		"DeferIsForQueries":        {body: `{"query":"mutation { ... @defer { bump } }"}`, status: 200, code: "GRAPHQL_VALIDATION_FAILED"},
		"PlainSubscriptionRefused": {body: `{"query":"subscription { idle }"}`, status: 200, code: "SUBSCRIPTION_NOT_SUPPORTED"},
		"UnknownPathIs404":         {method: http.MethodGet, path: "/nope", status: 404},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			method, path, h := http.MethodPost, "/graphql", header{"Content-Type": "application/json"}
			if tt.method != "" {
				method = tt.method
			}
			if tt.path != "" {
				path = tt.path
			}
			for k, v := range tt.header {
				h[k] = v
			}
			var body io.Reader = strings.NewReader(tt.body)
			if tt.chunked {
				body = struct{ io.Reader }{body}
			}
			got := send(t, method, i.url(path), h, body)
			if got.status != tt.status || got.code() != tt.code {
				t.Fatalf("%d %q, want %d %q: %s", got.status, got.code(), tt.status, tt.code, got.body)
			}
			if got.header.Get("Allow") != tt.allow {
				t.Errorf("Allow: %q, want %q", got.header.Get("Allow"), tt.allow)
			}
			if media, _, _ := strings.Cut(got.header.Get("Content-Type"), ";"); tt.media != "" && media != tt.media {
				t.Errorf("media type %q, want %q", media, tt.media)
			}
			if tt.code != "" && strings.Contains(got.body, `"data"`) {
				t.Errorf("a request error has data: %s", got.body)
			}
			if tt.code == "BAD_REQUEST" && (strings.Contains(got.body, "junk") || strings.Contains(got.body, "hello")) {
				t.Errorf("the request is echoed: %s", got.body)
			}
		})
	}
}

func TestAnswerKeepsFieldsInOrder(t *testing.T) {
	i := start(t, server.Config{})
	got := post(t, i, `query($n: Int!) { b: double(of: $n) nodes(first: 1) { label id } a: hello }`, map[string]any{"n": 21})
	want := `{"data":{"b":42,"nodes":[{"label":"node 0","id":"0"}],"a":"hello world"}}`
	if got.status != 200 || got.body != want {
		t.Errorf("%d %s, want %s", got.status, got.body, want)
	}
}

func TestDraftStatus(t *testing.T) {
	i := start(t, server.Config{Draft: true})
	tests := map[string]struct {
		body   string
		status int
	}{
		"Whole":        {`{"query":"{ hello }"}`, 200},
		"Partial":      {`{"query":"{ hello fail(kind: \"field\") }"}`, 294},
		"NotJSON":      {`{`, 400},
		"Malformed":    {`{"query":7}`, 422},
		"SyntaxError":  {`{"query":"{"}`, 400},
		"Invalid":      {`{"query":"{ nope }"}`, 422},
		"BadVariable":  {`{"query":"query($n: Int!) { double(of: $n) }","variables":{"n":"x"}}`, 422},
		"NoOperation":  {`{"query":"query A { hello } query B { hello }"}`, 422},
		"TooExpensive": {`{"query":"mutation { bump a: bump }"}`, 400},
	}
	for name, tt := range tests {
		for _, media := range []string{"application/json", modern} {
			t.Run(name+"/"+media, func(t *testing.T) {
				got := send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json", "Accept": media}, strings.NewReader(tt.body))
				if got.status != tt.status {
					t.Errorf("status %d, want %d: %s", got.status, tt.status, got.body)
				}
			})
		}
	}
}

func TestForgery(t *testing.T) {
	i := start(t, server.Config{CORSOrigins: []string{"https://app.example.org"}})
	plain := header{"Content-Type": ""}
	stream := func(extra header) header {
		h := header{"Accept": "text/event-stream"}
		for k, v := range extra {
			h[k] = v
		}
		return h
	}
	tests := map[string]struct {
		header header
		status int
	}{
		"BareGetIsRefused":                {plain, 400},
		"JSONTypePasses":                  {header{"Content-Type": "application/json"}, 200},
		"ForeignTypeIsRefused":            {header{"Content-Type": "foo/bar", "Apollo-Require-Preflight": "1"}, 415},
		"SimpleTypeIsRefused":             {header{"Content-Type": "text/plain"}, 415},
		"PreflightHeaderPasses":           {header{"Apollo-Require-Preflight": "1"}, 200},
		"OperationNameHeaderPasses":       {header{"X-Apollo-Operation-Name": "A"}, 200},
		"GraphQLHeaderPasses":             {header{"GraphQL-Require-Preflight": "1"}, 200},
		"EventSourcePasses":               {stream(nil), 200},
		"EventSourceOfOwnPagePasses":      {stream(header{"Sec-Fetch-Site": "same-origin"}), 200},
		"EventSourceOfAppPasses":          {stream(header{"Sec-Fetch-Site": "cross-site", "Origin": "https://app.example.org"}), 200},
		"EventSourceOfOtherSiteIsRefused": {stream(header{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}), 400},
		"EventSourceOpaqueIsRefused":      {stream(header{"Origin": "null"}), 400},
		"NoCorsFetchIsRefused":            {stream(header{"Sec-Fetch-Site": "cross-site"}), 400},
		"EventSourceWithTypeIsRefused":    {stream(header{"Content-Type": "text/plain"}), 415},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := send(t, http.MethodGet, i.url("/graphql?query="+url.QueryEscape("{ hello }")), tt.header, nil)
			if got.status != tt.status {
				t.Errorf("status %d, want %d: %s", got.status, tt.status, got.body)
			}
		})
	}
}

func TestCheckOrigin(t *testing.T) {
	for origin, ok := range map[string]bool{
		"*": true, "https://app.example.org": true, "https://app.example.org:8443": true, "http://localhost:*": true,
		"HTTPS://App.Example.org": true, "http://[::1]:3000": true, "capacitor://localhost": true,
		"": false, "null": false, "app.example.org": false, "localhost:3000": false, "https://": false,
		"https://app.example.org/": false, "https://app.example.org/app": false, "https://app.example.org?x": false,
		"https://*.example.org": false, "https://ann@app.example.org": false, "https://app.example.org:443": false,
		"http://localhost:80": false, "http://localhost:1:*": false, "https://a.example https://b.example": false,
	} {
		if err := server.CheckOrigin(origin); (err == nil) != ok {
			t.Errorf("%q: %v", origin, err)
		}
	}
}

func TestCORS(t *testing.T) {
	i := start(t, server.Config{CORSOrigins: []string{"https://app.example.org", "http://localhost:*"}})
	tests := map[string]struct {
		origin  string
		allowed bool
	}{
		"Listed":                 {"https://app.example.org", true},
		"AnyPort":                {"http://localhost:5173", true},
		"OtherScheme":            {"https://localhost:5173", false},
		"OtherPort":              {"https://app.example.org:8443", false},
		"Subdomain":              {"https://evil.app.example.org", false},
		"Prefix":                 {"http://localhost.evil.example:80", false},
		"Credentials":            {"http://localhost:80@evil.example", false},
		"Opaque":                 {"null", false},
		"Unlisted":               {"https://evil.example", false},
		"OwnOriginNeedsNoHeader": {"", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := header{"Content-Type": "application/json", "Origin": tt.origin}
			got := send(t, http.MethodPost, i.url("/graphql"), h, strings.NewReader(`{"query":"{ hello }"}`))
			preflight := send(t, http.MethodOptions, i.url("/graphql"), header{
				"Origin": tt.origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type",
			}, nil)
			want := ""
			if tt.allowed {
				want = tt.origin
			}
			for _, a := range []answer{got, preflight} {
				if allow := a.header.Get("Access-Control-Allow-Origin"); allow != want {
					t.Errorf("allowed origin %q, want %q", allow, want)
				}
				if a.header.Get("Access-Control-Allow-Credentials") != "" {
					t.Error("credentials are allowed")
				}
			}
			if !strings.Contains(strings.Join(got.header.Values("Vary"), ","), "Origin") {
				t.Errorf("Vary: %q", got.header.Values("Vary"))
			}
			if tt.allowed && !strings.EqualFold(preflight.header.Get("Access-Control-Allow-Headers"), "authorization,content-type") {
				t.Errorf("allowed headers %q", preflight.header.Get("Access-Control-Allow-Headers"))
			}
		})
	}
}

func TestDeferInOneAnswer(t *testing.T) {
	i := start(t, server.Config{})
	got := post(t, i, `{ hello nodes { ... @defer(label: "l") { late children { label } } id } last: hello }`, nil)
	want := `{"data":{"hello":"hello world","nodes":[` +
		`{"id":"0","late":"late 0","children":[{"label":"node 00"},{"label":"node 01"}]},` +
		`{"id":"1","late":"late 1","children":[{"label":"node 10"},{"label":"node 11"}]}],"last":"hello world"}}`
	if diff := cmp.Diff(canonical(t, want), canonical(t, got.body)); diff != "" {
		t.Errorf("answer differs (-want +got):\n%s", diff)
	}
	if got.parsed.HasNext != nil {
		t.Error("a single answer announces more")
	}
}

func TestDeferInParts(t *testing.T) {
	i := start(t, server.Config{})
	const query = `{"query":"{ nodes { id ... @defer { late } } }"}`
	tests := map[string]struct {
		accept string
		parts  bool
	}{
		"Apollo":      {"multipart/mixed;deferSpec=20220824," + modern, true},
		"Urql":        {modern + ", multipart/mixed", true},
		"NewerSpec":   {"multipart/mixed;incrementalSpec=v0.2," + modern, false},
		"OtherSpec":   {"multipart/mixed;deferSpec=20991231," + modern, false},
		"OnlyOnePart": {modern, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json", "Accept": tt.accept}, strings.NewReader(query))
			if parts := strings.HasPrefix(got.header.Get("Content-Type"), "multipart/mixed"); parts != tt.parts {
				t.Fatalf("answered as %s", got.header.Get("Content-Type"))
			}
			if !strings.Contains(got.body, `"late 0"`) || !strings.Contains(got.body, `"late 1"`) {
				t.Errorf("deferred fields are missing: %s", got.body)
			}
			if tt.parts && (!strings.HasSuffix(got.body, "\r\n-----\r\n") || !strings.Contains(got.body, `"hasNext":true`) || !strings.Contains(got.body, `"hasNext":false`)) {
				t.Errorf("parts are not delimited: %q", got.body)
			}
		})
	}
}

func TestPersistedQueries(t *testing.T) {
	i := start(t, server.Config{})
	const query = "{ hello }"
	const hash = "acdc1b1ec3dd1be7d1e3b4e1a7c3e0ea45d4d1ac4c6e9d6f9ab1a9bf9d9a0f00"
	ask := func(body string) answer {
		return send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json", "Accept": modern}, strings.NewReader(body))
	}
	extension := func(sum string) string {
		return `"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + sum + `"}}`
	}

	if got := ask(`{` + extension(sum(query)) + `}`); got.code() != "PERSISTED_QUERY_NOT_FOUND" || got.parsed.Errors[0].Message != "PersistedQueryNotFound" {
		t.Fatalf("unknown hash: %s", got.body)
	}
	if got := ask(`{"query":"` + query + `",` + extension(hash) + `}`); got.code() != "BAD_REQUEST" {
		t.Fatalf("wrong hash: %s", got.body)
	}
	if got := ask(`{` + extension(hash) + `}`); got.code() != "PERSISTED_QUERY_NOT_FOUND" {
		t.Fatalf("a wrong hash was remembered: %s", got.body)
	}
	if got := ask(`{"query":"` + query + `",` + extension(sum(query)) + `}`); got.status != 200 {
		t.Fatalf("hash with text: %s", got.body)
	}
	if got := ask(`{` + extension(sum(query)) + `}`); got.status != 200 || got.body != `{"data":{"hello":"hello world"}}` {
		t.Fatalf("known hash: %s", got.body)
	}
	if got := ask(`{"query":"` + query + `","extensions":{"persistedQuery":{"version":2,"sha256Hash":"x"}}}`); got.code() != "BAD_REQUEST" {
		t.Fatalf("unknown version: %s", got.body)
	}
}

func TestIntrospection(t *testing.T) {
	forms := map[string]string{
		"Schema":         `{ __schema { queryType { name } } }`,
		"Type":           `{ __type(name: "Node") { name } }`,
		"Alias":          `{ hello x: __schema { queryType { name } } }`,
		"Fragment":       `{ ...F } fragment F on Query { __schema { queryType { name } } }`,
		"InlineFragment": `{ ... on Query { ... { __type(name: "Node") { name } } } }`,
		"OtherOperation": `query A { hello } query B { __schema { queryType { name } } }`,
		"Deferred":       `{ ... @defer { __schema { queryType { name } } } }`,
	}
	on, off := start(t, server.Config{Introspection: true}), start(t, server.Config{})
	for name, query := range forms {
		t.Run(name, func(t *testing.T) {
			body := `{"query":"` + strings.ReplaceAll(query, `"`, `\"`) + `","operationName":` + map[bool]string{true: `"A"`, false: "null"}[name == "OtherOperation"] + `}`
			h := header{"Content-Type": "application/json"}
			if got := send(t, http.MethodPost, on.url("/graphql"), h, strings.NewReader(body)); got.code() != "" {
				t.Errorf("on: %s", got.body)
			}
			for range 2 { // the second time, the document is known
				if got := send(t, http.MethodPost, off.url("/graphql"), h, strings.NewReader(body)); got.code() != "INTROSPECTION_DISABLED" || got.parsed.Data != nil {
					t.Errorf("off: %s", got.body)
				}
			}
		})
	}
	if got := post(t, off, `{ __typename nodes { __typename } }`, nil); got.status != 200 {
		t.Errorf("__typename is refused: %s", got.body)
	}
}

func TestSuggestions(t *testing.T) {
	typos := map[string]string{
		"Field":      `{ helo }`,
		"Argument":   `{ hello(nam: "x") }`,
		"Type":       `{ ...F } fragment F on Quer { hello }`,
		"InputField": `{ chooseIn(box: {choic: {name: "x"}}) }`,
		"Enum":       `{ mood(of: CALMM) }`,
		"Leaf":       `{ nodes }`,
	}
	on, off := start(t, server.Config{Suggestions: true}), start(t, server.Config{})
	for name, query := range typos {
		t.Run(name, func(t *testing.T) {
			if got := post(t, on, query, nil); !strings.Contains(got.body, "Did you mean") {
				t.Errorf("on: %s", got.body)
			}
			if got := post(t, off, query, nil); got.code() != "GRAPHQL_VALIDATION_FAILED" || strings.Contains(got.body, "Did you mean") {
				t.Errorf("off: %s", got.body)
			}
		})
	}
}

func TestOneOf(t *testing.T) {
	i := start(t, server.Config{})
	type vars = map[string]any
	const choose = `query($by: Choice) { choose(by: $by) }`
	const chooseAll = `query($by: [Choice!]!) { chooseAll(by: $by) }`
	const chooseIn = `query($box: Box!) { chooseIn(box: $box) }`
	tests := map[string]struct {
		query     string
		variables vars
		field     string // at fault; "" means accepted
	}{
		"One":             {choose, vars{"by": vars{"name": "x"}}, ""},
		"Absent":          {choose, nil, ""},
		"Null":            {choose, vars{"by": nil}, ""},
		"Two":             {choose, vars{"by": vars{"name": "x", "number": 1}}, "by"},
		"None":            {choose, vars{"by": vars{}}, "by"},
		"NullField":       {choose, vars{"by": vars{"name": nil}}, "by"},
		"OneAndNull":      {choose, vars{"by": vars{"name": "x", "number": nil}}, "by"},
		"InList":          {chooseAll, vars{"by": []any{vars{"name": "x"}, vars{}}}, "by[1]"},
		"SingleAsList":    {chooseAll, vars{"by": vars{"name": "x", "number": 1}}, "by"},
		"Nested":          {chooseIn, vars{"box": vars{"choice": vars{}}}, "box.choice"},
		"NestedInList":    {chooseIn, vars{"box": vars{"choices": []any{vars{"number": 1}, vars{"name": "x", "number": 1}}}}, "box.choices[1]"},
		"NestedInOneOf":   {choose, vars{"by": vars{"box": vars{"choice": vars{}}}}, "by.box.choice"},
		"ValidDefault":    {`query($by: Choice = {name: "x"}) { choose(by: $by) }`, nil, ""},
		"DefaultReplaced": {`query($by: Choice = {name: "x"}) { choose(by: $by) }`, vars{"by": vars{}}, "by"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := post(t, i, tt.query, tt.variables)
			if tt.field == "" {
				if got.status != 200 || len(got.parsed.Errors) > 0 {
					t.Errorf("refused: %s", got.body)
				}
				return
			}
			if got.code() != "INVALID_INPUT" || got.parsed.Errors[0].Extensions.Field != tt.field {
				t.Errorf("want INVALID_INPUT at %q: %s", tt.field, got.body)
			}
		})
	}
}

type callerKey struct{}

func callerOf(ctx context.Context) string {
	name, _ := ctx.Value(callerKey{}).(string)
	return name
}

// knowAnna accepts one token, and callers without a token.
func knowAnna(ctx context.Context, token string) (context.Context, error) {
	switch token {
	case "":
		return context.WithValue(ctx, callerKey{}, "anonymous"), nil
	case "annas-token":
		return context.WithValue(ctx, callerKey{}, "anna"), nil
	case "of-an-issuer-that-is-away":
		return nil, fault.Unreachable(errors.New("the keys are unavailable"))
	default:
		return nil, errors.New("signature mismatch")
	}
}

func TestAuthentication(t *testing.T) {
	i := start(t, server.Config{Authenticate: knowAnna})
	tests := map[string]struct {
		authorization, accept string
		status                int
		body                  string
	}{
		"Anonymous":           {"", modern, 200, `{"data":{"caller":"anonymous"}}`},
		"Known":               {"Bearer annas-token", modern, 200, `{"data":{"caller":"anna"}}`},
		"SchemeAnyCase":       {"bearer annas-token", modern, 200, `{"data":{"caller":"anna"}}`},
		"Unknown":             {"Bearer forged", modern, 401, ""},
		"UnknownIsLegacy":     {"Bearer forged", "application/json", 200, ""},
		"OtherScheme":         {"Basic YTpi", modern, 401, ""},
		"SchemeAlone":         {"Bearer", modern, 401, ""},
		"UnknownOnStreams":    {"Bearer forged", "text/event-stream", 200, ""},
		"IssuerIsUnreachable": {"Bearer of-an-issuer-that-is-away", modern, 503, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := header{"Content-Type": "application/json", "Accept": tt.accept}
			if tt.authorization != "" {
				h["Authorization"] = tt.authorization
			}
			got := send(t, http.MethodPost, i.url("/graphql"), h, strings.NewReader(`{"query":"{ caller }"}`))
			if got.status != tt.status {
				t.Errorf("status %d, want %d", got.status, tt.status)
			}
			if tt.body != "" && got.body != tt.body {
				t.Errorf("body %s, want %s", got.body, tt.body)
			}
			code := "UNAUTHENTICATED"
			if tt.status == http.StatusServiceUnavailable {
				code = "UNAVAILABLE"
			}
			if tt.body == "" && (!strings.Contains(got.body, code) || strings.Contains(got.body, "signature")) {
				t.Errorf("body %s", got.body)
			}
		})
	}
	if strings.Contains(i.log.String(), "annas-token") || strings.Contains(i.log.String(), "forged") {
		t.Error("the log contains a token")
	}
}

func TestDeadline(t *testing.T) {
	i := start(t, server.Config{RequestTimeout: 20 * time.Millisecond})
	got := post(t, i, `{ stuck }`, nil)
	if got.code() != "TIMEOUT" {
		t.Errorf("answer %s", got.body)
	}
}
