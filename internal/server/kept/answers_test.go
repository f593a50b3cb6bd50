package kept

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/server/document"
)

// media is an arbitrary media type.
const media = "application/json"

func TestMemoryForAnswersIsBounded(t *testing.T) {
	const most = 1 << 20
	c := New(most)
	runs := 0
	codings := []string{"identity", "gzip", "zstd"}
	ask := func(n, size int) {
		query := fmt.Sprint(n)
		a, _, err := c.Answer(t.Context(), Question{
			Operation: &document.Operation{OperationContext: &graphql.OperationContext{RawQuery: query, Operation: &ast.OperationDefinition{}}},
			Edition:   1,
			Media:     media,
			Encodings: codings[max(n, 0)%3 : max(n, 0)%3+1],
			Run: func() *graphql.Response {
				runs++
				return &graphql.Response{Data: bytes.Repeat([]byte{'0'}, size)}
			},
		}, &Sighting{edition: 1, digest: sha256.Sum256([]byte(query))})
		if a == nil || err != nil {
			t.Fatal("no answer", err)
		}
	}
	for n := range 12_000 {
		ask(n, n%5_000)
	}
	c.kept.CleanUp()
	c.requests.CleanUp()
	if weight := c.kept.WeightedSize(); weight > most || weight < most/2 {
		t.Errorf("%d bytes are cached, at most %d allowed", weight, most)
	}
	if known := c.requests.EstimatedSize(); known > knownRequests {
		t.Errorf("%d requests are known", known)
	}

	// An answer that is too large is returned but not cached.
	before := runs
	for range 2 {
		ask(-1, most/keptShare+1)
	}
	if runs-before != 2 {
		t.Errorf("a large one ran %d times", runs-before)
	}

	// As the weights assume, the bodies take most of the memory.
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	held := memory.HeapAlloc
	c.follow(2)
	c.kept.CleanUp()
	c.requests.CleanUp()
	runtime.GC()
	runtime.ReadMemStats(&memory)
	if freed := int64(held) - int64(memory.HeapAlloc); freed > 2*most+knownRequests*300 {
		t.Errorf("a publish frees %d bytes", freed)
	}
	if c.kept.EstimatedSize() != 0 || c.requests.EstimatedSize() != 0 {
		t.Error("a publish leaves old answers behind")
	}
	runtime.KeepAlive(c)
}

// FuzzVariablesInCanonicalForm checks that two requests share an answer
// exactly if their variables have the same values.
func FuzzVariablesInCanonicalForm(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"a":1,"b":"x"}`, `{ "b":"\u0078", "a":1 }`},
		{`{"a":null}`, `{}`},
		{`{"a":1}`, `{"a":"1"}`},
		{`{"a":[1,2]}`, `{"a":[2,1]}`},
		{`{"a":{"b":{}}}`, `{"a":{"b":[]}}`},
		{`{"a":"<&>"}`, `{"a":"\u003c&>"}`},
		{`{"a":"\u2028"}`, `{"a":"\\u2028"}`},
		{`{"a":1.0}`, `{"a":1}`},
		{`{"a":"\ud800"}`, `{"a":"\ufffd"}`},
		{`{"a":"b\":1,\"c"}`, `{"a":"b","c":1}`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		var values [2]map[string]any
		var digests [2]digest
		for i, text := range []string{one, other} {
			if decode(text, &values[i]) != nil {
				t.Skip()
			}
			op := &document.Operation{OperationContext: &graphql.OperationContext{
				RawQuery: "{ a }", Operation: &ast.OperationDefinition{}, Variables: values[i],
			}}
			var err error
			if digests[i], err = digestOf(1, media, op); err != nil {
				t.Fatal(err)
			}
		}
		if same := reflect.DeepEqual(values[0], values[1]); same != (digests[0] == digests[1]) {
			t.Errorf("%q and %q: the same values: %t, the same answer: %t", one, other, same, !same)
		}
	})
}

// decode reads variables as the server does.
func decode(text string, into any) error {
	if !json.Valid([]byte(text)) {
		return errors.New("no JSON")
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

func TestDigestSeparatesItsParts(t *testing.T) {
	digests := map[digest]string{}
	add := func(edition int, media, name, query string, variables map[string]any) {
		op := &document.Operation{OperationContext: &graphql.OperationContext{
			RawQuery: query, Operation: &ast.OperationDefinition{Name: name}, Variables: variables,
		}}
		d, err := digestOf(edition, media, op)
		if err != nil {
			t.Fatal(err)
		}
		what := fmt.Sprintf("%d %q %q %q %v", edition, media, name, query, variables)
		if other, ok := digests[d]; ok {
			t.Errorf("%s and %s have the same digest", what, other)
		}
		digests[d] = what
	}
	add(1, "m", "n", "q", nil)
	add(2, "m", "n", "q", nil)
	add(1, "mn", "", "q", nil)
	add(1, "m", "nq", "", nil)
	add(1, "", "mn", "q", nil)
	add(1, "m", "n", "q{}", nil)
	add(1, "m", "n", "q", map[string]any{})
	add(1, "m", "n", "q", map[string]any{"v": json.Number("1")})
	add(1, "m", "n", "q", map[string]any{"v": "1"})
}

// FuzzAcceptEncoding checks that a coding is chosen only if the client names
// it or accepts everything, and that identity is refused only if the client
// refuses it.
func FuzzAcceptEncoding(f *testing.F) {
	for _, seed := range []string{"gzip, deflate, br, zstd", "*;q=0", "identity;q=0, *", "gzip;q=1.000;x=y", "x-gzip;Q=0.3 ,zstd;q=0.2", ";;,=", "gzip;q=NaN", "zstd;q=-0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := wishOf([]string{header})
		named := func(name string) bool { return strings.Contains(strings.ToLower(header), name) }
		if got.coding != identityCoding && !named(codingNames[got.coding]) && !named("*") {
			t.Errorf("%q: %v", header, got)
		}
		if got.exactly && (got.coding == identityCoding || !named("identity") && !named("*")) {
			t.Errorf("%q: %v", header, got)
		}
		if again := wishOf([]string{header, ""}); again != got {
			t.Errorf("%q: %v, with an empty header more %v", header, got, again)
		}
		if refused := wishOf([]string{"*;q=0, gzip;q=0, zstd;q=0, identity;q=0"}); refused != (wish{}) {
			t.Errorf("all refused: %v", refused)
		}
	})
}

// FuzzIfNoneMatch checks that a tag is found exactly if it is in the list.
func FuzzIfNoneMatch(f *testing.F) {
	for _, seed := range []string{"", `"a"`, `W/"a", "b,c"`, `"`, `*`, `"a" "b"`, `W/`, `nonsense, "tag"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		const tag = `"tag"`
		if matches([]string{header}, tag) && !strings.Contains(header, tag) && strings.TrimSpace(header) != "*" {
			t.Errorf("%q matches", header)
		}
		if !matches([]string{tag + ", " + header}, tag) {
			t.Errorf("the tag is not found before %q", header)
		}
		if !matches([]string{header, "W/" + tag}, tag) {
			t.Errorf("the second header does not count after %q", header)
		}
	})
}
