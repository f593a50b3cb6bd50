package quiz

import (
	"cmp"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// Result is how an answer was graded, and why.
type Result struct {
	Mark   Mark
	Scheme catalog.ScoringScheme
	Counts Counts

	Options  []OptionResult // SINGLE_CHOICE, MULTIPLE_RESPONSE, TRUE_FALSE: in the question's order
	Prompts  []PromptResult // MATCHING: in the question's order
	Places   []PlaceResult  // ORDERING: in the right order
	Accepted []string       // SHORT_TEXT: the accepted answers
	Number   *catalog.NumericKey
	Feedback string // SHORT_TEXT, NUMERIC: about a known mistake; "" for any other answer

	Question *catalog.Question // has the explanation and its citations
}

// OptionResult is the result of an option.
type OptionResult struct {
	Option   *catalog.Option
	Picked   bool
	Correct  bool
	Feedback string // why it is wrong or should have been picked; "" if the explanation is enough
}

// PromptResult is the result of a prompt.
type PromptResult struct {
	Prompt   *catalog.Prompt
	Picked   *catalog.Option // nil if it was not matched
	Right    *catalog.Option
	Correct  bool
	Feedback string // for a wrong match
}

// PlaceResult is the result of a place in an order.
type PlaceResult struct {
	Given   *catalog.Option // nil if nothing was put in order
	Right   *catalog.Option
	Correct bool
}

// Grade grades the answer to a question; nil means no answer. The response
// must come from NewResponse for the same version.
//
// The scoring scheme is the question's own for MULTIPLE_RESPONSE, EACH_ANSWER
// for MATCHING and ORDERING, which count each pair, and ALL_OR_NOTHING for the
// others.
func Grade(q *catalog.Question, given *Response) Result {
	var response Response
	if given != nil {
		response = *given
	}
	r := Result{Scheme: schemeOf(q), Question: q}
	switch q.Type {
	case catalog.Matching:
		r.gradePairs(response.Pairs)
	case catalog.Ordering:
		r.gradeOrder(response.Order)
	case catalog.ShortText:
		r.gradeText(response.Text)
	case catalog.Numeric:
		r.gradeNumber(response.Number)
	default:
		r.gradeOptions(response.Options)
	}
	r.Mark = Worth(r.Scheme, r.Counts)
	return r
}

func schemeOf(q *catalog.Question) catalog.ScoringScheme {
	switch {
	case q.Type == catalog.MultipleResponse && q.Scoring == "":
		return catalog.NetCorrect
	case q.Type == catalog.MultipleResponse:
		return q.Scoring
	case q.Type == catalog.Matching || q.Type == catalog.Ordering:
		return catalog.EachAnswer
	default:
		return catalog.AllOrNothing
	}
}

func (r *Result) gradeOptions(picked []string) {
	r.Counts.Options = len(r.Question.Options)
	for _, o := range r.Question.Options {
		result := OptionResult{Option: o, Picked: slices.Contains(picked, o.Key), Correct: o.Correct, Feedback: o.Feedback}
		if o.Correct && !result.Picked {
			result.Feedback = cmp.Or(o.Missed, o.Feedback)
		}
		r.Options = append(r.Options, result)
		if o.Correct {
			r.Counts.Correct++
		}
		r.Counts.count(result.Picked, o.Correct)
	}
}

func (c *Counts) count(picked, correct bool) {
	switch {
	case picked && correct:
		c.Picked++
	case picked:
		c.Wrong++
	}
}

func (r *Result) gradePairs(pairs []Pair) {
	r.Counts.Options, r.Counts.Correct = len(r.Question.Prompts), len(r.Question.Prompts)
	for _, p := range r.Question.Prompts {
		result := PromptResult{Prompt: p, Right: r.Question.OptionByKey(p.Match)}
		if i := slices.IndexFunc(pairs, func(pair Pair) bool { return pair.Prompt == p.Key }); i >= 0 {
			result.Picked = r.Question.OptionByKey(pairs[i].Option)
			result.Correct = pairs[i].Option == p.Match
		}
		if result.Picked != nil && !result.Correct {
			result.Feedback = p.Feedback
		}
		if result.Correct {
			r.Counts.Picked++
		}
		r.Prompts = append(r.Prompts, result)
	}
}

func (r *Result) gradeOrder(order []string) {
	right := r.Question.Order
	r.Counts.Options, r.Counts.Correct = len(right), len(right)
	for i, key := range right {
		result := PlaceResult{Right: r.Question.OptionByKey(key)}
		if i < len(order) {
			result.Given = r.Question.OptionByKey(order[i])
			result.Correct = order[i] == key
		}
		if result.Correct {
			r.Counts.Picked++
		}
		r.Places = append(r.Places, result)
	}
}

func (r *Result) gradeText(text string) {
	r.Accepted = r.Question.Accepted
	r.Counts.Options, r.Counts.Correct = 1, 1
	if text == "" {
		return
	}
	right := r.Question.AcceptsText(text)
	r.Counts.count(true, right)
	if !right {
		r.explain(r.Question.MistakenText(text))
	}
}

func (r *Result) gradeNumber(n *float64) {
	r.Number = r.Question.Number
	r.Counts.Options, r.Counts.Correct = 1, 1
	if n == nil {
		return
	}
	right := r.Question.AcceptsNumber(*n)
	r.Counts.count(true, right)
	if !right {
		r.explain(r.Question.MistakenNumber(*n))
	}
}

func (r *Result) explain(m *catalog.Mistake) {
	if m != nil {
		r.Feedback = m.Feedback
	}
}

// stateOf returns the state of a slot whose answer was graded.
func stateOf(m Mark) ResponseState {
	switch {
	case m.Right():
		return GradedRight
	case m.Wrong():
		return GradedWrong
	default:
		return GradedPartial
	}
}
