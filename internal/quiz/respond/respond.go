// Package respond answers questions by their keys, to simulate learners in
// tests and demonstrations. Its one law: only they may import it.
package respond

import (
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// Right answers a question as its key does.
func Right(q *catalog.Question) quiz.ResponseInput {
	var in quiz.ResponseInput
	switch q.Type {
	case catalog.Matching:
		for _, p := range q.Prompts {
			in.Pairs = append(in.Pairs, quiz.PairInput{Prompt: p.ID(), Option: q.OptionByKey(p.Match).ID()})
		}
	case catalog.Ordering:
		for _, key := range q.Order {
			in.Order = append(in.Order, q.OptionByKey(key).ID())
		}
	case catalog.ShortText:
		in.Text = &q.Accepted[0]
	case catalog.Numeric:
		in.Number = &q.Number.Value
	default:
		for _, o := range q.Options {
			if o.Correct {
				in.Options = append(in.Options, o.ID())
			}
		}
	}
	return in
}

// Wrong answers a question so that it does not earn full marks.
func Wrong(q *catalog.Question) quiz.ResponseInput {
	in := Right(q)
	switch q.Type {
	case catalog.Matching:
		in.Pairs = in.Pairs[:1]
	case catalog.Ordering:
		in.Order[0], in.Order[1] = in.Order[1], in.Order[0]
	case catalog.ShortText:
		text := "something else"
		in.Text = &text
	case catalog.Numeric:
		number := q.Number.Value + 1000
		in.Number = &number
	default:
		in.Options = nil
		for _, o := range q.Options {
			if !o.Correct {
				in.Options = []string{o.ID()}
			}
		}
	}
	return in
}
