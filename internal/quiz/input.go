package quiz

import (
	"math"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// StartInput asks for an attempt: at a quiz or, when Practice is set, at a
// practice session.
type StartInput struct {
	QuizSlug string
	Practice *Practice
}

// AnswerInput is an answer to the question of one slot.
type AnswerInput struct {
	Slot           int // number, from 1
	Response       ResponseInput
	Confidence     *Confidence // optional
	ExpectedRev    *int        // optional: Slot.Rev as the client knows it
	IdempotencyKey string      // optional
}

// FlagInput marks a slot, or takes the mark away.
type FlagInput struct {
	Slot    int // number, from 1
	Flagged bool
}

// HintInput asks for a hint of a slot's question.
type HintInput struct {
	Slot   int // number, from 1
	Number int // which hint, from 1, so that asking again gives the same
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

// maxKeyLength lets a client use a UUID, or a hash in hex.
const maxKeyLength = 64

func checkKey(key string) error {
	if len(key) > maxKeyLength || !utf8.ValidString(key) {
		return fault.Invalid("idempotencyKey", "the idempotency key must be text of at most %d bytes", maxKeyLength)
	}
	return nil
}
