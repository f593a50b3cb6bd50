package recordstest

import (
	"errors"
	"testing"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// WantFault fails the test unless the error has the code.
func WantFault(t testing.TB, what string, err error, want fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != want {
		t.Errorf("%s: %v, code %q, want %q", what, err, got, want)
	}
}

// Refused fails the test unless the error has the code and names the field.
func Refused(t testing.TB, err error, code fault.Code, field string) {
	t.Helper()
	if fault.CodeOf(err) != code || FieldOf(err) != field {
		t.Errorf("%v (%s, field %q), want %s, field %q", err, fault.CodeOf(err), FieldOf(err), code, field)
	}
}

// FieldOf returns the field that an error names, or "".
func FieldOf(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Field
	}
	return ""
}
