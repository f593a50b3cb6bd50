package check

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/search"
)

// Limits of the item-writing rules. Unless another source is named, they
// quantify the guidelines of Haladyna, Downing & Rodriguez, "A Review of
// Multiple-Choice Item-Writing Guidelines for Classroom Assessment" (2002).
const (
	// Three options do as well as more when all are plausible (guideline 18:
	// as many as one can write well); nobody writes more than five good ones.
	minOptions = 3
	maxOptions = 5

	// Ordering more than six things takes patience rather than knowledge.
	maxOrdered = 6

	// Options are compared with each other, so each must be readable at a
	// glance; the limit is two lines on the learner's page.
	maxOptionLength = 160

	// A statement to be judged has one idea (Frisbie & Becker 1991).
	maxStatementWords = 40

	maxHints = 2
	maxTags  = 3
)

// itemRule is a rule that a program can check on a single question.
type itemRule struct {
	name  string // as shown in messages
	check func(p place, q *catalog.Question)
}

// ItemProblems returns which item-writing rules published questions violate.
// It does not repeat what [Problems] reports; its order is that of the
// questions and, within each, of the rules.
func ItemProblems(c *catalog.Content) []Problem {
	v := &validation{content: c}
	rules := itemRules()
	for i, q := range c.Questions {
		if q.Status != catalog.Ready {
			continue
		}
		for _, rule := range rules {
			before := len(v.problems)
			rule.check(v.item(catalog.KindQuestion, i), q)
			for j := before; j < len(v.problems); j++ {
				v.problems[j].Message += fmt.Sprintf(" [%s]", rule.name)
			}
		}
	}
	return v.problems
}

func itemRules() []itemRule {
	absolutes := []string{"always", "never", "only", "all", "none", "must"}
	ignored := search.FunctionWords()
	for w := range vocabulary() {
		ignored[w] = true
	}
	return []itemRule{
		{"option-count", optionCount},
		{"asks-a-question", asksAQuestion},
		{"says-how-many", saysHowMany},
		{"statement-length", statementLength},
		{"names-the-unit", namesTheUnit},
		{"banned-option", bannedOption},
		{"negation-in-capitals", negationInCapitals},
		{"option-length", optionLength},
		{"key-length", keyLength},
		{"absolute-words", func(p place, q *catalog.Question) { absoluteWords(p, q, absolutes) }},
		{"cue-in-key", func(p place, q *catalog.Question) { cueInKey(p, q, ignored) }},
		{"feedback", feedback},
		{"explanation-length", explanationLength},
		{"key-as-listed", keyAsListed},
		{"known-mistakes", knownMistakes},
		{"hints-and-tags", hintsAndTags},
	}
}

// isChoice reports whether the rules on options apply: those of TRUE_FALSE
// are always the same.
func isChoice(t catalog.QuestionType) bool {
	return t == catalog.SingleChoice || t == catalog.MultipleResponse
}

func optionCount(p place, q *catalog.Question) {
	count := func(p place, n, lowest, highest int) {
		if n < lowest || n > highest {
			p.report("has %d, not %d to %d", n, lowest, highest)
		}
	}
	switch q.Type {
	case catalog.SingleChoice, catalog.MultipleResponse:
		count(p.field("options"), len(q.Options), minOptions, maxOptions)
	case catalog.Matching:
		count(p.field("prompts"), len(q.Prompts), minOptions, maxOptions)
		// One option more than prompts, so that the last match is not free.
		count(p.field("options"), len(q.Options), len(q.Prompts), len(q.Prompts)+1)
	case catalog.Ordering:
		count(p.field("options"), len(q.Options), minOptions, maxOrdered)
	}
}

func asksAQuestion(p place, q *catalog.Question) {
	stem := strings.TrimRight(q.Stem, " \n\"”*_)")
	switch asks := strings.HasSuffix(stem, "?"); {
	case isChoice(q.Type) && !asks:
		p.field("stem").report("does not end in a question mark")
	case q.Type == catalog.TrueFalse && asks:
		p.field("stem").report("asks a question, but a TRUE_FALSE question must be a statement")
	}
}

func saysHowMany(p place, q *catalog.Question) {
	if q.Type != catalog.MultipleResponse {
		return
	}
	n := q.CorrectOptions()
	if !hasWord(q.Stem, []string{catalog.NumberWord(n), strconv.Itoa(n)}) {
		p.field("stem").report("does not say how many to pick: %s", catalog.NumberWord(n))
	}
}

func statementLength(p place, q *catalog.Question) {
	if n := len(wordsOf(q.Stem)); q.Type == catalog.TrueFalse && n > maxStatementWords {
		p.field("stem").report("has %d words, but a statement to judge must have at most %d", n, maxStatementWords)
	}
}

func namesTheUnit(p place, q *catalog.Question) {
	if q.Type != catalog.Numeric || q.Number == nil || q.Number.Unit == "" {
		return
	}
	var stem []string
	for _, w := range wordsOf(q.Stem) {
		stem = append(stem, singular(w))
	}
	for _, w := range wordsOf(q.Number.Unit) {
		if !slices.Contains(stem, singular(w)) {
			p.field("stem").report("does not name the unit, %s", q.Number.Unit)
			return
		}
	}
}

var bannedText = regexp.MustCompile(`(?i)\b(all|none|any|both|neither|either) of (the )?(above|below|these|those|options|others?)\b|\b(both|neither|either) \(?[a-e1-5]\)? (and|n?or) \(?[a-e1-5]\)?(\W|$)|\b(the )?(above|other) options\b`)

// bannedOption finds options that speak about other options: they test the
// reading of a list, and shuffling breaks them (guideline 25).
func bannedOption(p place, q *catalog.Question) {
	for i, o := range q.Options {
		if found := bannedText.FindString(o.Text); found != "" {
			p.field("options").at(i).field("text").report("%q refers to other options", strings.TrimSpace(found))
		}
	}
}

func optionLength(p place, q *catalog.Question) {
	for i, o := range q.Options {
		if n := utf8.RuneCountInString(o.Text); n > maxOptionLength {
			p.field("options").at(i).field("text").report("has %d characters; the limit is %d", n, maxOptionLength)
		}
	}
}

func hintsAndTags(p place, q *catalog.Question) {
	if len(q.Hints) > maxHints {
		p.field("hints").report("has %d; the limit is %d", len(q.Hints), maxHints)
	}
	if len(q.Tags) > maxTags {
		p.field("tags").report("has %d; the limit is %d", len(q.Tags), maxTags)
	}
}
