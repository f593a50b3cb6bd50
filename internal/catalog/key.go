package catalog

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// OptionByKey returns the option with the key, or nil.
func (q *Question) OptionByKey(key string) *Option {
	i := slices.IndexFunc(q.Options, func(o *Option) bool { return o.Key == key })
	if i < 0 {
		return nil
	}
	return q.Options[i]
}

// PromptByKey returns the prompt with the key, or nil.
func (q *Question) PromptByKey(key string) *Prompt {
	for _, p := range q.Prompts {
		if p.Key == key {
			return p
		}
	}
	return nil
}

// AcceptsText reports whether text is an accepted answer to a SHORT_TEXT
// question; case and spacing do not matter.
func (q *Question) AcceptsText(text string) bool {
	for _, accepted := range q.Accepted {
		if FoldAnswer(accepted) == FoldAnswer(text) {
			return true
		}
	}
	return false
}

// AcceptsNumber reports whether n is within the tolerance of a NUMERIC
// question.
func (q *Question) AcceptsNumber(n float64) bool {
	return q.Number != nil && math.Abs(n-q.Number.Value) <= q.Number.Tolerance+rounding(q.Number.Value)
}

// MistakenText returns the mistake that a wrong answer to a SHORT_TEXT
// question is known as, or nil.
func (q *Question) MistakenText(text string) *Mistake {
	for _, m := range q.Mistakes {
		if FoldAnswer(m.Answer) == FoldAnswer(text) {
			return m
		}
	}
	return nil
}

// MistakenNumber returns the mistake that a wrong answer to a NUMERIC
// question is known as, or nil.
func (q *Question) MistakenNumber(n float64) *Mistake {
	for _, m := range q.Mistakes {
		if answer, err := strconv.ParseFloat(m.Answer, 64); err == nil && math.Abs(n-answer) <= rounding(answer) {
			return m
		}
	}
	return nil
}

// rounding is how far two numbers may be apart that were written the same in
// decimal: 0.4 is within 0.1 of 0.3, although their difference as float64 is
// larger than 0.1.
func rounding(n float64) float64 { return 1e-9 * max(1, math.Abs(n)) }

// FoldAnswer brings an answer into the form in which SHORT_TEXT answers are
// compared: case and spacing do not matter.
func FoldAnswer(answer string) string {
	return strings.ToLower(strings.Join(strings.Fields(answer), " "))
}
