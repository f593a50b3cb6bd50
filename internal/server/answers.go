package server

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

// answers keeps whole answers to public operations, as they were sent. It
// finds one by the exact request, which needs no parsing, or by what the
// request means. Both contain the edition of the content, so that a publish
// leaves nothing to be found.
type answers struct {
	requests   *otter.Cache[digest, answerKey]
	kept       *otter.Cache[answerKey, *keptAnswer]
	mostKept   int // bytes of one answer
	flights    singleflight.Group
	compressor compressor

	mu      sync.Mutex
	edition int // the newest one that was asked for
}

// knownRequests bounds how many requests are recognised by their bytes. One
// takes some 200 bytes, and is recognised by its meaning when it is dropped.
const knownRequests = 10_000

// keptShare is the part of the memory for answers that a single one may take.
const keptShare = 16

// newAnswers keeps up to bytes of answers.
func newAnswers(bytes int64) *answers {
	return &answers{
		requests: otter.Must(&otter.Options[digest, answerKey]{MaximumSize: knownRequests}),
		kept: otter.Must(&otter.Options[answerKey, *keptAnswer]{
			MaximumWeight: uint64(bytes),
			Weigher:       func(_ answerKey, a *keptAnswer) uint32 { return a.weight() },
		}),
		mostKept: int(min(bytes/keptShare, math.MaxInt32)),
	}
}

// digest stands for what it was made of: nobody finds two texts with the same.
type digest [sha256.Size]byte

// answerKey names one form of one answer.
type answerKey struct {
	operation digest
	wish      wish // the zero value for the form without a coding
}

// digestOf stands for what op answers from that edition of the content and as
// media. Variables count as the operation will see them: with defaults, and in
// no order.
func digestOf(edition int, media string, op *operation) (digest, error) {
	// encoding/json writes the members of an object in the order of their names.
	variables, err := json.Marshal(op.Variables)
	if err != nil {
		return digest{}, fmt.Errorf("writing the variables: %w", err)
	}
	text := make([]byte, 0, 128+len(op.RawQuery)+len(variables))
	text = binary.BigEndian.AppendUint64(text, uint64(edition))
	for _, part := range []string{media, op.Operation.Name, op.RawQuery} {
		text = appendPart(text, part)
	}
	return sha256.Sum256(append(text, variables...)), nil
}

// appendPart appends a part such that no two lists of parts look alike.
func appendPart(to []byte, part string) []byte {
	return append(binary.BigEndian.AppendUint32(to, uint32(len(part))), part...)
}

// recall returns the answer to a request that was remembered.
func (c *answers) recall(request digest) (*keptAnswer, bool) {
	key, ok := c.requests.GetIfPresent(request)
	if !ok {
		return nil, false
	}
	return c.kept.GetIfPresent(key)
}

// remember lets recall find the answer under key.
func (c *answers) remember(request digest, key answerKey) { c.requests.Set(request, key) }

// question is what obtain needs to know of a public operation.
type question struct {
	operation digest
	edition   int
	media     string
	wish      wish
	label     label
	maxAge    time.Duration
	run       func() *graphql.Response // ends by itself, and does not panic
}

// obtain returns the answer to q, in the form that q wishes for. Of several
// who ask at the same time one runs the operation. Without an answer that
// everybody may see, it returns the response to this caller instead, and
// neither when ctx ended first.
func (c *answers) obtain(ctx context.Context, q question) (*keptAnswer, *graphql.Response) {
	c.follow(q.edition)
	if a, ok := c.kept.GetIfPresent(answerKey{q.operation, q.wish}); ok {
		return a, nil
	}
	plain, resp := c.plain(ctx, q)
	if plain == nil {
		return nil, resp
	}
	return c.encoded(plain, q), nil
}

// follow drops everything when edition is newer than all before it. It could
// not be found any more, but would be kept for long where it was popular.
func (c *answers) follow(edition int) {
	c.mu.Lock()
	newer := edition > c.edition
	c.edition = max(c.edition, edition)
	c.mu.Unlock()
	if newer {
		c.requests.InvalidateAll()
		c.kept.InvalidateAll()
	}
}

// plain returns the answer to q without a coding.
func (c *answers) plain(ctx context.Context, q question) (*keptAnswer, *graphql.Response) {
	key := answerKey{operation: q.operation}
	if a, ok := c.kept.GetIfPresent(key); ok {
		return a, nil
	}
	var own *graphql.Response // stays nil when somebody else runs the operation
	flight := c.flights.DoChan(string(q.operation[:]), func() (any, error) {
		if a, ok := c.kept.GetIfPresent(key); ok {
			return a, nil
		}
		own = q.run()
		if !forEverybody(own) {
			return nil, nil
		}
		head, tail := envelope(own)
		a := newKeptAnswer(slices.Concat(head, own.Data, tail), identityCoding, q)
		c.keep(key, a)
		return a, nil
	})
	select {
	case landed := <-flight:
		if a, ok := landed.Val.(*keptAnswer); ok {
			return a, nil
		}
		if own == nil {
			own = q.run() // errors are each caller's own
		}
		return nil, own
	case <-ctx.Done():
		return nil, nil
	}
}

// forEverybody reports whether resp is a whole answer. Errors may be over with
// the next request, and have the id of this one.
func forEverybody(resp *graphql.Response) bool {
	return resp.Data != nil && len(resp.Errors) == 0 && len(resp.Extensions) == 0 && resp.HasNext == nil
}

// encoded returns plain in the form that q wishes for, made once. What is not
// worth it stays as it is, and so does what is too large to be kept, since it
// would be made every time.
func (c *answers) encoded(plain *keptAnswer, q question) *keptAnswer {
	if q.wish.coding == identityCoding || len(plain.body) > c.mostKept {
		return plain
	}
	a := plain
	if len(plain.body) >= worthCompressing || q.wish.exactly {
		body, err := c.compressor.encode(plain.body, q.wish.coding)
		if err == nil && (len(body) < len(plain.body) || q.wish.exactly) {
			a = newKeptAnswer(body, q.wish.coding, q)
		}
	}
	c.keep(answerKey{q.operation, q.wish}, a)
	return a
}

func (c *answers) keep(key answerKey, a *keptAnswer) {
	if len(a.body) <= c.mostKept {
		c.kept.Set(key, a)
	}
}
