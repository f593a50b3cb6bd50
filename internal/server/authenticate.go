package server

import (
	"context"
	"strings"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// authenticate returns ctx with the caller that authorization, a header's
// value, stands for. It fails with UNAUTHENTICATED and a constant message;
// why goes to the log.
func (e *endpoint) authenticate(ctx context.Context, authorization string) (context.Context, error) {
	if e.config.Authenticate == nil {
		return ctx, nil
	}
	refused := fault.New(fault.Unauthenticated, "the token is not valid")
	scheme, token, _ := strings.Cut(authorization, " ")
	token = strings.TrimSpace(token)
	if authorization != "" && (!strings.EqualFold(scheme, "Bearer") || token == "") {
		return ctx, refused
	}
	known, err := e.config.Authenticate(ctx, token)
	if err != nil {
		e.config.Logger.InfoContext(ctx, "caller refused", "err", err)
		return ctx, refused
	}
	return known, nil
}
