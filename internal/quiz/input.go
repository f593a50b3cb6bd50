package quiz

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// StartInput requests an attempt at a quiz or, if Practice is set, a practice
// session.
type StartInput struct {
	QuizSlug string
	Practice *Practice
}

// AnswerInput is an answer to the question of one slot.
type AnswerInput struct {
	Slot           int // the slot's number, from 1
	Response       ResponseInput
	Confidence     *Confidence // optional
	ExpectedRev    *int        // optional: Slot.Rev as last seen by the client
	IdempotencyKey string      // optional
}

// FlagInput flags a slot, or removes the flag.
type FlagInput struct {
	Slot    int // the slot's number, from 1
	Flagged bool
}

// HintInput requests a hint for a slot's question.
type HintInput struct {
	Slot   int // the slot's number, from 1
	Number int // the hint's number, from 1, so that repeating a request gives the same hint
}

func (in AnswerInput) check() error {
	if in.Confidence != nil && !in.Confidence.known() {
		return fault.Invalid("confidence", "there is no such level of confidence")
	}
	if n := in.Response.Number; n != nil && (math.IsNaN(*n) || math.IsInf(*n, 0)) {
		return fault.Invalid("response.number", "the answer is not a number")
	}
	return nil
}

// maxKeyLength is enough for a UUID or a hash in hex.
const maxKeyLength = 64

func checkKey(key string) error {
	if len(key) > maxKeyLength || !utf8.ValidString(key) {
		return fault.Invalid("idempotencyKey", "the idempotency key must be text of at most %d bytes", maxKeyLength)
	}
	return nil
}

// maxRequests is how many requests an attempt remembers by their idempotency
// keys: clients repeat the latest ones, not those of an hour ago.
const maxRequests = 64

// request is one that had an idempotency key.
type request struct {
	Key    string `bson:"key"`
	Digest string `bson:"digest"` // of the answer
}

// newRequest returns the request for an answer, or nil when it has no key.
func newRequest(in AnswerInput) (*request, error) {
	if err := checkKey(in.IdempotencyKey); err != nil || in.IdempotencyKey == "" {
		return nil, err
	}
	text, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("summing up the request: %w", err)
	}
	sum := sha256.Sum256(append([]byte("answer "), text...))
	const enough = 16 // bytes: collisions would harm their maker only
	return &request{Key: in.IdempotencyKey, Digest: hex.EncodeToString(sum[:enough])}, nil
}

// repeats reports whether the attempt has done the request before. It fails
// with a CONFLICT when the key was used for another one.
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

// remember keeps the request, and forgets the oldest of too many.
func (a *Attempt) remember(r *request) {
	a.Requests = append(a.Requests, *r)
	a.Requests = a.Requests[max(0, len(a.Requests)-maxRequests):]
}
