package quiz

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// maxRequests is how many requests with idempotency keys an attempt remembers:
// clients repeat the latest ones, not those of an hour ago.
const maxRequests = 64

// request is a request with an idempotency key.
type request struct {
	Key    string `bson:"key"`
	Digest string `bson:"digest"` // of the answer
}

// newRequest returns the request for an answer, or nil if it has no key.
func newRequest(in AnswerInput) (*request, error) {
	if err := checkKey(in.IdempotencyKey); err != nil || in.IdempotencyKey == "" {
		return nil, err
	}
	text, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("hashing the request: %w", err)
	}
	sum := sha256.Sum256(append([]byte("answer "), text...))
	const enough = 16 // bytes: collisions would only harm the client that makes them
	return &request{Key: in.IdempotencyKey, Digest: hex.EncodeToString(sum[:enough])}, nil
}

// repeats reports whether the attempt has already recorded the request. It
// fails with a CONFLICT if the key was used for another one.
func (a *Attempt) repeats(r *request) (bool, error) {
	if r == nil {
		return false, nil
	}
	for _, done := range a.Requests {
		switch {
		case done == *r:
			return true, nil
		case done.Key == r.Key:
			return false, fault.Conflicting(fault.KeyReused, "the idempotency key was used for another request")
		}
	}
	return false, nil
}

// remember records the request, and drops the oldest if there are too many.
func (a *Attempt) remember(r *request) {
	a.Requests = append(a.Requests, *r)
	a.Requests = a.Requests[max(0, len(a.Requests)-maxRequests):]
}
