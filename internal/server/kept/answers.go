// Package kept keeps whole answers to public operations, in the bytes and the
// codings in which they are sent, and finds them by the bytes of a request or by
// what it means. Its one law: nothing that is kept depends on who asked, and
// nothing outlives the edition of the content that it was answered from.
package kept

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/scrumkb/scrumkb/internal/server/document"
)

// Answers finds one by the exact request, which needs no parsing, or by what
// the request means. Both contain the edition of the content, so that a publish
// leaves nothing to be found. Create it with New; it is safe for use by several
// goroutines.
type Answers struct {
	requests   *otter.Cache[digest, key]
	kept       *otter.Cache[key, *Answer]
	sightings  sync.Pool
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

// New returns Answers that keep up to so many bytes.
func New(bytes int64) *Answers {
	return &Answers{
		requests: otter.Must(&otter.Options[digest, key]{MaximumSize: knownRequests}),
		kept: otter.Must(&otter.Options[key, *Answer]{
			MaximumWeight: uint64(bytes),
			Weigher:       func(_ key, a *Answer) uint32 { return a.weight() },
		}),
		mostKept: int(min(bytes/keptShare, math.MaxInt32)),
	}
}

// digest stands for what it was made of: nobody finds two texts with the same.
type digest [sha256.Size]byte

// key names one form of one answer.
type key struct {
	operation digest
	wish      wish // the zero value for the form without a coding
}

// digestOf stands for what op answers from that edition of the content and as
// media. Variables count as the operation will see them: with defaults, and in
// no order.
func digestOf(edition int, media string, op *document.Operation) (digest, error) {
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

// Question is a public operation that somebody asks.
type Question struct {
	Operation *document.Operation
	Edition   int      // of the content, that the answer is to come from
	Media     string   // the answer's media type
	Encodings []string // the request's Accept-Encoding headers

	// Run answers the operation. It ends by itself, and does not panic.
	Run func() *graphql.Response
}

// question is a Question with what is worked out of it.
type question struct {
	Question
	digest digest
	wish   wish
}

func (q question) key() key { return key{q.digest, q.wish} }

// Again returns the answer to a request that looks like an earlier one, which
// got it from the same edition.
func (c *Answers) Again(seen *Sighting, edition int) (*Answer, bool) {
	if seen.err != nil {
		return nil, false
	}
	seen.sign(edition)
	key, ok := c.requests.GetIfPresent(seen.digest)
	if !ok {
		return nil, false
	}
	return c.kept.GetIfPresent(key)
}

// Answer returns the answer to q, in the form that q wishes for, and lets Again
// find it by what was seen, which may be nil. Of several who ask at the same
// time one runs the operation. Without an answer that everybody may see, it
// returns the response to this caller instead, and neither when ctx ended
// first. It fails only for variables that cannot be written as JSON.
func (c *Answers) Answer(ctx context.Context, asked Question, seen *Sighting) (*Answer, *graphql.Response, error) {
	digest, err := digestOf(asked.Edition, asked.Media, asked.Operation)
	if err != nil {
		return nil, nil, err
	}
	q := question{asked, digest, wishOf(asked.Encodings)}
	a, resp := c.obtain(ctx, q)
	// A request that registers its text has to do so each time.
	if a != nil && seen != nil && seen.edition == q.Edition && !q.Operation.Registers {
		c.requests.Set(seen.digest, q.key())
	}
	return a, resp, nil
}

func (c *Answers) obtain(ctx context.Context, q question) (*Answer, *graphql.Response) {
	c.follow(q.Edition)
	if a, ok := c.kept.GetIfPresent(q.key()); ok {
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
func (c *Answers) follow(edition int) {
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
func (c *Answers) plain(ctx context.Context, q question) (*Answer, *graphql.Response) {
	key := key{operation: q.digest}
	if a, ok := c.kept.GetIfPresent(key); ok {
		return a, nil
	}
	var own *graphql.Response // stays nil when somebody else runs the operation
	flight := c.flights.DoChan(string(q.digest[:]), func() (any, error) {
		if a, ok := c.kept.GetIfPresent(key); ok {
			return a, nil
		}
		own = q.Run()
		if !forEverybody(own) {
			return nil, nil
		}
		a := newAnswer(slices.Concat([]byte(`{"data":`), own.Data, []byte(`}`)), identityCoding, q)
		c.keep(key, a)
		return a, nil
	})
	select {
	case landed := <-flight:
		if a, ok := landed.Val.(*Answer); ok {
			return a, nil
		}
		if own == nil {
			own = q.Run() // errors are each caller's own
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
func (c *Answers) encoded(plain *Answer, q question) *Answer {
	if q.wish.coding == identityCoding || len(plain.body) > c.mostKept {
		return plain
	}
	a := plain
	if len(plain.body) >= worthCompressing || q.wish.exactly {
		body, err := c.compressor.encode(plain.body, q.wish.coding)
		if err == nil && (len(body) < len(plain.body) || q.wish.exactly) {
			a = newAnswer(body, q.wish.coding, q)
		}
	}
	c.keep(q.key(), a)
	return a
}

func (c *Answers) keep(key key, a *Answer) {
	if len(a.body) <= c.mostKept {
		c.kept.Set(key, a)
	}
}
