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

// Network returns the network that an address counts as: an IPv6 address counts
// as its /64, because a single machine has all of those.
func Network(address netip.Addr) netip.Prefix {
	address = address.Unmap().WithZone("")
	bits := 64
	if address.Is4() {
		bits = 32
	}
	network, err := address.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}
