package lean

import (
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// text is a graphql.MarshalString that is written in one piece when nothing in
// it has to be escaped.
type text string

// MarshalString is graphql.MarshalString. It never returns graphql.Null.
func MarshalString(s string) graphql.Marshaler { return text(s) }

// MarshalGQL writes a JSON string.
func (t text) MarshalGQL(w io.Writer) {
	for i := range len(t) {
		if c := t[i]; c < ' ' || c == '"' || c == '\\' {
			graphql.MarshalString(string(t)).MarshalGQL(w)
			return
		}
	}
	write(w, `"`)
	write(w, string(t))
	write(w, `"`)
}
