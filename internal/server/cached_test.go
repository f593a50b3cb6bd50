package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/server"
)

func TestEquivalentRequestsRunOnce(t *testing.T) {
	const document = `query A($of: Letters, $bytes: Int = 100) { text(of: $of, bytes: $bytes) } query B { text }`
	ask := func(operation, variables string) string {
		return fmt.Sprintf(`{"query":%q,"operationName":%q,"variables":%s}`, document, operation, variables)
	}
	first := ask("A", `{"of":{"first":"a","second":"b","more":["c"]},"bytes":100}`)
	tests := map[string]struct {
		body   string
		header header
		same   bool
	}{
		"TheSameBytes":         {first, nil, true},
		"OrderOfVariables":     {ask("A", `{"bytes":100,"of":{"more":["c"],"second":"b","first":"a"}}`), nil, true},
		"WhiteSpace":           {ask("A", "{\n \"of\" : {\"first\":\"a\",\t\"second\":\"b\",\"more\":[ \"c\" ]}}"), nil, true},
		"Escapes":              {ask("A", `{"of":{"first":"\u0061","second":"b","more":["c"]}}`), nil, true},
		"DefaultOfTheVariable": {ask("A", `{"of":{"first":"a","second":"b","more":["c"]}}`), nil, true},
		"UnusedVariables":      {ask("A", `{"of":{"first":"a","second":"b","more":["c"]},"else":1}`), nil, true},
		"OrderOfTheRequest":    {fmt.Sprintf(`{"variables":{"of":{"first":"a","second":"b","more":["c"]}},"operationName":"A","query":%q}`, document), nil, true},
		"OtherAcceptHeader":    {first, header{"Accept": "application/graphql-response+json;q=0.9, */*;q=0.1"}, true},
		"OtherValue":           {ask("A", `{"of":{"first":"x","second":"b","more":["c"]}}`), nil, false},
		"OtherNumber":          {ask("A", `{"of":{"first":"a","second":"b","more":["c"]},"bytes":101}`), nil, false},
		"NullIsNotAbsent":      {ask("A", `{"of":{"first":"a","second":null,"more":["c"]}}`), nil, false},
		"AbsentIsNotNull":      {ask("A", `{"of":{"first":"a","more":["c"]}}`), nil, false},
		"OrderOfAList":         {ask("A", `{"of":{"first":"a","second":"b","more":["c","d"]}}`), nil, false},
		"OtherOperation":       {ask("B", `{}`), nil, false},
		"OtherMediaType":       {first, header{"Accept": "application/json"}, false},
		"OtherDocument":        {strings.Replace(first, "query B", "query  B", 1), nil, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			i := start(t, server.Config{})
			send := func(body string, more header) answer {
				h := header{"Content-Type": "application/json", "Accept": modern}
				for k, v := range more {
					h[k] = v
				}
				return send(t, http.MethodPost, i.url("/graphql"), h, strings.NewReader(body))
			}
			before, again := send(first, nil), send(tt.body, tt.header)
			if before.code() != "" || again.code() != "" || again.status != 200 {
				t.Fatalf("%s, %d %s", before.body, again.status, again.body)
			}
			if runs := i.resolvers.Texts.Load(); (runs == 1) != tt.same {
				t.Errorf("ran %d times", runs)
			}
			if media := strings.TrimSuffix(again.header.Get("Content-Type"), "; charset=utf-8"); media != modern && name != "OtherMediaType" {
				t.Errorf("Content-Type %q", media)
			}
			if third := send(tt.body, tt.header); third.body != again.body || third.header.Get("Content-Type") != again.header.Get("Content-Type") {
				t.Errorf("first %s, then %s", again.body, third.body)
			}
		})
	}
}

func TestPrivateAnswersAreNotCached(t *testing.T) {
	i := start(t, server.Config{Authenticate: (&identity.Authenticator{Own: issuer(t)}).Authenticate})
	for _, query := range []string{`{ caller }`, `{ text caller }`, `{ text nodes { late } }`, `{ text ... @defer { hello } }`, `{ text __schema { queryType { name } } }`} {
		before := i.resolvers.Texts.Load()
		get(t, i, url.Values{"query": {query}}, nil)
		got := get(t, i, url.Values{"query": {query}}, nil)
		if runs := i.resolvers.Texts.Load() - before; strings.Contains(query, "text") && !strings.Contains(query, "__schema") && runs != 2 {
			t.Errorf("%s: ran %d times", query, runs)
		}
		if got.header.Get("Etag") != "" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", query, got.header)
		}
	}
	bump := `mutation { bump }`
	post(t, i, bump, nil)
	if got := post(t, i, bump, nil); got.body != `{"data":{"bump":2}}` {
		t.Errorf("the second mutation: %s", got.body)
	}
}

func TestErrorsAreNotCached(t *testing.T) {
	i := start(t, server.Config{})
	if got := post(t, i, `{ flaky }`, nil); got.code() != "UNAVAILABLE" {
		t.Errorf("the first time: %s", got.body)
	}
	if got := post(t, i, `{ flaky }`, nil); got.body != `{"data":{"flaky":"well"}}` {
		t.Errorf("the second time: %s", got.body)
	}
	for _, query := range []string{`{ hello fail(kind: "field") }`, `{ fail(kind: "abort") }`, `{ nodes(first: -1) { id } }`} {
		h := header{"Content-Type": "application/json", "X-Request-Id": "first"}
		first := get(t, i, url.Values{"query": {query}}, h)
		h["X-Request-Id"] = "second"
		second := get(t, i, url.Values{"query": {query}}, h)
		if len(first.parsed.Errors) == 0 || len(second.parsed.Errors) == 0 || second.parsed.Errors[0].Extensions.RequestID == "first" {
			t.Errorf("%s: %s, then %s", query, first.body, second.body)
		}
		if second.header.Get("Cache-Control") != "no-store" || second.header.Get("Etag") != "" {
			t.Errorf("%s: %v", query, second.header)
		}
	}
}

func TestPublishInvalidatesTheCache(t *testing.T) {
	content := newShelf()
	i := start(t, server.Config{Pin: content.pin})
	ask := func() (answer, answer) {
		q := url.Values{"query": {`{ edition { number } text }`}}
		return post(t, i, q.Get("query"), nil), get(t, i, q, nil)
	}
	for edition := range int64(3) {
		content.edition.Store(edition + 1)
		for range 2 {
			if a, b := ask(); !strings.Contains(a.body, fmt.Sprintf(`"number":%d`, edition+1)) || a.body != b.body {
				t.Errorf("edition %d: %.60s, %.60s", edition+1, a.body, b.body)
			}
		}
	}
	// POST and GET share the answer, except for their media types.
	if runs := i.resolvers.Texts.Load(); runs != 6 {
		t.Errorf("ran %d times, want 6", runs)
	}
	content.edition.Store(0) // nothing is published
	ask()
	ask()
	if runs := i.resolvers.Texts.Load(); runs != 10 {
		t.Errorf("ran %d times, want 10", runs)
	}
}

func TestCacheCanBeDisabled(t *testing.T) {
	i := start(t, server.Config{Cache: -1})
	for range 2 {
		if got := get(t, i, url.Values{"query": {`{ text }`}}, nil); got.header.Get("Etag") != "" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%v", got.header)
		}
	}
	if runs := i.resolvers.Texts.Load(); runs != 2 {
		t.Errorf("ran %d times", runs)
	}
}

func TestPublicContentForAllCallers(t *testing.T) {
	own := issuer(t)
	i := start(t, server.Config{Authenticate: (&identity.Authenticator{Own: own}).Authenticate})
	token := func(subject string) string {
		text, _, err := own.Issue(subject, []identity.Role{identity.RoleLearner}, false, 0)
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + text
	}
	for _, query := range []string{`{ text }`, `{ mistaken text }`} {
		ask := func(authorization string) answer {
			h := header{"Content-Type": "application/json"}
			if authorization != "" {
				h["Authorization"] = authorization
			}
			return get(t, i, url.Values{"query": {query}}, h)
		}
		// No caller's data leaks, whoever asks first.
		first := ask(token("anna"))
		for who, got := range map[string]answer{"anonymous": ask(""), "ben": ask(token("ben"))} {
			if got.body != first.body || strings.Contains(got.body, "anna") {
				t.Errorf("%s gets %.80s, want %.80s", who, got.body, first.body)
			}
		}
		for _, bad := range []string{"Bearer nonsense", "Basic YTpi", token("anna") + "x"} {
			if got := ask(bad); got.code() != "UNAUTHENTICATED" || got.header.Get("Cache-Control") != "no-store" || got.header.Get("Etag") != "" {
				t.Errorf("%.20s on a hot key: %s", bad, got.body)
			}
		}
		if got := ask("").header.Get("Cache-Control"); got != "public, max-age=60" {
			t.Errorf("anonymous: Cache-Control %q", got)
		}
		if got := ask(token("ben")).header.Get("Cache-Control"); got != "private, max-age=60" {
			t.Errorf("with a token: Cache-Control %q", got)
		}
	}
	if runs := i.resolvers.Texts.Load(); runs != 2 {
		t.Errorf("ran %d times", runs)
	}
}

func TestPersistedQueriesAreCached(t *testing.T) {
	i := start(t, server.Config{})
	const text = `{ text }`
	extensions := fmt.Sprintf(`{"persistedQuery":{"version":1,"sha256Hash":%q}}`, sum(text))
	byHash := url.Values{"extensions": {extensions}}
	if got := get(t, i, byHash, nil); got.code() != "PERSISTED_QUERY_NOT_FOUND" || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("unknown: %v %s", got.header, got.body)
	}
	register := func() answer {
		return send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json"},
			strings.NewReader(fmt.Sprintf(`{"query":%q,"extensions":%s}`, text, extensions)))
	}
	want := register().body
	for range 2 {
		got := get(t, i, byHash, nil)
		if got.body != want || got.header.Get("Etag") == "" {
			t.Errorf("%v %.60s", got.header, got.body)
		}
		byHash := get(t, i, byHash, header{"Content-Type": "application/json", "If-None-Match": got.header.Get("Etag")})
		if byHash.status != 304 {
			t.Errorf("If-None-Match: %d", byHash.status)
		}
		if got := register(); got.body != want {
			t.Errorf("again: %s", got.body)
		}
	}
	if runs := i.resolvers.Texts.Load(); runs != 1 {
		t.Errorf("ran %d times", runs)
	}
}

// A client registers a text because the server has forgotten it; a cached
// answer must not keep the server from storing the text.
func TestRegisteringTakesEffectEachTime(t *testing.T) {
	i := start(t, server.Config{})
	const text = `{ text }`
	extensions := fmt.Sprintf(`{"persistedQuery":{"version":1,"sha256Hash":%q}}`, sum(text))
	register := func(text string) {
		send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json"},
			strings.NewReader(fmt.Sprintf(`{"query":%q,"extensions":{"persistedQuery":{"version":1,"sha256Hash":%q}}}`, text, sum(text))))
	}
	register(text)
	register(text)
	for n := range 300 { // 16 KiB each, more than the server stores
		register(fmt.Sprintf("{ hello } # %d%s", n, strings.Repeat(" ", 15<<10)))
	}
	byHash := url.Values{"extensions": {extensions}}
	if got := get(t, i, byHash, nil); got.code() != "PERSISTED_QUERY_NOT_FOUND" {
		t.Fatalf("the text is still known: %s", got.body)
	}
	register(text)
	if got := get(t, i, byHash, nil); got.code() != "" {
		t.Errorf("after registering again: %s", got.body)
	}
}

func TestConcurrentRequestsRunOnce(t *testing.T) {
	i := start(t, server.Config{})
	const askers = 20
	var asking sync.WaitGroup
	answers := make(chan answer, askers)
	for n := range askers {
		asking.Go(func() {
			h := header{"Content-Type": "application/json", "Accept-Encoding": []string{"", "gzip", "zstd"}[n%3]}
			// White space changes the request's bytes but not its meaning.
			body := fmt.Sprintf(`{"query":"{ gate text }"%s}`, strings.Repeat(" ", n))
			answers <- send(t, http.MethodPost, i.url("/graphql"), h, strings.NewReader(body))
		})
	}
	<-i.resolvers.Entered
	close(i.resolvers.Gate)
	asking.Wait()
	close(answers)
	for got := range answers {
		if text := decode(t, got); got.status != 200 || !strings.HasPrefix(text, `{"data":{"gate":"open","text":`) {
			t.Errorf("%d %.60s", got.status, text)
		}
	}
	if runs := i.resolvers.Texts.Load(); runs != 1 {
		t.Errorf("ran %d times", runs)
	}
}

func TestOthersAreServedWhenTheFirstClientLeaves(t *testing.T) {
	i := start(t, server.Config{})
	leaving, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		request, err := http.NewRequestWithContext(leaving, http.MethodPost, i.url("/graphql"), strings.NewReader(`{"query":"{ gate }"}`))
		if err != nil {
			left <- err
			return
		}
		request.Header.Set("Content-Type", "application/json")
		_, err = client.Do(request)
		left <- err
	}()
	<-i.resolvers.Entered
	second := make(chan answer, 1)
	go func() { second <- post(t, i, "{ gate }", map[string]any{}) }()
	third := make(chan answer, 1)
	go func() {
		third <- send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json"}, strings.NewReader(`{"query":"{ gate }"}`))
	}()
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	eventually(t, "the log records that the first client left", func() bool {
		for _, record := range i.log.records(t, "request") {
			if codes, _ := record["codes"].([]any); len(codes) == 1 && codes[0] == "TIMEOUT" {
				return true
			}
		}
		return false
	})
	// The second one wants another media type, and runs separately.
	<-i.resolvers.Entered
	close(i.resolvers.Gate)
	for _, got := range []answer{<-second, <-third} {
		if got.body != `{"data":{"gate":"open"}}` {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	select {
	case <-i.resolvers.Entered:
		t.Error("ran a third time")
	default:
	}
}

func TestCachedOperationsAreLogged(t *testing.T) {
	i := start(t, server.Config{})
	for _, id := range []string{"a", "b", "c"} {
		send(t, http.MethodPost, i.url("/graphql"), header{"Content-Type": "application/json", "X-Request-Id": id},
			strings.NewReader(`{"query":"query Text { text(bytes: 10) }"}`))
	}
	eventually(t, "three log lines", func() bool { return len(i.log.records(t, "request")) == 3 })
	for n, record := range i.log.records(t, "request") {
		operation := fmt.Sprint(record["operation"])
		if operation != "map[name:Text type:query]" || record["status"] != 200.0 || record["bytes"] != 30.0 || record["request_id"] != string(rune('a'+n)) {
			t.Errorf("line %d: %v", n, record)
		}
	}
}

// An edition may be published between any two steps. The answer is cached
// under the edition that it was read from.
func TestPublishBetweenSteps(t *testing.T) {
	content := newShelf()
	var restless atomic.Bool
	i := start(t, server.Config{Pin: func(ctx context.Context) (context.Context, int) {
		bound := editionOf(ctx) != 0
		ctx, edition := content.pin(ctx)
		if restless.Load() && !bound {
			content.edition.Add(1)
		}
		return ctx, edition
	}})
	ask := func() string { return post(t, i, `{ edition { number again } }`, nil).body }
	is := func(edition int64) string {
		return fmt.Sprintf(`{"data":{"edition":{"number":%d,"again":%d}}}`, edition, edition)
	}
	restless.Store(true)
	ask()
	restless.Store(false)
	newest := content.edition.Load()
	for edition := int64(1); edition < newest; edition++ { // ascending, since each newer edition empties the cache
		content.edition.Store(edition)
		if got := ask(); got != is(edition) {
			t.Errorf("%s is cached under edition %d", got, edition)
		}
	}
}

// Every answer comes from one edition, which is not older than the current one
// when the request began.
func TestPublishingUnderLoad(t *testing.T) {
	content := newShelf()
	i := start(t, server.Config{Pin: content.pin})
	var load sync.WaitGroup
	done := make(chan struct{})
	for asker := range 4 {
		load.Go(func() {
			reused := &http.Client{Timeout: patience, Transport: &http.Transport{}}
			defer reused.CloseIdleConnections()
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				before := content.edition.Load()
				numbers := editionsIn(t, reused, i, (asker+n)%3)
				after := content.edition.Load()
				for _, number := range numbers {
					if number < before || number > after || number != numbers[0] {
						t.Errorf("editions %v while %d to %d were current", numbers, before, after)
						return
					}
				}
			}
		})
	}
	for range 200 {
		content.edition.Add(1)
		for range 3 {
			editionsIn(t, client, i, 0)
		}
	}
	close(done)
	load.Wait()
}

// editionsIn sends several concurrent queries for the edition, as a client of
// the given kind: 0 and 1 use POST, 2 uses GET.
func editionsIn(t *testing.T, c *http.Client, i *instance, kind int) []int64 {
	const query = `{ edition { number again } twice: edition { number again } }`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, i.url("/graphql"), strings.NewReader(`{"query":"`+query+`"}`))
	if kind == 2 {
		request, err = http.NewRequestWithContext(t.Context(), http.MethodGet, i.url("/graphql?query="+url.QueryEscape(query)), nil)
	}
	if err != nil {
		t.Error(err)
		return nil
	}
	request.Header.Set("Content-Type", "application/json")
	if kind == 1 {
		request.Header.Set("Accept", modern)
	}
	response, err := c.Do(request)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer response.Body.Close()
	var got struct {
		Data struct{ Edition, Twice struct{ Number, Again int64 } }
	}
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Error(err)
		return nil
	}
	return []int64{got.Data.Edition.Number, got.Data.Edition.Again, got.Data.Twice.Number, got.Data.Twice.Again}
}
