package check

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

const (
	enoughFeedback = "It is a mistake that people make."
	enoughWords    = "This sentence is said again and again until there are words enough for it. "
)

// fairQuestions returns a question of each type that keeps to every rule.
func fairQuestions() map[catalog.QuestionType]*catalog.Question {
	wrong := func(key, text string) *catalog.Option {
		return &catalog.Option{Key: key, Text: text, Feedback: enoughFeedback}
	}
	right := func(key, text string) *catalog.Option {
		return &catalog.Option{Key: key, Text: text, Correct: true, Missed: enoughFeedback}
	}
	plain := func(key, text string) *catalog.Option { return &catalog.Option{Key: key, Text: text} }
	mistakes := []*catalog.Mistake{{Answer: "30", Feedback: enoughFeedback}, {Answer: "60", Feedback: enoughFeedback}}
	questions := map[catalog.QuestionType]*catalog.Question{
		catalog.SingleChoice: {
			Stem:    "Ana sees that the reports arrive late. What should she try first?",
			Options: []*catalog.Option{right("a", "Ask those who write them"), wrong("b", "Order them to be faster"), wrong("c", "Write them by herself")},
		},
		catalog.MultipleResponse: {
			Stem:    "Which two events have a timebox of hours?",
			Options: []*catalog.Option{right("a", "Planning"), right("b", "Review"), wrong("c", "The Sprint"), wrong("d", "Daily Scrum")},
		},
		catalog.TrueFalse: {
			Stem:    "A Sprint may last one month.",
			Options: []*catalog.Option{{Key: "true", Text: "True", Correct: true, Fixed: true}, {Key: "false", Text: "False", Fixed: true, Feedback: enoughFeedback}},
		},
		catalog.Matching: {
			Stem:    "Match each artifact with its commitment.",
			Prompts: []*catalog.Prompt{{Key: "1", Text: "Backlog", Match: "b"}, {Key: "2", Text: "Sprint", Match: "a"}, {Key: "3", Text: "Increment", Match: "c"}},
			Options: []*catalog.Option{plain("a", "A"), plain("b", "B"), plain("c", "C")},
		},
		catalog.Ordering: {
			Stem:    "Put the events in order.",
			Order:   []string{"b", "c", "a"},
			Options: []*catalog.Option{plain("a", "A"), plain("b", "B"), plain("c", "C")},
		},
		catalog.ShortText: {Stem: "Which value means staying on one thing?", Accepted: []string{"focus"}, Mistakes: mistakes},
		catalog.Numeric:   {Stem: "How long is the Daily Scrum, in minutes?", Number: &catalog.NumericKey{Value: 15, Unit: "minutes"}, Mistakes: mistakes},
	}
	for t, q := range questions {
		q.Type, q.Status, q.Explanation = t, catalog.Ready, strings.Repeat(enoughWords, 3)
	}
	return questions
}

func TestItemProblemsOfFairQuestions(t *testing.T) {
	for questionType, q := range fairQuestions() {
		t.Run(string(questionType), func(t *testing.T) {
			if diff := cmp.Diff([]string(nil), texts(ItemProblems(&catalog.Content{Questions: []*catalog.Question{q}}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestItemProblems(t *testing.T) {
	tests := map[string]struct {
		of    catalog.QuestionType
		spoil func(*catalog.Question)
		want  string // "" when the rules allow it
	}{
		"TwoOptions": {catalog.SingleChoice, func(q *catalog.Question) { q.Options = q.Options[:2] }, "options: has 2, not 3 to 5 [option-count]"},
		"TwoExtraOptionsToMatch": {catalog.Matching, func(q *catalog.Question) {
			q.Options = append(q.Options, &catalog.Option{Key: "d", Text: "D"}, &catalog.Option{Key: "e", Text: "E"})
		}, "options: has 5, not 3 to 4 [option-count]"},
		"NoQuestionMark":      {catalog.SingleChoice, func(q *catalog.Question) { q.Stem = "Say what to try first." }, "stem: does not end in a question mark [asks-a-question]"},
		"QuestionedStatement": {catalog.TrueFalse, func(q *catalog.Question) { q.Stem = "May a Sprint last a month?" }, "stem: asks a question, but a TRUE_FALSE question must be a statement [asks-a-question]"},
		"SaysNoNumber":        {catalog.MultipleResponse, func(q *catalog.Question) { q.Stem = "Which events have a timebox of hours?" }, "stem: does not say how many to pick: two [says-how-many]"},
		"SaysWrongNumber":     {catalog.MultipleResponse, func(q *catalog.Question) { q.Stem = "Which three events have a timebox of hours?" }, "stem: does not say how many to pick: two [says-how-many]"},
		"SaysDigit":           {catalog.MultipleResponse, func(q *catalog.Question) { q.Stem = "Which 2 events have a timebox of hours?" }, ""},
		"LongStatement":       {catalog.TrueFalse, func(q *catalog.Question) { q.Stem = strings.Repeat("word ", 41) }, "stem: has 41 words, but a statement to judge must have at most 40 [statement-length]"},
		"UnitNotNamed":        {catalog.Numeric, func(q *catalog.Question) { q.Stem = "How long is the Daily Scrum?" }, "stem: does not name the unit, minutes [names-the-unit]"},
		"UnitInSingular":      {catalog.Numeric, func(q *catalog.Question) { q.Stem = "How long is the 1-minute Daily Scrum?" }, ""},
		"AllOfTheAbove":       {catalog.MultipleResponse, func(q *catalog.Question) { q.Options[2].Text = "Neither of these" }, `options[2].text: "Neither of these" refers to other options [banned-option]`},
		"BothAAndB":           {catalog.SingleChoice, func(q *catalog.Question) { q.Options[2].Text = "Both a and b equally" }, `options[2].text: "Both a and b" refers to other options [banned-option]`},
		"BothOfAThing":        {catalog.SingleChoice, func(q *catalog.Question) { q.Options[2].Text = "Both Developers and users" }, ""},
		"PlainNegation":       {catalog.SingleChoice, func(q *catalog.Question) { q.Stem = "Which step is not useful?" }, `stem: "not" reverses the question: rephrase it, or write it in capitals [negation-in-capitals]`},
		"PlainContraction":    {catalog.TrueFalse, func(q *catalog.Question) { q.Stem = "A Sprint isn't longer than a month." }, `stem: "isn't" reverses the question: rephrase it, or write it in capitals [negation-in-capitals]`},
		"NegationInCapitals":  {catalog.SingleChoice, func(q *catalog.Question) { q.Stem = "Which step is NOT useful?" }, ""},
		"NegationInScenario":  {catalog.SingleChoice, func(q *catalog.Question) { q.Stem = "The team is not done. What comes next?" }, ""},
		"NegationInClause":    {catalog.SingleChoice, func(q *catalog.Question) { q.Stem = "What comes next if the team is not done?" }, ""},
		"AtLeast":             {catalog.SingleChoice, func(q *catalog.Question) { q.Stem = "What takes at least a day?" }, ""},
		"LongOption":          {catalog.SingleChoice, func(q *catalog.Question) { q.Options[1].Text = strings.Repeat("x", 161) }, "options[1].text: has 161 characters; the limit is 160 [option-length]"},
		"LongKey":             {catalog.SingleChoice, func(q *catalog.Question) { q.Options[0].Text = "Ask those who write them what keeps them" }, "options[0].text: the key has 40 characters, more than 1.5 times the mean of the wrong options, 22 [key-length]"},
		"LongKeyOfTrueFalse":  {catalog.TrueFalse, func(q *catalog.Question) { q.Options[0].Text = "True, and this is beyond doubt" }, ""},
		"AbsoluteDistractor":  {catalog.SingleChoice, func(q *catalog.Question) { q.Options[2].Text = "Never write them at all" }, `options[2].text: "never" occurs only in wrong options [absolute-words]`},
		"AbsoluteKeyToo": {catalog.SingleChoice, func(q *catalog.Question) {
			q.Options[0].Text, q.Options[2].Text = "Ask only the writers", "Never write them"
		}, ""},
		"CueInKey": {catalog.SingleChoice, func(q *catalog.Question) { q.Options[0].Text = "Ask for a report's use" }, `options[0].text: "report's" occurs in the stem, but in no wrong option [cue-in-key]`},
		"CueInDistractorToo": {catalog.SingleChoice, func(q *catalog.Question) {
			q.Options[0].Text, q.Options[1].Text = "Ask for a report's use", "Stop the reporting, reports"
		}, ""},
		"VocabularyIsNotACue": {catalog.SingleChoice, func(q *catalog.Question) {
			q.Stem, q.Options[0].Text = "What should a Product Owner do?", "Order the product's items"
		}, ""},
		"NoFeedback": {catalog.SingleChoice, func(q *catalog.Question) { q.Options[1].Feedback = "" }, "options[1].feedback: is missing: say which mistake the option represents [feedback]"},
		"ShortFeedback": {catalog.Numeric, func(q *catalog.Question) {
			q.Mistakes = append(q.Mistakes, &catalog.Mistake{Answer: "5", Feedback: "Too short."})
		}, "mistakes[2].feedback: has 10 characters; at least 20 are needed to teach anything [feedback]"},
		"MissingFeedbackForMissed": {catalog.MultipleResponse, func(q *catalog.Question) { q.Options[1].Missed = "" }, "options[1].missed: is missing: say why the option should have been picked [feedback]"},
		"ShortExplanation":         {catalog.SingleChoice, func(q *catalog.Question) { q.Explanation = "Because." }, "explanation: has 1 words, not 25 to 120 [explanation-length]"},
		"LongExplanation":          {catalog.SingleChoice, func(q *catalog.Question) { q.Explanation = strings.Repeat("word ", 121) }, "explanation: has 121 words, not 25 to 120 [explanation-length]"},
		"OrderedAlready":           {catalog.Ordering, func(q *catalog.Question) { q.Order = []string{"a", "b", "c"} }, "options: are already in the right order [key-as-listed]"},
		"MatchedAlready":           {catalog.Matching, func(q *catalog.Question) { q.Prompts[0].Match, q.Prompts[1].Match = "a", "b" }, "options: are already in the right order [key-as-listed]"},
		"OneMistake":               {catalog.ShortText, func(q *catalog.Question) { q.Mistakes = q.Mistakes[:1] }, "mistakes: has 1; at least 2 common wrong answers are needed [known-mistakes]"},
		"ManyHints":                {catalog.ShortText, func(q *catalog.Question) { q.Hints = []string{"a", "b", "c"} }, "hints: has 3; the limit is 2 [hints-and-tags]"},
		"ManyTags":                 {catalog.ShortText, func(q *catalog.Question) { q.Tags = []string{"a", "b", "c", "d"} }, "tags: has 4; the limit is 3 [hints-and-tags]"},
		"DraftsMayBreakEveryRule":  {catalog.SingleChoice, func(q *catalog.Question) { *q = catalog.Question{Type: catalog.SingleChoice, Status: catalog.Draft} }, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			q := fairQuestions()[tt.of]
			tt.spoil(q)
			var want []string
			if tt.want != "" {
				want = []string{"QUESTION[0] " + tt.want}
			}
			if diff := cmp.Diff(want, texts(ItemProblems(&catalog.Content{Questions: []*catalog.Question{q}}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
