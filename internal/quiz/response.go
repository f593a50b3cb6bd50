package quiz

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/typed"
)

// maxTextLength is the maximum length of a SHORT_TEXT answer in characters:
// many times that of the longest accepted one.
const maxTextLength = 200

// ResponseInput is an answer as received from a client. Exactly one field is
// set; a list is set if it is not nil. Options and prompts are identified by
// their ids. An empty list or text clears the answer.
type ResponseInput struct {
	Options []string    // SINGLE_CHOICE, MULTIPLE_RESPONSE, TRUE_FALSE: the picked options, in any order
	Truth   *bool       // TRUE_FALSE, instead of its option
	Pairs   []PairInput // MATCHING: at most one for each prompt
	Order   []string    // ORDERING: all options
	Text    *string     // SHORT_TEXT: at most 200 characters
	Number  *float64    // NUMERIC, in the question's unit
}

// PairInput matches a prompt with an option.
type PairInput struct {
	Prompt string
	Option string
}

// Response is an answer as stored: it uses the keys of its question, and
// equivalent answers are equal. At most one field is set, none in an answer
// that was cleared.
type Response struct {
	Options []string `bson:"options,omitempty"` // in the author's order
	Pairs   []Pair   `bson:"pairs,omitempty"`   // in the author's order of prompts
	Order   []string `bson:"order,omitempty"`
	Text    string   `bson:"text,omitempty"` // words joined by single spaces
	Number  *float64 `bson:"number,omitempty"`
}

// Pair matches a prompt with an option, by their keys.
type Pair struct {
	Prompt string `bson:"prompt"`
	Option string `bson:"option"`
}

// Empty reports whether nothing was answered.
func (r Response) Empty() bool { return r.Equal(Response{}) }

// Equal reports whether two answers are the same.
func (r Response) Equal(other Response) bool {
	return slices.Equal(r.Options, other.Options) &&
		slices.Equal(r.Pairs, other.Pairs) &&
		slices.Equal(r.Order, other.Order) &&
		r.Text == other.Text &&
		(r.Number == nil) == (other.Number == nil) &&
		(r.Number == nil || *r.Number == *other.Number)
}

// NewResponse checks an answer against its question. It fails with
// fault.InvalidInput naming the field to correct; the messages quote nothing
// of the input.
func NewResponse(q *catalog.Question, in ResponseInput) (Response, error) {
	if err := in.onlyFieldFor(q.Type); err != nil {
		return Response{}, err
	}
	switch q.Type {
	case catalog.SingleChoice, catalog.MultipleResponse, catalog.TrueFalse:
		return pickedResponse(q, in)
	case catalog.Matching:
		return pairedResponse(q, in.Pairs)
	case catalog.Ordering:
		return orderedResponse(q, in.Order)
	case catalog.ShortText:
		return textResponse(*in.Text)
	default:
		return numberResponse(*in.Number)
	}
}

// onlyFieldFor requires that one field is set, and that it suits the type.
func (in ResponseInput) onlyFieldFor(t catalog.QuestionType) error {
	fields := []struct {
		name  string
		set   bool
		suits bool
	}{
		{"options", in.Options != nil, t == catalog.SingleChoice || t == catalog.MultipleResponse || t == catalog.TrueFalse},
		{"truth", in.Truth != nil, t == catalog.TrueFalse},
		{"pairs", in.Pairs != nil, t == catalog.Matching},
		{"order", in.Order != nil, t == catalog.Ordering},
		{"text", in.Text != nil, t == catalog.ShortText},
		{"number", in.Number != nil, t == catalog.Numeric},
	}
	set := 0
	for _, f := range fields {
		if !f.set {
			continue
		}
		if !f.suits {
			return fault.Invalid("response."+f.name, "`%[2]s` does not answer a %[1]s question", t, f.name)
		}
		set++
	}
	if set != 1 {
		return fault.Invalid("response", "the answer must have exactly one field")
	}
	return nil
}

func pickedResponse(q *catalog.Question, in ResponseInput) (Response, error) {
	if in.Truth != nil {
		// The first option of every TRUE_FALSE question is "true".
		if *in.Truth {
			return Response{Options: []string{q.Options[0].Key}}, nil
		}
		return Response{Options: []string{q.Options[1].Key}}, nil
	}
	picked, err := optionKeys(q, "response.options", in.Options)
	if err != nil {
		return Response{}, err
	}
	if len(picked) > 1 && q.Type != catalog.MultipleResponse {
		return Response{}, fault.Invalid("response.options", "a %s question takes exactly one option", q.Type)
	}
	var r Response
	for _, o := range q.Options {
		if slices.Contains(picked, o.Key) {
			r.Options = append(r.Options, o.Key)
		}
	}
	return r, nil
}

func pairedResponse(q *catalog.Question, pairs []PairInput) (Response, error) {
	const field = "response.pairs"
	if len(pairs) > len(q.Prompts) {
		return Response{}, fault.Invalid(field, "there are %d pairs, but the question has only %d prompts", len(pairs), len(q.Prompts))
	}
	options := make(map[string]string, len(pairs)) // by prompt
	for i, p := range pairs {
		prompt, isPrompt := keyIn(q, p.Prompt)
		option, isOption := keyIn(q, p.Option)
		switch _, twice := options[prompt]; {
		case !isPrompt || q.PromptByKey(prompt) == nil:
			return Response{}, fault.Invalid(field, "the prompt of pair %d is not a prompt of this question", i+1)
		case !isOption || q.OptionByKey(option) == nil:
			return Response{}, fault.Invalid(field, "the option of pair %d is not an option of this question", i+1)
		case twice:
			return Response{}, fault.Invalid(field, "the prompt of pair %d is matched twice", i+1)
		}
		options[prompt] = option
	}
	var r Response
	for _, p := range q.Prompts {
		if option, ok := options[p.Key]; ok {
			r.Pairs = append(r.Pairs, Pair{Prompt: p.Key, Option: option})
		}
	}
	return r, nil
}

func orderedResponse(q *catalog.Question, ids []string) (Response, error) {
	const field = "response.order"
	if len(ids) == 0 {
		return Response{}, nil
	}
	keys, err := optionKeys(q, field, ids)
	if err != nil {
		return Response{}, err
	}
	if len(keys) != len(q.Options) {
		return Response{}, fault.Invalid(field, "put all %d options in order, each once", len(q.Options))
	}
	return Response{Order: keys}, nil
}

func textResponse(text string) (Response, error) {
	const field = "response.text"
	// Bytes first: a text that is far too long should cost nothing.
	if len(text) > maxTextLength*utf8.UTFMax || utf8.RuneCountInString(text) > maxTextLength {
		return Response{}, fault.Invalid(field, "the answer is longer than %d characters", maxTextLength)
	}
	unprintable := func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unprintable) {
		return Response{}, fault.Invalid(field, "the answer contains invalid characters")
	}
	if typed.Fold(text) == "" {
		return Response{}, nil // invisible text is no answer
	}
	return Response{Text: strings.Join(strings.Fields(text), " ")}, nil
}

func numberResponse(n float64) (Response, error) {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return Response{}, fault.Invalid("response.number", "the answer is not a number")
	}
	if n == 0 {
		n = 0 // and not negative zero
	}
	return Response{Number: &n}, nil
}

// optionKeys translates option ids into keys, refusing those of other
// questions and dropping repeats.
func optionKeys(q *catalog.Question, field string, ids []string) ([]string, error) {
	if len(ids) > len(q.Options) {
		return nil, fault.Invalid(field, "there are %d options in the answer, but the question has only %d", len(ids), len(q.Options))
	}
	keys := make([]string, 0, len(ids))
	for i, id := range ids {
		key, ok := keyIn(q, id)
		if !ok || q.OptionByKey(key) == nil {
			return nil, fault.Invalid(field, "option %d of the answer is not an option of this question", i+1)
		}
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// keyIn returns the key in the id of an option or a prompt, see
func keyIn(q *catalog.Question, id string) (key string, ok bool) {
	return strings.CutPrefix(id, q.Slug+".")
}
