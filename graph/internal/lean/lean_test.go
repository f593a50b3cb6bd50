package lean_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/graph/internal/lean"
)

func written(m graphql.Marshaler) string {
	var b bytes.Buffer
	m.MarshalGQL(&b)
	return b.String()
}

func TestObjectsAreWrittenAsByGqlgen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "_c", "d1", "e", "f", "g", "h", "i", "j"}), 0, 12).Draw(t, "names")
		var fields []graphql.CollectedField
		for _, name := range names {
			fields = append(fields, graphql.CollectedField{Field: &ast.Field{Alias: name}})
		}
		want, got := graphql.NewFieldSet(fields), lean.NewObject(fields)
		for i := range fields {
			want.Values[i], got.Values[i] = graphql.MarshalInt(i), graphql.MarshalInt(i)
		}
		if diff := cmp.Diff(written(want), written(got)); diff != "" {
			t.Error(diff)
		}
	})
}

func FuzzMarshalString(f *testing.F) {
	for _, s := range []string{"", "plain", "“quoted”", "a\"b", `a\b`, "line\nbreak\ttab\r", "\x00\x1f\x7f", "\xff\xfe", "<&>\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if diff := cmp.Diff(written(graphql.MarshalString(s)), written(lean.MarshalString(s))); diff != "" {
			t.Error(diff)
		}
	})
}

// answering returns a context in which errors are collected.
func answering() context.Context {
	ctx := graphql.WithResponseContext(context.Background(),
		graphql.DefaultErrorPresenter,
		func(_ context.Context, cause any) error { return gqlerror.Errorf("masked %v", cause) })
	return graphql.WithFieldContext(ctx, &graphql.FieldContext{Field: graphql.CollectedField{Field: &ast.Field{Alias: "list"}}})
}

func TestListsFailAsByGqlgen(t *testing.T) {
	element := func(_ context.Context, i int) graphql.Marshaler {
		if i == 1 {
			panic("one")
		}
		return graphql.MarshalInt(i)
	}
	for length := range 4 {
		t.Run(fmt.Sprint(length), func(t *testing.T) {
			theirs, ours := answering(), answering()
			want := graphql.MarshalSliceConcurrently(theirs, length, 0, false, element)
			got := lean.MarshalList(ours, length, element)
			if diff := cmp.Diff(written(want), written(got)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(fmt.Sprint(graphql.GetErrors(theirs)), fmt.Sprint(graphql.GetErrors(ours))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFieldsFailAsByGqlgen(t *testing.T) {
	field := graphql.CollectedField{Field: &ast.Field{Name: "of", Alias: "renamed"}}
	describe := func(context.Context, graphql.CollectedField) (*graphql.FieldContext, error) {
		return &graphql.FieldContext{Object: "Thing", Field: field}, nil
	}
	for name, tt := range map[string]struct {
		property func() *int
		marshal  func(context.Context, ast.SelectionSet, *int) graphql.Marshaler
	}{
		"ThePropertyPanics": {func() *int { panic("property") }, nil},
		"MarshallingPanics": {
			func() *int { return new(int) },
			func(context.Context, ast.SelectionSet, *int) graphql.Marshaler { panic("marshalling") },
		},
		"NullIsRefused": {
			func() *int { return nil },
			func(ctx context.Context, _ ast.SelectionSet, _ *int) graphql.Marshaler {
				graphql.AddInvalidNullError(ctx, "Thing!")
				return graphql.Null
			},
		},
		"ItWorks": {
			func() *int { return new(int) },
			func(context.Context, ast.SelectionSet, *int) graphql.Marshaler { return graphql.MarshalInt(7) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			theirs, ours := answering(), answering()
			operation := &graphql.OperationContext{
				RecoverFunc:        func(_ context.Context, cause any) error { return gqlerror.Errorf("masked %v", cause) },
				ResolverMiddleware: func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
			}
			want := graphql.ResolveField(theirs, operation, field, describe,
				func(context.Context) (any, error) { return tt.property(), nil }, nil, tt.marshal, true, true)
			got := lean.Field(ours, operation, field, describe, tt.property, tt.marshal)
			if diff := cmp.Diff(written(want), written(got)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(fmt.Sprint(graphql.GetErrors(theirs)), fmt.Sprint(graphql.GetErrors(ours))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLeavesThatPanicAreLeftToGqlgen(t *testing.T) {
	if ret, ok := lean.Leaf(func() graphql.Marshaler { panic("leaf") }); ok || ret != nil {
		t.Errorf("%v, %t", ret, ok)
	}
	if ret, ok := lean.Leaf(func() graphql.Marshaler { return graphql.True }); !ok || ret != graphql.True {
		t.Errorf("%v, %t", ret, ok)
	}
}
