package check

import (
	"math"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/typed"
)

func (v *validation) question(p place, q *catalog.Question) {
	p.slug("slug", q.Slug)
	p.unique(catalog.KindQuestion, "slug", q.Slug, q)
	oneOf(p.field("status"), q.Status)
	oneOf(p.field("type"), q.Type)
	p.field("objective").refersTo(catalog.KindObjective, q.ObjectiveCode, q.Status)
	if q.FactID != "" {
		p.field("fact").fact(q.FactID)
	}
	oneOf(p.field("bloom"), q.Bloom)
	oneOf(p.field("difficulty"), q.Difficulty)
	each(p.field("tags"), q.Tags, func(p place, tag string) {
		if !slugPattern.MatchString(tag) {
			p.report("%q is not a tag: use lower-case letters and digits, joined by single hyphens", tag)
		}
	})
	p.text("stem", q.Stem)
	p.text("explanation", q.Explanation)
	p.texts("hints", q.Hints)
	p.citations(q.Citations)

	p.options(q)
	p.foreignFields(q)
	switch q.Type {
	case catalog.SingleChoice:
		if n := q.CorrectOptions(); n != 1 {
			p.field("options").report("%d options are correct; a SINGLE_CHOICE question has exactly one", n)
		}
	case catalog.MultipleResponse:
		p.multipleResponse(q)
	case catalog.TrueFalse:
		p.trueFalse(q)
	case catalog.Matching:
		p.matching(q)
	case catalog.Ordering:
		p.ordering(q)
	case catalog.ShortText:
		p.shortText(q)
	case catalog.Numeric:
		p.numeric(q)
	}
}

// fact requires the id of something that is a Fact.
func (p place) fact(id string) {
	if item, exists := p.v.index.firsts[id]; exists {
		if _, ok := item.(catalog.Fact); !ok {
			p.report("%s is not a fact of a role or a certification", id)
		}
		return
	}
	p.reportAbsent("there is no fact %s", id)
}

// correct returns the options that are marked as correct.
func correct(q *catalog.Question) []*catalog.Option {
	var correct []*catalog.Option
	for _, o := range q.Options {
		if o.Correct {
			correct = append(correct, o)
		}
	}
	return correct
}

// wrong returns the options that are not marked as correct.
func wrong(q *catalog.Question) []*catalog.Option {
	var wrong []*catalog.Option
	for _, o := range q.Options {
		if !o.Correct {
			wrong = append(wrong, o)
		}
	}
	return wrong
}

// picksOptions reports whether the key of a type is a set of options.
func picksOptions(t catalog.QuestionType) bool {
	return t == catalog.SingleChoice || t == catalog.MultipleResponse || t == catalog.TrueFalse
}

func hasOptions(t catalog.QuestionType) bool {
	return picksOptions(t) || t == catalog.Matching || t == catalog.Ordering
}

func (p place) options(q *catalog.Question) {
	if !hasOptions(q.Type) {
		return
	}
	p = p.field("options")
	if len(q.Options) < 2 {
		p.report("has %d; at least 2 are needed", len(q.Options))
	}
	distinct(p, "id", q.Options, func(o *catalog.Option) string { return o.Key })
	distinct(p, "text", q.Options, func(o *catalog.Option) string { return typed.Fold(o.Text) })
	for i, o := range q.Options {
		p := p.at(i)
		p.text("id", o.Key)
		p.text("text", o.Text)
		if o.Correct && !picksOptions(q.Type) {
			p.field("correct").report("does not belong to %s", q.Type)
		}
		if o.Missed != "" && q.Type != catalog.MultipleResponse {
			p.field("missed").report("belongs to MULTIPLE_RESPONSE only")
		}
	}
}

// foreignFields reports parts of a key that belong to other types.
func (p place) foreignFields(q *catalog.Question) {
	if !slices.Contains(q.Type.Values(), q.Type) {
		return
	}
	free := q.Type == catalog.ShortText || q.Type == catalog.Numeric
	for _, f := range []struct {
		name     string
		filled   bool
		belongs  bool
		property string
	}{
		{"options", len(q.Options) > 0, hasOptions(q.Type), "types with options"},
		{"prompts", len(q.Prompts) > 0, q.Type == catalog.Matching, "MATCHING"},
		{"order", len(q.Order) > 0, q.Type == catalog.Ordering, "ORDERING"},
		{"accepted", len(q.Accepted) > 0, q.Type == catalog.ShortText, "SHORT_TEXT"},
		{"number", q.Number != nil, q.Type == catalog.Numeric, "NUMERIC"},
		{"mistakes", len(q.Mistakes) > 0, free, "SHORT_TEXT and NUMERIC"},
		{"scoring", q.Scoring != "", q.Type == catalog.MultipleResponse, "MULTIPLE_RESPONSE"},
	} {
		if f.filled && !f.belongs {
			p.field(f.name).report("belongs to %s; the question is %s", f.property, q.Type)
		}
	}
}

func (p place) multipleResponse(q *catalog.Question) {
	oneOf(p.field("scoring"), q.Scoring)
	if n := q.CorrectOptions(); n < 2 || n >= len(q.Options) {
		p.field("options").report("%d of %d options are correct; a MULTIPLE_RESPONSE question has at least two that are and one that is not", n, len(q.Options))
	}
}

// trueFalse requires the two options that every TRUE_FALSE question has, in
// the order in which they are always shown.
func (p place) trueFalse(q *catalog.Question) {
	p = p.field("options")
	if len(q.Options) != 2 || q.Options[0].Key != "true" || q.Options[1].Key != "false" {
		p.report(`must be "true" and "false", in this order`)
		return
	}
	for i, o := range q.Options {
		if !o.Fixed {
			p.at(i).field("fixed").report("must be true: True comes before False")
		}
	}
	if n := q.CorrectOptions(); n != 1 {
		p.report("%d options are correct; a TRUE_FALSE question has exactly one", n)
	}
}

func (p place) matching(q *catalog.Question) {
	if len(q.Prompts) < 2 {
		p.field("prompts").report("has %d; at least 2 are needed", len(q.Prompts))
	}
	distinct(p.field("prompts"), "id", q.Prompts, func(x *catalog.Prompt) string { return x.Key })
	distinct(p.field("prompts"), "match", q.Prompts, func(x *catalog.Prompt) string { return x.Match })
	for i, prompt := range q.Prompts {
		p := p.field("prompts").at(i)
		p.text("id", prompt.Key)
		p.text("text", prompt.Text)
		if q.OptionByKey(prompt.Match) == nil {
			p.field("match").report("there is no option %q", prompt.Match)
		}
	}
}

func (p place) ordering(q *catalog.Question) {
	if len(q.Order) != len(q.Options) {
		p.field("order").report("names %d of %d options", len(q.Order), len(q.Options))
	}
	each(p.field("order"), q.Order, func(p place, id string) {
		if q.OptionByKey(id) == nil {
			p.report("there is no option %q", id)
		}
	})
}

func (p place) shortText(q *catalog.Question) {
	some(p, "accepted", q.Accepted)
	p.texts("accepted", q.Accepted)
	accepted := make(map[string]bool, len(q.Accepted))
	for i, a := range q.Accepted {
		if accepted[typed.FoldAnswer(a)] {
			p.field("accepted").at(i).report("%q is already accepted: an earlier entry differs only in case, spaces, hyphens or quotes", a)
		}
		accepted[typed.FoldAnswer(a)] = true
	}
	p.mistakes(q, func(p place, answer string) {
		if accepted[typed.FoldAnswer(answer)] {
			p.report("%q is an accepted answer", answer)
		}
	})
}

func (p place) numeric(q *catalog.Question) {
	if q.Number == nil {
		p.field("number").report("is missing or empty")
		return
	}
	number := p.field("number")
	if math.IsNaN(q.Number.Value) || math.IsInf(q.Number.Value, 0) {
		number.field("value").report("is not a number")
	}
	if t := q.Number.Tolerance; t < 0 || math.IsNaN(t) || math.IsInf(t, 0) {
		number.field("tolerance").report("is not 0 or a positive number")
	}
	number.text("unit", q.Number.Unit)
	p.mistakes(q, func(p place, answer string) {
		n, ok := catalog.ReadNumber(answer)
		switch {
		case !ok:
			p.report("%q is not a number such as 15 or 0.5", answer)
		case q.AcceptsNumber(n):
			p.report("%s is a right answer", answer)
		}
	})
}

func (p place) mistakes(q *catalog.Question, check func(place, string)) {
	p = p.field("mistakes")
	distinct(p, "answer", q.Mistakes, func(m *catalog.Mistake) string { return typed.FoldAnswer(m.Answer) })
	for i, m := range q.Mistakes {
		p := p.at(i)
		p.text("answer", m.Answer)
		p.text("feedback", m.Feedback)
		if m.Answer != "" {
			check(p.field("answer"), m.Answer)
		}
	}
}
