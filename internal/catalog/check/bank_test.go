package check

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// balancedBank returns a bank of 40 questions that meets every requirement: 22
// with one key, 10 with two, 4 true or false, 4 others.
func balancedBank() *catalog.Content {
	c := &catalog.Content{
		Topics:  []*catalog.Topic{{Code: "SF1", Weight: 40, Objectives: []*catalog.LearningObjective{{Code: "SF1.1"}}}},
		Lessons: []*catalog.Lesson{{Slug: "l", Status: catalog.Ready, ObjectiveCode: "SF1.1"}},
	}
	add := func(q *catalog.Question) {
		n := len(c.Questions)
		q.Slug, q.Status, q.ObjectiveCode = fmt.Sprintf("q%d", n), catalog.Ready, "SF1.1"
		q.Bloom = []catalog.BloomLevel{catalog.Knowledge, catalog.Application}[n%2]
		q.Stem = strings.Repeat(fmt.Sprintf("subject%d ", n), 3)
		c.Questions = append(c.Questions, q)
	}
	// options returns n options, of which those at the keys are correct and
	// the one at longest is longer than the others.
	options := func(n, longest int, keys ...int) []*catalog.Option {
		var list []*catalog.Option
		for i := range n {
			list = append(list, &catalog.Option{Key: fmt.Sprint(i), Text: "text"})
		}
		for _, k := range keys {
			list[k].Correct = true
		}
		list[longest].Text = "longest"
		return list
	}
	for i := range 22 {
		add(&catalog.Question{Type: catalog.SingleChoice, Options: options(4, (i/4)%4, i%4)})
	}
	for i := range 10 {
		add(&catalog.Question{Type: catalog.MultipleResponse, Options: options(5, (i+4)%5, i%5, (i+1)%5)})
	}
	for i := range 4 {
		add(&catalog.Question{Type: catalog.TrueFalse, Options: options(2, 1, i%2)})
	}
	for _, t := range []catalog.QuestionType{catalog.Matching, catalog.Ordering, catalog.ShortText, catalog.Numeric} {
		add(&catalog.Question{Type: t})
	}
	return c
}

func TestBankProblemsOfBalancedBank(t *testing.T) {
	if diff := cmp.Diff([]string(nil), texts(BankProblems(balancedBank()))); diff != "" {
		t.Error(diff)
	}
}

func TestBankProblems(t *testing.T) {
	each := func(t catalog.QuestionType, change func(i int, q *catalog.Question)) func(*catalog.Content) {
		return func(c *catalog.Content) {
			i := 0
			for _, q := range c.Questions {
				if q.Type == t {
					change(i, q)
					i++
				}
			}
		}
	}
	tests := map[string]struct {
		spoil func(*catalog.Content)
		want  []string // parts of the findings
	}{
		"TooFewForTopic":   {func(c *catalog.Content) { c.Topics[0].Weight = 41 }, []string{"TOPIC[0] weight: SF1 has 40 of 41 questions"}},
		"DraftsDoNotCount": {func(c *catalog.Content) { c.Questions[39].Status = catalog.Draft }, []string{"TOPIC[0] weight: SF1 has 39 of 40 questions"}},
		"EmptyObjective": {func(c *catalog.Content) {
			c.Topics[0].Objectives = append(c.Topics[0].Objectives, &catalog.LearningObjective{Code: "SF1.2"})
		}, []string{"TOPIC[0] objectives[1]: SF1.2 has 0 of 4 questions", "TOPIC[0] objectives[1]: SF1.2 has no lesson"}},
		"TooManyStatements": {each(catalog.MultipleResponse, func(i int, q *catalog.Question) {
			q.Type, q.Options = catalog.TrueFalse, balancedBank().Questions[32+i%4].Options
		}), []string{"QUESTION[0] type: the bank has 0.0% of MULTIPLE_RESPONSE", "QUESTION[22] type: the bank has 35.0% of TRUE_FALSE"}},
		"TooLittleApplication": {each(catalog.SingleChoice, func(_ int, q *catalog.Question) { q.Bloom = catalog.Knowledge }), []string{"QUESTION[0] bloom: the bank has 22.5% at APPLICATION or above; it needs at least 33.3%"}},
		"KeyLongest": {each(catalog.SingleChoice, func(_ int, q *catalog.Question) {
			for _, o := range q.Options {
				o.Text = "text"
				if o.Correct {
					o.Text = "longest"
				}
			}
		}), []string{"QUESTION[0] options: the key is the longest option in ", "QUESTION[0] options: always picking the longest option scores "}},
		"KeyFirst": {each(catalog.SingleChoice, func(_ int, q *catalog.Question) {
			for i, o := range q.Options {
				o.Correct = i == 0
			}
		}), []string{
			"QUESTION[0] options: the bank has 22 keys at position 1; an even distribution would have 5.5",
			"QUESTION[0] options: the bank has 0 keys at position 2", "QUESTION[0] options: the bank has 0 keys at position 3", "QUESTION[0] options: the bank has 0 keys at position 4",
			"QUESTION[0] options: always picking the first option scores ",
		}},
		"Negative": {each(catalog.TrueFalse, func(_ int, q *catalog.Question) { q.Stem += "NOT" }), []string{"QUESTION[32] stem: 10.0% of the bank's stems are negative; the limit is 5.0%"}},
		"Duplicate": {func(c *catalog.Content) {
			c.Questions[7].Stem = "A team of nine builds maps. What should Ana order first, and why?"
			c.Questions[30].Stem = "What should Ana order first if a team of nine builds a map?"
		}, []string{"QUESTION[30] stem: repeats question/q7: the stems share 100.0% of their words"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := balancedBank()
			tt.spoil(c)
			begins := cmp.Comparer(func(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) })
			if diff := cmp.Diff(tt.want, texts(BankProblems(c)), begins); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBankReport(t *testing.T) {
	r := BankOf(balancedBank())
	type shares map[string]int
	counts := shares{}
	for _, s := range append(r.Types, r.Bloom...) {
		counts[s.Name] = s.Count
	}
	want := shares{
		"SINGLE_CHOICE": 22, "MULTIPLE_RESPONSE": 10, "TRUE_FALSE": 4, "MATCHING, ORDERING, SHORT_TEXT, NUMERIC": 4,
		"KNOWLEDGE": 20, "COMPREHENSION": 0, "APPLICATION": 20, "ANALYSIS": 0, "SYNTHESIS": 0, "EVALUATION": 0, "APPLICATION or above": 20,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error(diff)
	}
	wantTopics := []TopicCount{{Code: "SF1", Wanted: 40, Present: 40, Objectives: []ObjectiveCount{{Code: "SF1.1", Wanted: 4, Present: 40, Lessons: 1}}}}
	if diff := cmp.Diff(wantTopics, r.Topics); diff != "" {
		t.Error(diff)
	}
}

func TestStrategies(t *testing.T) {
	option := func(length int, correct bool) *catalog.Option {
		return &catalog.Option{Text: strings.Repeat("x", length), Correct: correct}
	}
	tests := map[string]struct {
		question *catalog.Question
		first    Strategy
		longest  Strategy
	}{
		"KeyIsLongest":  {&catalog.Question{Type: catalog.SingleChoice, Options: []*catalog.Option{option(1, false), option(3, true), option(2, false), option(2, false)}}, Strategy{0, 0.25}, Strategy{1, 0.25}},
		"KeyTies":       {&catalog.Question{Type: catalog.SingleChoice, Options: []*catalog.Option{option(3, true), option(3, false), option(1, false), option(1, false)}}, Strategy{1, 0.25}, Strategy{0.5, 0.25}},
		"TwoOfFive":     {&catalog.Question{Type: catalog.MultipleResponse, Options: []*catalog.Option{option(5, true), option(4, false), option(4, true), option(1, false), option(1, false)}}, Strategy{0.5, 0.4}, Strategy{0.75, 0.4}},
		"TrueHasNoSize": {&catalog.Question{Type: catalog.TrueFalse, Options: []*catalog.Option{option(4, true), option(5, false)}}, Strategy{1, 0.5}, Strategy{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			k := keyStatistics([]*catalog.Question{tt.question})
			got := []Strategy{k.AlwaysFirst, k.AlwaysLongest}
			if diff := cmp.Diff([]Strategy{tt.first, tt.longest}, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
