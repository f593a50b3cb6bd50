package identity

import "context"

// Authenticator turns bearer tokens into callers.
type Authenticator struct {
	Own     *Issuer
	Outside *OIDC // nil if only the server's own tokens are accepted
}

// Authenticate returns ctx with the token's caller in it; without a token, it
// returns ctx unchanged, which is anonymous. The claim iss decides who verifies
// the token; nothing else in it is used before the signature is verified.
//
// It fails with fault.Unauthenticated and RefusedMessage if the token is
// invalid, and with fault.Unavailable if its external issuer cannot be reached:
// clients that discard a token upon UNAUTHENTICATED should keep this one.
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
