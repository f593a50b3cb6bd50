package identity

import "context"

// Authenticator turns bearer tokens into callers.
type Authenticator struct {
	Own     *Issuer
	Outside *OIDC // nil when only the server's own tokens count
}

// Authenticate returns ctx with the token's caller in it; without a token, ctx
// is returned as it is, which is anonymous. The claim iss decides who checks
// the token, and whoever that is believes none of it before the signature.
//
// It fails with fault.Unauthenticated and RefusedMessage when the token is not
// valid. It fails with fault.Unavailable when the token may be valid but its
// outside issuer cannot be asked now: a client that throws away its token
// upon UNAUTHENTICATED shall keep this one.
func (a *Authenticator) Authenticate(ctx context.Context, token string) (context.Context, error) {
	if token == "" {
		return ctx, nil
	}
	caller, err := a.caller(ctx, token)
	if err != nil {
		return ctx, err
	}
	return With(ctx, caller), nil
}

func (a *Authenticator) caller(ctx context.Context, token string) (Caller, error) {
	if known, ok := a.Own.trusted.caller(token, a.Own.config.Now()); ok {
		return known, nil
	}
	c, err := parse(token)
	switch {
	case err != nil:
		return Caller{}, refused(err)
	case c.issuer == a.Own.config.Issuer:
		return a.Own.verify(c)
	case a.Outside != nil && c.issuer == a.Outside.config.Issuer:
		return a.Outside.verify(ctx, c)
	default:
		return Caller{}, refused(errForeignIssuer)
	}
}
