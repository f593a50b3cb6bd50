package identity

import (
	"context"
	"net/netip"
)

type addressKey struct{}

// WithAddress returns ctx with the address that a request comes from.
func WithAddress(ctx context.Context, address netip.Addr) context.Context {
	return context.WithValue(ctx, addressKey{}, address)
}

// Address returns where the request comes from; the zero Addr when that is
// not known.
func Address(ctx context.Context) netip.Addr {
	address, _ := ctx.Value(addressKey{}).(netip.Addr)
	return address
}
