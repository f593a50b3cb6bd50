package catalog

import (
	"reflect"
	"strings"
	"testing"
)

func TestEnumValues(t *testing.T) {
	if got := strings.Join(EnumValues(reflect.TypeFor[FeedbackMode]()), " "); got != "IMMEDIATE DEFERRED" {
		t.Errorf("values = %q", got)
	}
	if got := EnumValues(reflect.TypeFor[Decimal]()); got != nil {
		t.Errorf("values = %q, want none", got)
	}
}
