// Package scalar reads and writes the schema's scalars for points in time. Its
// one law: a value has exactly the form that the schema promises, and the
// message of a refusal says which.
package scalar

import (
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
)

// MarshalDate writes a civil date.
func MarshalDate(d catalog.Date) graphql.Marshaler { return graphql.MarshalString(string(d)) }

// UnmarshalDate reads a civil date, written YYYY-MM-DD. It fails with
// INVALID_INPUT for everything else, and for a day that does not exist.
func UnmarshalDate(v any) (catalog.Date, error) {
	text, ok := v.(string)
	if !ok || len(text) != len(time.DateOnly) {
		return "", fault.New(fault.InvalidInput, "a date is written YYYY-MM-DD, such as 2026-11-26")
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", fault.New(fault.InvalidInput, "there is no such day: a date is written YYYY-MM-DD, such as 2026-11-26")
	}
	return catalog.Date(text), nil
}
