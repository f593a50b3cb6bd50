package document

import (
	"cmp"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// Limits limit a single document. All but Complexity are checked in linear time
// before validation, because validation is quadratic in the number of fields
// and complexity exponential in the nesting of fragments.
type Limits struct {
	Tokens         int // of the document
	Depth          int // levels of fields, not counting those under __schema and __type
	Aliases        int // renamed fields
	RootFields     int // fields of a query or subscription, not counting __typename
	MutationFields int // one, so that a mutation succeeds or fails as a whole
	Directives     int // uses of directives
	Fields         int // with fragments expanded
	Fragments      int // definitions
	Complexity     int // the document's cost by the schema; see cost
}

// DefaultLimits suit GraphiQL, Apollo Client and Relay, whose introspection
// query is the largest. A page of a hundred questions with all their fields
// costs about 4,000; an answer with 20,000 values takes a few hundred
// milliseconds and a few megabytes.
func DefaultLimits() Limits {
	return Limits{
		Tokens:         3_000,
		Depth:          12,
		Aliases:        50,
		RootFields:     50,
		MutationFields: 1,
		Directives:     50,
		Fields:         300,
		Fragments:      50,
		Complexity:     20_000,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	l.Tokens = cmp.Or(l.Tokens, d.Tokens)
	l.Depth = cmp.Or(l.Depth, d.Depth)
	l.Aliases = cmp.Or(l.Aliases, d.Aliases)
	l.RootFields = cmp.Or(l.RootFields, d.RootFields)
	l.MutationFields = cmp.Or(l.MutationFields, d.MutationFields)
	l.Directives = cmp.Or(l.Directives, d.Directives)
	l.Fields = cmp.Or(l.Fields, d.Fields)
	l.Fragments = cmp.Or(l.Fragments, d.Fragments)
	l.Complexity = cmp.Or(l.Complexity, d.Complexity)
	return l
}

// check returns a QUERY_TOO_COMPLEX naming the first limit that doc exceeds. It
// includes unused fragments, because validation visits them too.
func (l Limits) check(doc *ast.QueryDocument) error {
	if len(doc.Fragments) > l.Fragments {
		return tooComplex("fragments", l.Fragments)
	}
	s := scale{fragments: doc.Fragments, weights: make(map[string]weight, len(doc.Fragments))}
	for _, f := range doc.Fragments {
		if w := s.fragment(f.Name); w.fields > l.Fields {
			return tooComplex("fields", l.Fields)
		}
	}

	var total weight
	for _, op := range doc.Operations {
		w := s.selections(op.SelectionSet)
		w.directives += len(op.Directives)
		for _, v := range op.VariableDefinitions {
			w.directives += len(v.Directives)
		}
		if op.Operation == ast.Mutation && w.roots > l.MutationFields {
			return tooComplex("fields of one mutation", l.MutationFields)
		}
		if w.roots > l.RootFields {
			return tooComplex("root fields", l.RootFields)
		}
		total = total.and(w)
	}

	switch {
	case total.depth > l.Depth:
		return tooComplex("depth", l.Depth)
	case total.fields > l.Fields:
		return tooComplex("fields", l.Fields)
	case total.aliases > l.Aliases:
		return tooComplex("aliases", l.Aliases)
	case total.directives > l.Directives:
		return tooComplex("directives", l.Directives)
	}
	return nil
}

func tooComplex(limit string, most int) *fault.Error {
	return fault.New(fault.QueryTooComplex, "the document exceeds the limit on %s (%d)", limit, most)
}

// weight measures a selection set with its fragments expanded.
type weight struct {
	depth, fields, aliases, directives int
	roots                              int // fields at the set's own level
}

// saturated is the largest sum: far above every limit, and far below an
// overflow that would turn a fragment bomb into a small number.
const saturated = 1 << 20

// and adds two weights.
func (w weight) and(v weight) weight {
	return weight{
		depth:      max(w.depth, v.depth),
		fields:     min(w.fields+v.fields, saturated),
		aliases:    min(w.aliases+v.aliases, saturated),
		directives: min(w.directives+v.directives, saturated),
		roots:      min(w.roots+v.roots, saturated),
	}
}

// scale weighs the selection sets of a document, each fragment once.
type scale struct {
	fragments ast.FragmentDefinitionList
	weights   map[string]weight
	visited   int // selections visited, which tests compare with the document's size
}

func (s *scale) selections(set ast.SelectionSet) weight {
	var sum weight
	for _, selection := range set {
		s.visited++
		var w weight
		switch node := selection.(type) {
		case *ast.Field:
			w = s.field(node)
		case *ast.InlineFragment:
			w = s.selections(node.SelectionSet)
			w.directives += len(node.Directives)
		case *ast.FragmentSpread:
			w = s.fragment(node.Name)
			w.directives += len(node.Directives)
		}
		sum = sum.and(w)
	}
	return sum
}

func (s *scale) field(f *ast.Field) weight {
	w := s.selections(f.SelectionSet)
	w.depth++
	w.fields++
	w.directives += len(f.Directives)
	w.roots = 1
	if f.Alias != f.Name {
		w.aliases++
	}
	switch f.Name {
	case "__typename":
		w.roots = 0
	case "__schema", "__type":
		// Introspection tools select fifteen levels of types; a validator rule
		// prevents cycles there.
		w.depth = 1
	}
	return w
}

// fragment treats a fragment that spreads itself as if it ended there: the
// validator refuses it.
func (s *scale) fragment(name string) weight {
	if w, ok := s.weights[name]; ok {
		return w
	}
	f := s.fragments.ForName(name)
	if f == nil {
		return weight{}
	}
	s.weights[name] = weight{}
	w := s.selections(f.SelectionSet)
	w.directives += len(f.Directives)
	s.weights[name] = w
	return w
}
