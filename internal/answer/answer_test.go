package answer_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/scrumkb/scrumkb/internal/answer"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/limit"
)

func memory(bytes int64) *limit.Pool {
	return limit.New(limit.Config{Bounds: limit.Bounds{Process: bytes}})
}

func TestLength(t *testing.T) {
	tests := map[string]struct {
		grow    []int
		encoded []int
		code    fault.Code
	}{
		"Exact":           {[]int{600, 400}, []int{1000}, ""},
		"OneTooMany":      {[]int{600, 401}, nil, fault.QueryTooComplex},
		"LongerThanSaid":  {[]int{10}, []int{1001}, fault.QueryTooComplex},
		"SeveralParts":    {nil, []int{600, 401}, fault.QueryTooComplex},
		"AfterItHasEnded": {[]int{1001, 0}, nil, fault.QueryTooComplex},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := answer.New(answer.Config{Most: 1000})
			if err := a.Begin(t.Context(), 100); err != nil {
				t.Fatal(err)
			}
			var grown error
			for _, n := range tt.grow {
				grown = a.Grow(n)
			}
			for _, n := range tt.encoded {
				a.Encoded(n)
			}
			if got := fault.CodeOf(a.Err()); got != tt.code {
				t.Errorf("code %q, want %q", got, tt.code)
			}
			if tt.encoded == nil && !errors.Is(grown, answer.ErrEnded) {
				t.Errorf("the last part: %v", grown)
			}
		})
	}
}

func TestMemory(t *testing.T) {
	pool := memory(10 << 20)
	a := answer.New(answer.Config{Most: 4 << 20, Memory: pool})
	if err := a.Begin(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	small := pool.Used()
	if small == 0 {
		t.Error("an answer takes no memory")
	}
	if err := a.Grow(2 << 20); err != nil {
		t.Fatal(err)
	}
	if used := pool.Used(); used < 6<<20 {
		t.Errorf("2 MiB take %d bytes while they are made", used)
	}
	a.Made(3 << 20)
	if used := pool.Used(); used != 3<<20 {
		t.Errorf("3 MiB wait in %d bytes", used)
	}
	a.Close()
	a.Close()
	if used := pool.Used(); used != 0 {
		t.Errorf("%d bytes are left", used)
	}
}

func TestNoMemory(t *testing.T) {
	pool := memory(1 << 20)
	a := answer.New(answer.Config{Memory: pool})
	if err := a.Begin(t.Context(), 1<<20); fault.ReasonOf(err) != fault.Reason(fault.Busy) {
		t.Errorf("an answer that does not fit: %v", err)
	}
	a.Close()
	if err := a.Begin(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if err := a.Grow(1 << 20); !errors.Is(err, answer.ErrEnded) || fault.ReasonOf(a.Err()) != fault.Reason(fault.Busy) {
		t.Errorf("an answer that grows too much: %v, %v", err, a.Err())
	}
	a.Close()
	if used := pool.Used(); used != 0 {
		t.Errorf("%d bytes are left", used)
	}
}

// The parts of an answer begin at the same time.
func TestOneTurnForEachAnswer(t *testing.T) {
	turns := 0
	a := answer.New(answer.Config{Turn: func(context.Context) error { turns++; return nil }})
	for range 2 {
		var parts sync.WaitGroup
		for range 8 {
			parts.Go(func() {
				if err := a.Begin(t.Context(), 0); err != nil {
					t.Error(err)
				}
				_ = a.Grow(1)
			})
		}
		parts.Wait()
		a.Close()
	}
	if turns != 2 {
		t.Errorf("%d turns for two answers", turns)
	}
}
