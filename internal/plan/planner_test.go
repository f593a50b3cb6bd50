package plan

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const shapes = `
type Query { thing: Thing }
interface Left { twin: Thing }
interface Right { twin: Thing }
type Thing implements Left & Right { name: String! twin: Thing unknown: String }
`

type thing struct {
	name string
	twin *thing
}

func appendThing(w *Writer, s *Selection, t *thing) {
	for i := range s.Steps {
		step := &s.Steps[i]
		w.Lead(step)
		switch step.Code {
		case 1:
			w.String(t.name)
		case 2:
			if t.twin == nil {
				w.Nil(false)
			} else {
				appendThing(w, step.Of, t.twin)
			}
		}
	}
	w.EndObject()
}

// asked runs a query's field thing through the middleware of its document, and
// returns what a plan has written, or "" if it was left to the executor.
func asked(t *testing.T, p *Planner, query string, value any, variables map[string]any) func() string {
	t.Helper()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: shapes})
	doc, err := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules())
	if err != nil {
		t.Fatal(err)
	}
	middleware := p.Document(doc, len(query))
	return func() string {
		op := &graphql.OperationContext{Doc: doc, Operation: doc.Operations[0], Variables: variables}
		ctx := graphql.WithOperationContext(t.Context(), op)
		field := graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Query"})[0]
		ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Query"})
		ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Query", Field: field, IsResolver: true})
		answer, err := middleware(ctx, func(context.Context) (any, error) { return value, nil })
		if err != nil {
			t.Fatal(err)
		}
		if w, ok := answer.(*Writer); ok {
			return marshalled(w)
		}
		if answer != value {
			t.Fatalf("answers %v", answer)
		}
		return ""
	}
}

func things() *Planner {
	return New(Schema{
		Objects: map[string]Object{"Thing": {
			Satisfies: []string{"Thing", "Left", "Right"},
			Fields:    map[string]Field{"name": {Code: 1}, "twin": {Code: 2, Type: "Thing"}},
		}},
		Resolvers: map[FieldName]Resolver{{"Query", "thing"}: {Type: "Thing", Append: func(w *Writer, s *Selection, value any) {
			appendThing(w, s, value.(*thing))
		}}},
	})
}

func TestPlannedSelections(t *testing.T) {
	value := &thing{name: "a", twin: &thing{name: "b"}}
	for name, tt := range map[string]struct{ query, want string }{
		"Simple":                     {`{ thing { name twin { name twin { name } } } }`, `{"name":"a","twin":{"name":"b","twin":null}}`},
		"Merged":                     {`{ thing { twin { name } name ... on Thing { twin { twin { name } } } } }`, `{"twin":{"name":"b","twin":null},"name":"a"}`},
		"TwiceByUnrelatedInterfaces": {`{ thing { ... on Left { twin { name } } ... on Right { twin { twin { name } } } } }`, ""},
		"UnknownField":               {`{ thing { name twin { unknown } } }`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			ask := asked(t, things(), tt.query, value, nil)
			for range 2 {
				if got := ask(); got != tt.want {
					t.Errorf("got %s, want %s", got, tt.want)
				}
			}
		})
	}
}

func TestPanicIsLeftToTheExecutor(t *testing.T) {
	ask := asked(t, things(), `{ thing { name } }`, (*thing)(nil), nil)
	if got := ask(); got != "" {
		t.Errorf("got %s", got)
	}
}

func TestOtherVariablesNeedAnotherPlan(t *testing.T) {
	variables := map[string]any{"with": true}
	ask := asked(t, things(), `query($with: Boolean!) { thing { name @include(if: $with) __typename } }`, &thing{name: "a"}, variables)
	for _, with := range []bool{true, false, true} {
		variables["with"] = with
		want := `{"__typename":"Thing"}`
		if with {
			want = `{"name":"a","__typename":"Thing"}`
		}
		if got := ask(); got != want {
			t.Errorf("with %t: %s", with, got)
		}
	}
}

func TestPlansOfADocumentAreBounded(t *testing.T) {
	const conditions = 12
	var declared, selected strings.Builder
	variables := map[string]any{}
	for i := range conditions {
		fmt.Fprintf(&declared, "$v%d: Boolean! ", i)
		fmt.Fprintf(&selected, "n%d: name @include(if: $v%d) ", i, i)
	}
	query := "query(" + declared.String() + ") { thing { name " + selected.String() + "} }"
	ask := asked(t, things(), query, &thing{name: "a"}, variables)
	planned := 0
	for choice := range 1 << conditions {
		for i := range conditions {
			variables[fmt.Sprintf("v%d", i)] = choice>>i&1 == 1
		}
		if ask() != "" {
			planned++
		}
	}
	if most := len(query) + spareSteps; planned == 0 || planned > most/2 {
		t.Errorf("%d of %d choices have plans; a document of %d bytes may have %d steps", planned, 1<<conditions, len(query), most)
	}
}
