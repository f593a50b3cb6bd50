package identity

import (
	"context"
	"io"
	"net/netip"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// GuestSessions admits visitors without an account. A nil one admits nobody.
type GuestSessions struct {
	Issuer  *Issuer
	Limiter *GuestLimiter
	Random  io.Reader     // source of subjects
	TTL     time.Duration // of each token

	// Record notes that a token is issued for a guest. It fails with
	// fault.Unauthenticated if the guest's tokens are refused.
	Record func(ctx context.Context, subject string) error
}

// Session is what a guest needs to be recognised.
type Session struct {
	Token  string
	Caller Caller

	ExpiresAt time.Time // as the token says
}

// Start creates a guest at the address. It fails with fault.Forbidden if guests
// are not admitted, and as [GuestLimiter.Allow] does.
func (g *GuestSessions) Start(ctx context.Context, address netip.Addr) (Session, error) {
	if g == nil {
		return Session{}, fault.New(fault.Forbidden, "this server does not admit guests")
	}
	if err := g.Limiter.Allow(address); err != nil {
		return Session{}, err
	}
	subject, err := GuestSubject(g.Random)
	if err != nil {
		return Session{}, err
	}
	return g.session(ctx, Caller{Subject: subject, Roles: []Role{RoleLearner}, Guest: true})
}

// Renew issues a guest's next token. It fails with fault.Forbidden for
// everybody else.
func (g *GuestSessions) Renew(ctx context.Context, c Caller) (Session, error) {
	if g == nil || !c.Guest {
		return Session{}, fault.New(fault.Forbidden, "only guest sessions can be renewed")
	}
	return g.session(ctx, c)
}

// Guest returns the subject of the guest whose token the owner of an account
// presents. It fails with fault.Forbidden if the caller is a guest, and with
// fault.InvalidInput naming guestToken if that is no valid token of a guest.
func (g *GuestSessions) Guest(c Caller, token string) (string, error) {
	if g == nil {
		return "", fault.New(fault.Forbidden, "this server does not admit guests")
	}
	if c.Guest {
		return "", fault.New(fault.Forbidden, "guests have no account; sign in to yours first")
	}
	guest, err := g.Issuer.Verify(token)
	switch {
	case fault.ReasonOf(err) == fault.Reason(fault.TokenExpired):
		return "", fault.Invalid("guestToken", "the guest's token has expired")
	case err != nil || !guest.Guest:
		return "", fault.Invalid("guestToken", "this is not a guest's token")
	}
	return guest.Subject, nil
}

func (g *GuestSessions) session(ctx context.Context, c Caller) (Session, error) {
	if err := g.Record(ctx, c.Subject); err != nil {
		return Session{}, err
	}
	token, expires, err := g.Issuer.Issue(c.Subject, c.Roles, c.Guest, g.TTL)
	if err != nil {
		return Session{}, err
	}
	c.Expires = expires.Add(Leeway)
	return Session{Token: token, Caller: c, ExpiresAt: expires}, nil
}
