package testschema

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// Resolvers resolves the schema's fields. The zero value is ready for use,
// except for Query.gate, which needs Entered and Gate.
type Resolvers struct {
	Bumps   atomic.Int64
	Live    atomic.Int64  // subscriptions whose source is running
	Entered chan struct{} // Query.gate sends one value when a request has reached it
	Gate    chan struct{} // Query.gate waits until it can receive
	Caller  func(context.Context) string
	Edition func(context.Context) int // of the content that the context is bound to

	Abort any // the value with which Query.fail panics when asked to abort

	Texts  atomic.Int64 // how often Query.text was answered
	Flakes atomic.Int64 // how often Query.flaky was called
}

// New returns the schema, resolved by r.
func New(r *Resolvers) graphql.ExecutableSchema {
	return NewExecutableSchema(Config{Resolvers: r})
}

func (r *Resolvers) Query() QueryResolver               { return query{r} }
func (r *Resolvers) Mutation() MutationResolver         { return mutation{r} }
func (r *Resolvers) Subscription() SubscriptionResolver { return subscription{r} }
func (r *Resolvers) Node() NodeResolver                 { return node{} }

// Node is an infinite tree.
type Node struct {
	ID    string
	Label string
}

// Day accepts only values of the form 2020-11-18.
type Day string

func (d *Day) UnmarshalGQL(v any) error {
	s, _ := v.(string)
	if len(s) != len("2020-11-18") {
		return fault.Invalid("of", "a day has the form 2020-11-18")
	}
	*d = Day(s)
	return nil
}

func (d Day) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(d))) }

// Bomb is a scalar whose value cannot be written.
type Bomb struct{}

func (*Bomb) UnmarshalGQL(any) error { return nil }
func (Bomb) MarshalGQL(io.Writer)    { panic("bomb at 10.0.0.7") }

type query struct{ *Resolvers }

func (query) Hello(_ context.Context, name string) (string, error) { return "hello " + name, nil }
func (query) Double(_ context.Context, of int) (int, error)        { return 2 * of, nil }
func (query) Shrink(_ context.Context, of int32) (int, error)      { return int(of) / 2, nil }
func (query) Mood(_ context.Context, of Mood) (Mood, error)        { return of, nil }
func (query) Day(_ context.Context, of Day) (Day, error)           { return of, nil }

func (query) Nodes(_ context.Context, first int) ([]*Node, error) {
	return nodes("", first), nil
}

func nodes(parent string, n int) []*Node {
	list := make([]*Node, n)
	for i := range list {
		id := parent + strconv.Itoa(i)
		list[i] = &Node{ID: id, Label: "node " + id}
	}
	return list
}

func (query) Choose(_ context.Context, by *Choice) (string, error) {
	if by == nil {
		return "nothing", nil
	}
	return by.say(), nil
}

func (query) ChooseAll(_ context.Context, by []*Choice) ([]string, error) {
	said := make([]string, len(by))
	for i, c := range by {
		said[i] = c.say()
	}
	return said, nil
}

func (query) ChooseIn(_ context.Context, box Box) (string, error) {
	if c, ok := box.Choice.ValueOK(); ok && c != nil {
		return c.say(), nil
	}
	return "nothing", nil
}

func (c Choice) say() string {
	if n, ok := c.Name.ValueOK(); ok && n != nil {
		return "name " + *n
	}
	if n, ok := c.Number.ValueOK(); ok && n != nil {
		return fmt.Sprint("number ", *n)
	}
	return "box"
}

// ErrSecret has a text that no client may see.
var ErrSecret = errors.New("dial tcp 10.0.0.7:27017: connection refused")

func (q query) Fail(ctx context.Context, kind string) (*string, error) {
	switch kind {
	case "field":
		return nil, fault.Invalid("kind", "kind cannot be used")
	case "wrapped":
		return nil, fmt.Errorf("loading kinds: %w", fault.New(fault.NotFound, "no such kind"))
	case "unreachable":
		return nil, fault.Unreachable(ErrSecret)
	case "deadline":
		return nil, fmt.Errorf("loading kinds: %w", context.DeadlineExceeded)
	case "abort":
		panic(q.Abort)
	case "null":
		graphql.AddErrorf(ctx, "must not be null at 10.0.0.7")
		return nil, nil
	default:
		return nil, fmt.Errorf("loading kinds: %w", ErrSecret)
	}
}

func (query) Panic(context.Context) (*string, error) { panic("panic at 10.0.0.7") }
func (query) Explode(context.Context) (*Bomb, error) { return &Bomb{}, nil }

func (query) Stuck(ctx context.Context) (*string, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (q query) Gate(ctx context.Context) (string, error) {
	q.Entered <- struct{}{}
	select {
	case <-q.Resolvers.Gate:
		return "open", nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (q query) Caller(ctx context.Context) (string, error) {
	if q.Resolvers.Caller == nil {
		return "nobody", nil
	}
	return q.Resolvers.Caller(ctx), nil
}

func (q query) Mistaken(ctx context.Context) (string, error) { return q.Caller(ctx) }

// Edition is read twice, as two root fields would do.
type Edition struct{ Number, Again int }

func (q query) Edition(ctx context.Context) (*Edition, error) {
	first := q.Resolvers.Edition(ctx)
	runtime.Gosched()
	return &Edition{first, q.Resolvers.Edition(ctx)}, nil
}

func (q query) Flaky(context.Context) (string, error) {
	if q.Flakes.Add(1) == 1 {
		return "", fault.Unreachable(ErrSecret)
	}
	return "well", nil
}

func (q query) Text(_ context.Context, bytes int, of *Letters) (string, error) {
	q.Texts.Add(1)
	word := "lorem ipsum "
	if of != nil {
		word = of.First
		if second, ok := of.Second.ValueOK(); ok {
			word += fmt.Sprint(orNull(second))
		}
		word += strings.Join(of.More.Value(), "")
	}
	return strings.Repeat(word, bytes/len(word)+1)[:bytes], nil
}

func orNull(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

type mutation struct{ *Resolvers }

func (m mutation) Bump(_ context.Context, by int) (int, error) {
	return int(m.Bumps.Add(int64(by))), nil
}

type node struct{}

func (node) Child(_ context.Context, n *Node) (*Node, error)      { return nodes(n.ID, 1)[0], nil }
func (node) Children(_ context.Context, n *Node) ([]*Node, error) { return nodes(n.ID, 2), nil }
func (node) Late(_ context.Context, n *Node) (string, error)      { return "late " + n.ID, nil }

type subscription struct{ *Resolvers }

// source runs send in a goroutine until it returns false or ctx ends.
func source[T any](ctx context.Context, r *Resolvers, value func(i int) (T, bool)) (<-chan T, error) {
	events := make(chan T)
	r.Live.Add(1)
	go func() {
		defer r.Live.Add(-1)
		defer close(events)
		for i := 1; ; i++ {
			v, ok := value(i)
			if !ok {
				return
			}
			select {
			case events <- v:
			case <-ctx.Done():
				return
			}
		}
	}()
	return events, nil
}

func (s subscription) Count(ctx context.Context, to int) (<-chan int, error) {
	return source(ctx, s.Resolvers, func(i int) (int, bool) { return i, i <= to })
}

func (s subscription) Idle(ctx context.Context) (<-chan int, error) {
	return source(ctx, s.Resolvers, func(i int) (int, bool) {
		if i > 1 {
			<-ctx.Done()
		}
		return i, i == 1
	})
}

func (s subscription) Flood(ctx context.Context) (<-chan string, error) {
	water := strings.Repeat("water ", 10_000)
	return source(ctx, s.Resolvers, func(int) (string, bool) { return water, true })
}

func (subscription) Refuse(context.Context) (<-chan int, error) {
	return nil, fault.New(fault.Forbidden, "not for you")
}

func (s subscription) Explodes(ctx context.Context) (<-chan *Bomb, error) {
	return source(ctx, s.Resolvers, func(i int) (*Bomb, bool) { return &Bomb{}, i == 1 })
}
