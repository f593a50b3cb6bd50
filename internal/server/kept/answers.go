// Package kept caches whole answers to public operations, encoded as they are
// sent, and finds them by the bytes of a request or by its meaning. Its one
// law: no cached answer depends on the caller or outlives the edition of the
// content that it came from.
package kept

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/scrumkb/scrumkb/internal/server/document"
)

// Answers finds answers by the exact request, without parsing it, or by its
// meaning. Both keys contain the edition of the content, so that a publication
// invalidates all. Create it with New; it is safe for concurrent use.
type Answers struct {
	requests   *otter.Cache[digest, key]
	kept       *otter.Cache[key, *Answer]
	sightings  sync.Pool
	mostKept   int // bytes of one answer
	flights    singleflight.Group
	compressor compressor

	mu      sync.Mutex
	edition int // the newest edition asked for
}

// knownRequests limits how many requests are recognised by their bytes. Each
// takes some 200 bytes; after eviction it is still recognised by its meaning.
const knownRequests = 10_000

// keptShare is the largest share of the cache for a single answer.
const keptShare = 16

// New returns Answers that use at most this many bytes.
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

// digest identifies its input: finding two with the same digest is infeasible.
type digest [sha256.Size]byte

// key identifies one encoding of one answer.
type key struct {
	operation digest
	wish      wish // zero for the identity encoding
}

// digestOf identifies the answer to op from an edition of the content as a
// media type. Variables count with their defaults, in any order.
func digestOf(edition int, media string, op *document.Operation) (digest, error) {
	// encoding/json sorts the members of a map by name.
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

// appendPart appends a part unambiguously: different lists of parts never give
// the same bytes.
func appendPart(to []byte, part string) []byte {
	return append(binary.BigEndian.AppendUint32(to, uint32(len(part))), part...)
}

// Question is a request for a public operation.
type Question struct {
	Operation *document.Operation
	Edition   int      // the edition of the content to answer from
	Media     string   // the answer's media type
	Encodings []string // the request's Accept-Encoding headers

	// Run executes the operation. It limits its own time, and does not panic.
	Run func() *graphql.Response
}

// question is a Question with values derived from it.
type question struct {
	Question
	digest digest
	wish   wish
}

func (q question) key() key { return key{q.digest, q.wish} }

// Again returns the cached answer for a request that looks like an earlier one
// on the same edition.
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

// Answer returns the answer to q, in the encoding that q prefers, and lets
// Again find it by seen, which may be nil. When several ask at the same time,
// one runs the operation. If the answer cannot be shared, it returns the
// response to this caller instead; if ctx ends first, neither. It fails only
// for variables that cannot be written as JSON.
func (c *Answers) Answer(ctx context.Context, asked Question, seen *Sighting) (*Answer, *graphql.Response, error) {
	digest, err := digestOf(asked.Edition, asked.Media, asked.Operation)
	if err != nil {
		return nil, nil, err
	}
	q := question{asked, digest, wishOf(asked.Encodings)}
	a, resp := c.obtain(ctx, q)
	// A request that registers its text must do so every time.
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

// follow drops all answers when edition is newer than all before. They could
// no longer be found, but popular ones would stay in memory for long.
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

// plain returns the answer to q in the identity encoding.
func (c *Answers) plain(ctx context.Context, q question) (*Answer, *graphql.Response) {
	key := key{operation: q.digest}
	if a, ok := c.kept.GetIfPresent(key); ok {
		return a, nil
	}
	var own *graphql.Response // stays nil if another caller runs the operation
	flight := c.flights.DoChan(string(q.digest[:]), func() (any, error) {
		if a, ok := c.kept.GetIfPresent(key); ok {
			return a, nil
		}
		own = q.Run()
		if !forEverybody(own) || len(own.Data) > c.mostKept {
			return nil, nil
		}
		a := newAnswer(own, q)
		c.keep(key, a)
		return a, nil
	})
	select {
	case landed := <-flight:
		if a, ok := landed.Val.(*Answer); ok {
			return a, nil
		}
		if own == nil {
			own = q.Run() // errors are each caller's own, and so is the memory of long answers
		}
		if forEverybody(own) {
			return newAnswer(own, q), nil
		}
		return nil, own
	case <-ctx.Done():
		return nil, nil
	}
}

// forEverybody reports whether resp can be shared. Errors may be temporary, and
// contain the request's id.
func forEverybody(resp *graphql.Response) bool {
	return resp.Data != nil && len(resp.Errors) == 0 && len(resp.Extensions) == 0 && resp.HasNext == nil
}

// encoded returns plain in the encoding that q prefers, computed once. Answers
// that are too small to be worth it stay as they are, and so do those too large
// to cache, which would be encoded every time.
func (c *Answers) encoded(plain *Answer, q question) *Answer {
	if q.wish.coding == identityCoding || len(plain.body) > c.mostKept {
		return plain
	}
	a := plain
	if len(plain.body) >= worthCompressing || q.wish.exactly {
		body, err := c.compressor.encode(plain.body, q.wish.coding)
		if err == nil && (len(body) < len(plain.body) || q.wish.exactly) {
			a = encodedAnswer(body, q.wish.coding, q)
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
