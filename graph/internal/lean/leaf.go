package lean

import "github.com/99designs/gqlgen/graphql"

// Leaf returns what marshal returns. When marshal panics, ok is false, and the
// caller has to resolve the field in gqlgen's way, which knows where in the
// answer that was.
func Leaf(marshal func() graphql.Marshaler) (ret graphql.Marshaler, ok bool) {
	defer func() {
		if recover() != nil {
			ret, ok = nil, false
		}
	}()
	return marshal(), true
}
