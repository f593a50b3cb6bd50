package main

import (
	"os"
	"strings"
	"testing"
)

// The generated code has the calls, and nothing of what they stand for.
func TestGraphIsRewritten(t *testing.T) {
	code := graph(t)
	for _, call := range []string{"lean.MarshalList(", "lean.NewObject(", "lean.Leaf(", "lean.Field(", "lean.MarshalString("} {
		if !strings.Contains(code, call) {
			t.Errorf("%s is not called", call)
		}
	}
	if strings.Contains(code, "graphql.MarshalSliceConcurrently(") {
		t.Error("a list is marshalled by goroutines")
	}
}

func TestCodeThatIsNotAsExpectedIsRefused(t *testing.T) {
	const plain = `"github.com/99designs/gqlgen/graphql"`
	for name, tt := range map[string]struct{ code, want string }{
		"RewrittenAlready":    {graph(t), "rewritten already"},
		"WithoutGqlgen":       {"package graph", "no single import"},
		"ListsHaveALimit":     {plain + "\ngraphql.MarshalSliceConcurrently(ctx, len(v), 8, false, func(", "0 of 1 lists"},
		"ObjectsAreDifferent": {plain + "\ngraphql.MarshalSliceConcurrently(ctx, len(v), 0, false, func(\nout := graphql.NewFieldSet(fields)", "objects"},
		"ScalarsAreDifferent": {
			plain + "\ngraphql.MarshalSliceConcurrently(ctx, len(v), 0, false, func(\n" +
				"func (ec *executionContext) _A() {\n" + beginObject + endObject + "}\n",
			"marshalNString2string",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := rewrite(tt.code); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one about %q", err, tt.want)
			}
		})
	}
}

func graph(t *testing.T) string {
	t.Helper()
	code, err := os.ReadFile("../../generated.go")
	if err != nil {
		t.Fatal(err)
	}
	return string(code)
}
