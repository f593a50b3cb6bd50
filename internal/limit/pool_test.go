package limit_test

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/limit"
	"github.com/scrumkb/scrumkb/internal/metric"
)

var (
	here  = netip.MustParsePrefix("192.0.2.1/32")
	there = netip.MustParsePrefix("192.0.2.2/32")
)

func pool(b limit.Bounds) *limit.Pool {
	return limit.New(limit.Config{Bounds: b, Reason: fault.TooManyOperations, Message: "too many", Patience: time.Minute, Busy: time.Minute})
}

func TestTry(t *testing.T) {
	bounds := limit.Bounds{Process: 5, Network: 3, Caller: 2}
	anna, ben := limit.Holder{Network: here, Caller: "anna"}, limit.Holder{Network: here, Caller: "ben"}
	nobody, other := limit.Holder{Network: here}, limit.Holder{Network: there}
	tests := map[string]struct {
		taken  []limit.Holder
		next   limit.Holder
		reason fault.LimitReason
	}{
		"Nothing":            {nil, anna, ""},
		"CallerHasShare":     {[]limit.Holder{anna, anna}, anna, fault.TooManyOperations},
		"OtherCaller":        {[]limit.Holder{anna, anna}, ben, ""},
		"NetworkHasShare":    {[]limit.Holder{anna, anna, ben}, ben, fault.TooManyOperations},
		"NobodyHasNoCaller":  {[]limit.Holder{nobody, nobody}, nobody, ""},
		"OtherNetwork":       {[]limit.Holder{anna, anna, ben}, other, ""},
		"ProcessHasNothing":  {[]limit.Holder{anna, anna, ben, other, other}, other, fault.Busy},
		"SameCallerElsewere": {[]limit.Holder{anna, anna}, limit.Holder{Network: there, Caller: "anna"}, fault.TooManyOperations},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := pool(bounds)
			for _, h := range tt.taken {
				if err := p.Try(h, 1); err != nil {
					t.Fatal(err)
				}
			}
			if got := fault.ReasonOf(p.Try(tt.next, 1)); got != fault.Reason(tt.reason) {
				t.Errorf("reason %q, want %q", got, tt.reason)
			}
			for _, h := range tt.taken {
				p.Give(h, 1)
			}
			if tt.reason != "" {
				if err := p.Try(tt.next, 1); err != nil {
					t.Errorf("after all was given back: %v", err)
				}
			}
		})
	}
}

func TestTakeWaitsItsTurn(t *testing.T) {
	p := pool(limit.Bounds{Process: 1})
	h := limit.Holder{Network: here}
	if err := p.Take(t.Context(), h, 1); err != nil {
		t.Fatal(err)
	}
	got := make(chan error)
	go func() { got <- p.Take(t.Context(), h, 1) }()
	select {
	case err := <-got:
		t.Fatalf("taken twice: %v", err)
	case <-time.After(10 * time.Millisecond):
	}
	p.Give(h, 1)
	if err := <-got; err != nil {
		t.Error(err)
	}
	if used := p.Used(); used != 1 {
		t.Errorf("%d in use", used)
	}
}

func TestTakeGivesUp(t *testing.T) {
	counted := &metric.Registry{}
	p := limit.New(limit.Config{
		Name: "operations", Bounds: limit.Bounds{Process: 2, Network: 1}, Reason: fault.TooManyOperations,
		Busy: time.Millisecond, Patience: 2 * time.Millisecond, Metrics: counted,
	})
	for _, network := range []netip.Prefix{here, there} {
		if err := p.Try(limit.Holder{Network: network}, 1); err != nil {
			t.Fatal(err)
		}
		want := fault.TooManyOperations
		if network == there {
			want = fault.Busy
		}
		if got := fault.ReasonOf(p.Take(t.Context(), limit.Holder{Network: network}, 1)); got != fault.Reason(want) {
			t.Errorf("reason %q, want %q", got, want)
		}
	}
	refused := map[string]int64{}
	for _, v := range counted.Values() {
		if v.Name == "scrumkb_rate_limited_total" {
			refused[v.Labels[1].Value] = v.Value
		}
	}
	if refused["process"] != 1 || refused["network"] != 1 || refused["caller"] != 0 {
		t.Errorf("counted %v", refused)
	}
}

func TestTakeEndsWithItsContext(t *testing.T) {
	p := pool(limit.Bounds{Process: 1})
	if err := p.Try(limit.Holder{}, 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Take(ctx, limit.Holder{}, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	p.Give(limit.Holder{}, 1)
	if used := p.Used(); used != 0 {
		t.Errorf("%d in use: a waiter that gave up still holds some", used)
	}
}

// A caller who waits for their own share does not hold up others.
func TestOthersPass(t *testing.T) {
	p := pool(limit.Bounds{Process: 3, Network: 1})
	if err := p.Try(limit.Holder{Network: here}, 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	waiting.Go(func() { _ = p.Take(ctx, limit.Holder{Network: here}, 1) })
	if err := p.Take(t.Context(), limit.Holder{Network: there}, 1); err != nil {
		t.Error(err)
	}
	cancel()
	waiting.Wait()
}

// However many take and give at the same time, no bound is exceeded, and in the
// end everything is back.
func TestBoundsHold(t *testing.T) {
	p := pool(limit.Bounds{Process: 4, Network: 3, Caller: 2})
	var all, of [2]atomic.Int64
	var work sync.WaitGroup
	for i := range 32 {
		h := limit.Holder{Network: []netip.Prefix{here, there}[i%2], Caller: []string{"anna", "ben"}[i/2%2]}
		work.Go(func() {
			for range 200 {
				if err := p.Take(t.Context(), h, 1); err != nil {
					t.Error(err)
					return
				}
				if n := all[0].Add(1); n > 4 {
					t.Errorf("%d of the process", n)
				}
				if n := of[i%2].Add(1); n > 3 {
					t.Errorf("%d of a network", n)
				}
				of[i%2].Add(-1)
				all[0].Add(-1)
				p.Give(h, 1)
			}
		})
	}
	work.Wait()
	if used := p.Used(); used != 0 {
		t.Errorf("%d in use", used)
	}
}
