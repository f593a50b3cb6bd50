package document

import (
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/scrumkb/scrumkb/internal/server/internal/testschema"
)

func TestPublicOperation(t *testing.T) {
	const private = time.Duration(-1)
	tests := map[string]struct {
		document string
		maxAge   time.Duration
	}{
		"OneField":                   {`{ hello }`, time.Minute},
		"LeastOfSeveralAges":         {`{ hello double(of: 1) }`, 30 * time.Second},
		"NoAgeMeansUncached":         {`{ hello gate }`, 0},
		"Aliases":                    {`{ caller: hello }`, time.Minute},
		"Arguments":                  {`query ($n: Int!) { double(of: $n) }`, 30 * time.Second},
		"FieldsBelow":                {`{ nodes { id children { label } } }`, time.Minute},
		"Typename":                   {`{ __typename hello nodes { __typename } }`, time.Minute},
		"Fragments":                  {`{ ...A } fragment A on Query { ... on Query { ...B } } fragment B on Query { ... { hello } }`, time.Minute},
		"Skipped":                    {`query ($s: Boolean!) { hello double(of: 1) @skip(if: $s) }`, 30 * time.Second},
		"TypenameAlone":              {`{ __typename }`, private},
		"PrivateField":               {`{ caller }`, private},
		"PrivateFieldAliased":        {`{ hello: caller }`, private},
		"PrivateBeside":              {`{ hello caller }`, private},
		"PrivateSkipped":             {`{ hello caller @skip(if: true) }`, private},
		"PrivateInFragment":          {`{ hello ...A } fragment A on Query { caller }`, private},
		"PrivateInFragmentsBelow":    {`{ hello ...A } fragment A on Query { ...B } fragment B on Query { ... { caller } }`, private},
		"PrivateBelow":               {`{ nodes { id late } }`, private},
		"PrivateBelowInFragment":     {`{ nodes { ...A } } fragment A on Node { children { late } }`, private},
		"IntrospectionOfSchema":      {`{ hello __schema { queryType { name } } }`, private},
		"IntrospectionOfType":        {`{ hello __type(name: "Node") { name } }`, private},
		"DeferredFragment":           {`{ hello ...A @defer } fragment A on Query { double(of: 1) }`, private},
		"DeferredBelow":              {`{ nodes { ... @defer { id } } }`, private},
		"Mutation":                   {`mutation { bump }`, private},
		"Subscription":               {`subscription { idle }`, private},
		"OtherOperationsDoNotMatter": {`query A { hello } query B { caller }`, time.Minute},
	}
	schema := testschema.New(&testschema.Resolvers{}).Schema()
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			doc, err := parser.ParseQuery(&ast.Source{Input: tt.document})
			if err != nil {
				t.Fatal(err)
			}
			if errs := validator.ValidateWithRules(schema, doc, rules.NewDefaultRules()); len(errs) > 0 {
				t.Fatal(errs)
			}
			maxAge, public := PublicOperation(doc.Operations[0])
			if !public {
				maxAge = private
			}
			if maxAge != tt.maxAge {
				t.Errorf("max age %v, want %v", maxAge, tt.maxAge)
			}
		})
	}
}
