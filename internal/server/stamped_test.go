package server

import (
	"context"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/fault"
)

func TestStampedLeavesOriginalsUnchanged(t *testing.T) {
	shared := &gqlerror.Error{Message: "m", Extensions: map[string]any{"code": fault.Internal}}
	ctx := context.WithValue(t.Context(), observationKey{}, &observation{requestID: "one"})
	if got := stamped(ctx, gqlerror.List{shared}); got[0].Extensions["requestId"] != "one" || shared.Extensions["requestId"] != nil {
		t.Errorf("stamped %v, shared %v", got[0].Extensions, shared.Extensions)
	}
}
