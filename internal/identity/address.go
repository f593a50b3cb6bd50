package identity

import (
	"context"
	"net/netip"
)

type addressKey struct{}

// WithAddress returns ctx with the client's address.
func WithAddress(ctx context.Context, address netip.Addr) context.Context {
	return context.WithValue(ctx, addressKey{}, address)
}

// Address returns the client's address; the zero Addr if it is unknown.
func Address(ctx context.Context) netip.Addr {
	address, _ := ctx.Value(addressKey{}).(netip.Addr)
	return address
}
