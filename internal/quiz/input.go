package quiz

import (
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
