// Package document turns requests into operations: it parses documents, checks
// them against the limits, validates them, computes their cost and coerces
// variables. Its one law: processing time is linear in a document's length, and
// close to zero for a known document.
package document

import (
	"errors"
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/server/failure"
	"github.com/scrumkb/scrumkb/internal/variables"
)

// document is a parsed, valid document within the limits.
type document struct {
	*ast.QueryDocument
	middleware  graphql.FieldMiddleware
	costs       map[*ast.OperationDefinition]cost
	needed      map[*ast.OperationDefinition]map[string]*ast.Type // see variables.Needed
	introspects bool                                              // selects __schema or __type somewhere
	defers      bool                                              // uses @defer

	// public lists the operations that are public content, and for how long a
	// client may cache their answers.
	public map[*ast.OperationDefinition]time.Duration
}

// A parsed document is up to a hundred times the size of its text, so 1 MiB of
// texts takes at most 100 MiB. Applications send a few KiB; longer texts are
// parsed every time.
const (
	knownDocuments      = 1_000
	knownDocumentsBytes = 1 << 20
	knownDocumentMax    = 16 << 10
)

// reportedErrors limits how many errors of one document are reported.
const reportedErrors = 20

// load returns the document for a text, or the errors that refuse it:
// GRAPHQL_PARSE_FAILED, QUERY_TOO_COMPLEX or GRAPHQL_VALIDATION_FAILED. It
// remembers valid documents, so that a text is parsed and validated once.
func (r *Reader) load(text string) (*document, gqlerror.List) {
	if doc, ok := r.known.get(text); ok {
		return doc, nil
	}
	parsed, err := r.parse(text)
	if err != nil {
		return nil, gqlerror.List{err}
	}
	if err := r.config.Limits.check(parsed); err != nil {
		return nil, failure.List(err)
	}
	if errs := validator.ValidateWithRules(r.config.Schema, parsed, r.rules()); len(errs) > 0 {
		errs = errs[:min(len(errs), reportedErrors)]
		for _, err := range errs {
			err.Extensions = map[string]any{"code": fault.ValidationFailed}
		}
		return nil, errs
	}
	doc := &document{QueryDocument: parsed, middleware: r.config.Plan(parsed, len(text))}
	doc.survey()
	doc.costs = make(map[*ast.OperationDefinition]cost, len(parsed.Operations))
	doc.needed = make(map[*ast.OperationDefinition]map[string]*ast.Type, len(parsed.Operations))
	for _, op := range parsed.Operations {
		doc.needed[op] = variables.Needed(op)
		doc.costs[op] = costOf(op.SelectionSet)
	}
	r.known.add(text, doc, len(text))
	return doc, nil
}

func (r *Reader) parse(text string) (*ast.QueryDocument, *gqlerror.Error) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, r.config.Limits.Tokens)
	if err != nil {
		return nil, r.refuseText(err)
	}
	if len(doc.Operations) == 0 {
		return nil, failure.Of(fault.New(fault.ValidationFailed, "the document has no operation"))
	}
	return doc, nil
}

func (r *Reader) refuseText(err error) *gqlerror.Error {
	syntax, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		return failure.Of(fault.New(fault.ParseFailed, "the document cannot be parsed"))
	}
	// The parser has no type for this error.
	if syntax.Message == fmt.Sprintf("exceeded token limit of %d", r.config.Limits.Tokens) {
		return failure.Of(tooComplex("tokens", r.config.Limits.Tokens))
	}
	return &gqlerror.Error{
		Message:    syntax.Message,
		Locations:  syntax.Locations,
		Extensions: map[string]any{"code": fault.ParseFailed},
	}
}

// rules returns the validator's rules plus our own. Without suggestions the rules are the
// same, minus the "Did you mean" in their messages.
func (r *Reader) rules() *rules.Rules {
	all := rules.NewDefaultRules()
	all.AddRule(variables.LiteralsRule.Name, variables.LiteralsRule.RuleFunc)
	if r.config.Suggestions {
		return all
	}
	for name, quiet := range map[string]core.Rule{
		rules.FieldsOnCorrectTypeRule.Name: rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
		rules.KnownArgumentNamesRule.Name:  rules.KnownArgumentNamesRuleWithoutSuggestions,
		rules.KnownTypeNamesRule.Name:      rules.KnownTypeNamesRuleWithoutSuggestions,
		rules.ScalarLeafsRule.Name:         rules.ScalarLeafsRuleWithoutSuggestions,
		rules.ValuesOfCorrectTypeRule.Name: rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
	} {
		all.ReplaceRule(name, quiet.RuleFunc)
	}
	return all
}

// survey records which restricted features a document uses, and which of its
// operations are public.
func (d *document) survey() {
	d.public = make(map[*ast.OperationDefinition]time.Duration, len(d.Operations))
	for _, op := range d.Operations {
		d.surveySet(op.SelectionSet)
		if maxAge, ok := PublicOperation(op); ok {
			d.public[op] = maxAge
		}
	}
	for _, f := range d.Fragments {
		d.surveySet(f.SelectionSet)
	}
}

func (d *document) surveySet(set ast.SelectionSet) {
	for _, selection := range set {
		switch node := selection.(type) {
		case *ast.Field:
			d.introspects = d.introspects || node.Name == "__schema" || node.Name == "__type"
			d.surveySet(node.SelectionSet)
		case *ast.InlineFragment:
			d.defers = d.defers || node.Directives.ForName("defer") != nil
			d.surveySet(node.SelectionSet)
		case *ast.FragmentSpread:
			d.defers = d.defers || node.Directives.ForName("defer") != nil
		}
	}
}
