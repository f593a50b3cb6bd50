package server

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
)

// authenticate returns ctx with the caller of the value of an Authorization
// header. It fails with UNAUTHENTICATED and a constant message that
// distinguishes only expired tokens; the reason goes to the log.
func (e *endpoint) authenticate(ctx context.Context, authorization string) (context.Context, error) {
	if e.config.Authenticate == nil {
		return ctx, nil
	}
	scheme, token, _ := strings.Cut(authorization, " ")
	token = strings.TrimSpace(token)
	if authorization != "" && (!strings.EqualFold(scheme, "Bearer") || token == "") {
		return ctx, refusedToken()
	}
	known, err := e.config.Authenticate(ctx, token)
	if err != nil {
		e.config.Logger.InfoContext(ctx, "caller refused", "err", err)
		if fault.CodeOf(err) == fault.Unavailable {
			return ctx, err // tokens cannot be verified right now
		}
		if fault.ReasonOf(err) == fault.Reason(fault.TokenExpired) {
			return ctx, fault.Unauthorized(fault.TokenExpired, identity.ExpiredMessage)
		}
		return ctx, refusedToken()
	}
	return known, nil
}

func refusedToken() error { return fault.Unauthorized(fault.TokenInvalid, identity.RefusedMessage) }

// untilExpiry returns a context that ends when the caller's token expires, by
// the server's clock.
func (e *endpoint) untilExpiry(ctx context.Context) (context.Context, context.CancelFunc) {
	if known, ok := identity.From(ctx); ok {
		return context.WithTimeout(ctx, known.Expires.Sub(e.config.Now()))
	}
	return context.WithCancel(ctx)
}

// located returns r's context with the client's address: that of the connection
// or, behind a trusted proxy, the last one in X-Forwarded-For that was not
// added by a trusted proxy.
func (e *endpoint) located(r *http.Request) context.Context {
	address := addressOf(r.RemoteAddr)
	if e.proxies.trust(address) {
		forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(forwarded) - 1; i >= 0 && e.proxies.trust(address); i-- {
			next, ok := forwardedAddress(strings.TrimSpace(forwarded[i]))
			if !ok {
				break
			}
			address = next
		}
	}
	return identity.WithAddress(r.Context(), address)
}

// forwardedAddress parses an address as proxies write it: some add the port,
// and put an IPv6 address in brackets.
func forwardedAddress(text string) (netip.Addr, bool) {
	if address, err := netip.ParseAddrPort(text); err == nil {
		return address.Addr().Unmap(), true
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return address.Unmap(), err == nil
}

// proxies are the networks of proxies that are trusted.
type proxies []netip.Prefix

func (p proxies) trust(address netip.Addr) bool {
	for _, proxy := range p {
		if proxy.Contains(address) {
			return true
		}
	}
	return false
}

func addressOf(remote string) netip.Addr {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return address.Unmap()
}
