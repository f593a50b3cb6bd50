package transcript_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/transcript"
)

func TestBlocks(t *testing.T) {
	got := transcript.Blocks("text\n```graphql learner 10s\n{ a }\n```\n\n```\nplain\n\nmore\n```\n")
	want := []transcript.Block{
		{Language: "graphql", Info: []string{"learner", "10s"}, Text: "{ a }\n", Line: 2},
		{Text: "plain\n\nmore\n", Line: 6},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMatchJSON(t *testing.T) {
	for name, tt := range map[string]struct {
		want, got string
		values    transcript.Values // nil if they do not match
	}{
		"Equal":                     {`{"a":[1,null,true,"x"]}`, `{"a":[1,null,true,"x"]}`, transcript.Values{}},
		"OrderOfNamesDoesNotMatter": {`{"a":1,"b":2}`, `{"b":2,"a":1}`, transcript.Values{}},
		"AnotherNumber":             {`{"a":1}`, `{"a":1.0}`, nil},
		"AnotherText":               {`{"a":"x"}`, `{"a":"xy"}`, nil},
		"NameMissing":               {`{"a":1,"b":2}`, `{"a":1}`, nil},
		"AdditionalName":            {`{"a":1}`, `{"a":1,"b":2}`, nil},
		"Placeholder":               {`{"id":"attempt/<id>"}`, `{"id":"attempt/x7"}`, transcript.Values{"id": "x7"}},
		"PlaceholderForEmptyText":   {`{"id":"attempt/<id>"}`, `{"id":"attempt/"}`, nil},
		"PlaceholderForNumber":      {`{"id":"<id>"}`, `{"id":null}`, nil},
		"ListWithARest":             {`[1,"…"]`, `[1,2,3]`, transcript.Values{}},
		"ListWithoutARest":          {`[1]`, `[1,2,3]`, nil},
		"RestOfAShorterList":        {`[1,2,"…"]`, `[1]`, nil},
		"TextBesidePlaceholders":    {`"a.b <x>, <y>"`, `"a.b 1, 2"`, transcript.Values{"x": "1", "y": "2"}},
		"DotsAreLiteral":            {`"a.b"`, `"axb"`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			values := transcript.Values{}
			err := values.MatchJSON([]byte(tt.want), []byte(tt.got))
			if (err == nil) != (tt.values != nil) {
				t.Fatalf("err = %v", err)
			}
			if diff := cmp.Diff(tt.values, values); err == nil && diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMatchText(t *testing.T) {
	for name, tt := range map[string]struct {
		want, got string
		ok        bool
	}{
		"Equal":       {"a\nb\n", "a\nb\n", true},
		"Placeholder": {"made <file>\n", "made x.pem\n", true},
		"Another":     {"a\n", "b\n", false},
		"TooFew":      {"a\nb\n", "a\n", false},
		"TooMany":     {"a\n", "a\nb\n", false},
		"Rest":        {"a\n…\n", "a\nb\nc\n", true},
		"Nothing":     {"", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			if err := (transcript.Values{}).MatchText(tt.want, tt.got); (err == nil) != tt.ok {
				t.Errorf("err = %v", err)
			}
		})
	}
}

func TestFill(t *testing.T) {
	values := transcript.Values{"id": "attempt/x7"}
	if got, want := values.Fill(`(id: "<id>", other: "<other>")`), `(id: "attempt/x7", other: "<other>")`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
