package document

import (
	"strconv"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// The schema declares with @cacheControl which of its fields are public content, and for how
// long a client may cache their answers:
//
//	directive @cacheControl(scope: CacheControlScope!, maxAge: Int! = 0) on FIELD_DEFINITION
//	enum CacheControlScope { PUBLIC PRIVATE }
//
// Fields below a public field are public as well, unless they are PRIVATE. A root field
// without the directive is private. Nothing else decides: neither a name nor the text of a
// document.
const (
	cacheControl  = "cacheControl"
	publicScope   = "PUBLIC"
	scopeArgument = "scope"
	ageArgument   = "maxAge"
)

// PublicOperation reports whether an operation of a valid document is public
// content, the same for all callers until the content changes, and for how long
// a client may cache its answer. Such an operation is a query whose root fields are all public, with fragments expanded and
// ignoring __typename, that selects nothing private below them and defers
// nothing. Fields that @skip or @include may leave out count.
func PublicOperation(op *ast.OperationDefinition) (maxAge time.Duration, public bool) {
	if op.Operation != ast.Query {
		return 0, false
	}
	s := publicSurvey{maxAge: -1}
	if !s.set(op.SelectionSet, true) || s.maxAge < 0 {
		return 0, false
	}
	return s.maxAge, true
}

// publicSurvey walks an operation. maxAge is the smallest seen so far, negative
// before the first.
type publicSurvey struct{ maxAge time.Duration }

// set reports whether a selection set is entirely public. The limits on fields
// limit how often it is called.
func (s *publicSurvey) set(set ast.SelectionSet, root bool) bool {
	for _, selection := range set {
		public := false
		switch node := selection.(type) {
		case *ast.Field:
			public = s.field(node, root) && s.set(node.SelectionSet, false)
		case *ast.InlineFragment:
			public = node.Directives.ForName("defer") == nil && s.set(node.SelectionSet, root)
		case *ast.FragmentSpread:
			public = node.Directives.ForName("defer") == nil && s.set(node.Definition.SelectionSet, root)
		}
		if !public {
			return false
		}
	}
	return true
}

func (s *publicSurvey) field(f *ast.Field, root bool) bool {
	if f.Name == "__typename" {
		return true
	}
	scope, maxAge := cachePolicy(f.Definition)
	if scope == "" {
		return !root
	}
	if s.maxAge < 0 || maxAge < s.maxAge {
		s.maxAge = maxAge
	}
	return scope == publicScope
}

// cachePolicy returns the values of f's @cacheControl; the scope is "" if it
// has none.
func cachePolicy(f *ast.FieldDefinition) (scope string, maxAge time.Duration) {
	directive := f.Directives.ForName(cacheControl)
	if directive == nil {
		return "", 0
	}
	if given := directive.Arguments.ForName(scopeArgument); given != nil {
		scope = given.Value.Raw
	}
	if given := directive.Arguments.ForName(ageArgument); given != nil {
		if seconds, err := strconv.Atoi(given.Value.Raw); err == nil && seconds > 0 {
			maxAge = time.Duration(seconds) * time.Second
		}
	}
	return scope, maxAge
}
