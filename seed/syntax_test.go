package seed_test

import (
	"errors"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/seed"
)

// A mistake in the syntax of an item hides that item alone.
func TestSyntaxMistakesHideNoOthers(t *testing.T) {
	tests := map[string]struct {
		text string
		want []string
	}{
		"InTheMiddle": {
			text: "sources:\n  - { slug: guide, title: The Guide, publisher: Its authors, verified_at: 2026-11-01 }\nterms:\n" +
				"  - slug: a\n    name: A\n    definition: D\n    related: [b\n    citations: [{ source: guide }]\n" +
				"  - slug: b\n    nmae: B\n    definition: D\n    related: [a]\n    citations: [{ source: guide }]\n",
			want: []string{"f.yaml:8:5 YAML: ',' or ']' must be specified", "f.yaml:9:5 name: the field is missing", "f.yaml:10:5 nmae: there is no such field; did you mean \"name\"?"},
		},
		"LeftOpen": {
			text: "terms:\n  - slug: a\n    related: [b\n  - slug: b\n    name: 1\n    definition: D\n    citations: []\n",
			want: []string{"f.yaml:4:3 YAML: ',' or ']' must be specified", "f.yaml:5:11 name: must be text, not 1; put it in quotes: \"1\"", "f.yaml:7:16 citations: needs at least one entry"},
		},
		"EveryItem": {
			text: "terms:\n  - { slug: a\n  - { slug: b\nsources:\n- slug: [\n",
			want: []string{"f.yaml:3:3 YAML: ',' or '}' must be specified", "f.yaml:4:1 YAML: ',' or '}' must be specified", "f.yaml:5:9 YAML: sequence end token ']' not found"},
		},
		"Anchors": {
			text: "terms:\n  - slug: a\n    name: &n A\n    definition: *n\n    citations: []\n",
			want: []string{
				"f.yaml:3:11 anchors, aliases and merge keys are not allowed: write the value out",
				"f.yaml:4:17 anchors, aliases and merge keys are not allowed: write the value out",
				"f.yaml:5:16 citations: needs at least one entry",
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := seed.Load(fstest.MapFS{"f.yaml": {Data: []byte(tt.text)}}, nil)
			mistakes, ok := errors.AsType[seed.Mistakes](err)
			if !ok {
				t.Fatalf("err = %v, want mistakes", err)
			}
			var got []string
			for _, m := range mistakes {
				got = append(got, m.Position()+" "+m.Message)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
