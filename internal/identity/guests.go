package identity

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// guestAddresses limits the addresses that a GuestLimiter remembers, some 100
// bytes each. It forgets the least recently seen first, so that a flood from
// many addresses takes no session from anybody else.
const guestAddresses = 1 << 16

// GuestLimiter limits how often an address starts a guest session. An IPv6
// address counts as its /64, because a single machine has all of those. It is
// safe for concurrent use.
type GuestLimiter struct {
	every time.Duration
	burst int
	now   func() time.Time

	mu sync.Mutex
	// paid is the time until which an address has used its sessions: each
	// session adds every, and it may be up to burst sessions ahead of now.
	paid *simplelru.LRU[netip.Prefix, time.Time]
}

// NewGuestLimiter returns a limiter that lets each address start burst sessions
// at once, and then one per every. Both must be positive.
func NewGuestLimiter(every time.Duration, burst int, now func() time.Time) (*GuestLimiter, error) {
	if every <= 0 || burst < 1 {
		return nil, fmt.Errorf("guest sessions need a positive rate, not %d at once and one every %s", burst, every)
	}
	paid, err := simplelru.NewLRU[netip.Prefix, time.Time](guestAddresses, nil)
	if err != nil {
		return nil, fmt.Errorf("preparing the limit of guest sessions: %w", err)
	}
	return &GuestLimiter{every: every, burst: burst, now: now, paid: paid}, nil
}

// Allow counts one session started from the address. It fails with a
// fault.Limited if there were too many; refused ones do not count. All unknown
// addresses, the zero Addr, count as one.
func (l *GuestLimiter) Allow(address netip.Addr) error {
	l.mu.Lock()
	defer l.mu.Unlock()

	now, network := l.now(), Network(address)
	paid, known := l.paid.Get(network)
	if !known || paid.Before(now) {
		paid = now
	}
	paid = paid.Add(l.every)
	if wait := paid.Sub(now) - time.Duration(l.burst)*l.every; wait > 0 {
		return limited(wait)
	}
	l.paid.Add(network, paid)
	return nil
}

func limited(wait time.Duration) error {
	seconds := int((wait + time.Second - 1) / time.Second)
	return fault.Limited(fault.TooManyGuests, seconds, "too many guest sessions were started from this address; try again later")
}
