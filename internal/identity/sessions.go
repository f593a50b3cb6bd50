package identity

import (
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
}

// Session is what a guest needs to be recognised.
type Session struct {
	Token  string
	Caller Caller

	ExpiresAt time.Time // as the token says
}

// Start creates a guest at the address. It fails with fault.Forbidden if guests
// are not admitted, and as [GuestLimiter.Allow] does.
func (g *GuestSessions) Start(address netip.Addr) (Session, error) {
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
	return g.session(Caller{Subject: subject, Roles: []Role{RoleLearner}, Guest: true})
}

// Renew issues a guest's next token. It fails with fault.Forbidden for
// everybody else.
func (g *GuestSessions) Renew(c Caller) (Session, error) {
	if g == nil || !c.Guest {
		return Session{}, fault.New(fault.Forbidden, "only guest sessions can be renewed")
	}
	return g.session(c)
}

func (g *GuestSessions) session(c Caller) (Session, error) {
	token, expires, err := g.Issuer.Issue(c.Subject, c.Roles, c.Guest, g.TTL)
	if err != nil {
		return Session{}, err
	}
	c.Expires = expires.Add(Leeway)
	return Session{Token: token, Caller: c, ExpiresAt: expires}, nil
}
