package catalog

import (
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"

	"github.com/scrumkb/scrumkb/internal/typed"
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
// question, as a person would compare them; see [typed.FoldAnswer].
func (q *Question) AcceptsText(text string) bool {
	given := typed.FoldAnswer(text)
	return slices.ContainsFunc(q.Accepted, func(accepted string) bool { return typed.FoldAnswer(accepted) == given })
}

// MistakenText returns the known mistake that matches a wrong answer to a
// SHORT_TEXT question, or nil.
func (q *Question) MistakenText(text string) *Mistake {
	given := typed.FoldAnswer(text)
	for _, m := range q.Mistakes {
		if typed.FoldAnswer(m.Answer) == given {
			return m
		}
	}
	return nil
}

// AcceptsNumber reports whether n is within the tolerance of a NUMERIC
// question. Numbers are compared in decimal: 0.4 is within 0.1 of 0.3, and 0 is
// not 0.000000001.
func (q *Question) AcceptsNumber(n float64) bool {
	if q.Number == nil {
		return false
	}
	value, tolerance, given := decimal(q.Number.Value), decimal(q.Number.Tolerance), decimal(n)
	if value == nil || tolerance == nil || given == nil {
		return false
	}
	distance := given.Sub(given, value)
	return distance.Abs(distance).Cmp(tolerance) <= 0
}

// MistakenNumber returns the known mistake that matches a wrong answer to a
// NUMERIC question, or nil.
func (q *Question) MistakenNumber(n float64) *Mistake {
	for _, m := range q.Mistakes {
		if answer, ok := ReadNumber(m.Answer); ok && answer == n {
			return m
		}
	}
	return nil
}

// decimal returns the shortest decimal number whose nearest floating-point
// number is f, which is the number that somebody typed. It returns nil for what
// is not a number.
func decimal(f float64) *big.Rat {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'e', -1, 64))
	return r
}

var decimalNumber = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// ReadNumber parses a decimal number, or reports false.
func ReadNumber(text string) (float64, bool) {
	if !decimalNumber.MatchString(text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}
