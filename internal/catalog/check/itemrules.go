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

// Limits of the item-writing rules. Where no other source is named they put
// figures to the guidelines of Haladyna, Downing & Rodriguez, "A Review of
// Multiple-Choice Item-Writing Guidelines for Classroom Assessment" (2002).
const (
	// Three options do as well as more when all are plausible (guideline 18:
	// as many as one can write well); beyond five nobody writes good ones.
	minOptions = 3
	maxOptions = 5

	// An order of more than six things asks for patience, not knowledge.
	maxOrdered = 6

	// A key that stands out by its length is picked for it (guideline 24).
	maxKeyLengthRatio = 1.5

	// Options are compared with each other, so each must be taken in at a
	// glance; the limit is two lines of the learner's page.
	maxOptionLength = 160

	// Shorter feedback, such as "Wrong.", teaches nothing.
	minFeedbackLength = 20

	// Word counts of an explanation: two sentences that reason, at most a
	// paragraph that people read to its end.
	minExplanationWords = 25
	maxExplanationWords = 120

	// A statement to be judged has one idea (Frisbie & Becker 1991).
	maxStatementWords = 40

	// Wrong answers that a free answer recognises.
	minMistakes = 2

	maxHints = 2
	maxTags  = 3

	// Shorter words of a stem are no clue.
	minCueLength = 5
)

// itemRule is one rule that a program can check on a question alone.
type itemRule struct {
	name  string // as messages show it
	check func(p place, q *catalog.Question)
}

// ItemProblems returns what in published questions goes against the
// item-writing rules. It says nothing about what [Problems] reports;
// its order is that of the questions and, within each, of the rules.
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
		// One option more than prompts keeps the last match from being free.
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

func negationInCapitals(p place, q *catalog.Question) {
	if negation := plainNegation(q); negation != "" {
		p.field("stem").reportNear(negation, "%q reverses the question: rephrase it, or write it in capitals", negation)
	}
}

var (
	sentenceEnd  = regexp.MustCompile(`[.!?:]["”’)]?\s+`)
	interrogated = regexp.MustCompile(`(?i)\b(which|what|who|whom|whose|where|when|why|how)\b`)
	subordinate  = regexp.MustCompile(`(?i)\b(if|when|whenever|because|although|though|since|while|after|before|unless|until|so that)\b[^,?]*`)
	negationWord = regexp.MustCompile(`(?i)\b(not|except|least|(is|are|do|does|did|was|were|has|have)n['’]t)\b`)
	capitals     = regexp.MustCompile(`\b(NOT|EXCEPT|LEAST)\b`)
	atLeast      = regexp.MustCompile(`(?i)\bat least\b`)
)

// plainNegation returns a negation in small letters that a question turns on,
// or "". A scenario and a subordinate clause may say not: it is the sentence
// that asks, or the statement to be judged, in which it is overlooked.
func plainNegation(q *catalog.Question) string {
	asking := q.Stem
	if q.Type != catalog.TrueFalse {
		sentences := sentenceEnd.Split(strings.TrimSpace(q.Stem), -1)
		asking = sentences[len(sentences)-1]
		if at := interrogated.FindStringIndex(asking); at != nil && strings.HasSuffix(asking, "?") {
			first := asking[at[0]:at[1]]
			asking = first + subordinate.ReplaceAllString(asking[at[1]:], "")
		} else {
			asking = subordinate.ReplaceAllString(asking, "")
		}
	}
	asking = atLeast.ReplaceAllString(asking, "")
	for _, found := range negationWord.FindAllString(asking, -1) {
		if found != strings.ToUpper(found) {
			return found
		}
	}
	return ""
}

// isNegative reports whether a question asks for what is not so.
func isNegative(q *catalog.Question) bool { return capitals.MatchString(q.Stem) }

func optionLength(p place, q *catalog.Question) {
	for i, o := range q.Options {
		if n := utf8.RuneCountInString(o.Text); n > maxOptionLength {
			p.field("options").at(i).field("text").report("has %d characters, at most %d", n, maxOptionLength)
		}
	}
}

// keyLength compares the longest correct option with the mean of the others.
func keyLength(p place, q *catalog.Question) {
	wrong := wrong(q)
	if !isChoice(q.Type) || len(wrong) == 0 {
		return
	}
	total := 0
	for _, o := range wrong {
		total += utf8.RuneCountInString(o.Text)
	}
	mean := float64(total) / float64(len(wrong))
	longest, at := 0, 0
	for i, o := range q.Options {
		if n := utf8.RuneCountInString(o.Text); o.Correct && n > longest {
			longest, at = n, i
		}
	}
	if float64(longest) > maxKeyLengthRatio*mean {
		p.field("options").at(at).field("text").report("the key has %d characters, more than %.1f times the mean of the wrong options, %.0f", longest, maxKeyLengthRatio, mean)
	}
}

// absoluteWords finds distractors that give themselves away as too strong.
func absoluteWords(p place, q *catalog.Question, absolutes []string) {
	if !isChoice(q.Type) || slices.ContainsFunc(correct(q), func(o *catalog.Option) bool { return hasWord(o.Text, absolutes) }) {
		return
	}
	for i, o := range q.Options {
		for _, w := range wordsOf(o.Text) {
			if !o.Correct && slices.Contains(absolutes, w) {
				p.field("options").at(i).field("text").report("%q occurs only in wrong options", w)
				break
			}
		}
	}
}

// cueInKey finds words of the stem that the key repeats and no distractor
// has.
func cueInKey(p place, q *catalog.Question, ignored map[string]bool) {
	if !isChoice(q.Type) {
		return
	}
	stem := map[string]bool{}
	for _, w := range wordsOf(q.Stem) {
		if w = singular(w); utf8.RuneCountInString(w) >= minCueLength && !ignored[w] {
			stem[w] = true
		}
	}
	for _, o := range wrong(q) {
		for _, w := range wordsOf(o.Text) {
			delete(stem, singular(w))
		}
	}
	for i, o := range q.Options {
		if !o.Correct {
			continue
		}
		for _, w := range wordsOf(o.Text) {
			if stem[singular(w)] {
				p.field("options").at(i).field("text").report("%q occurs in the stem, but in no wrong option", w)
				break
			}
		}
	}
}

// feedback requires an explanation for every wrong option, and that all
// feedback says something.
func feedback(p place, q *catalog.Question) {
	enough := func(p place, text string) {
		if n := utf8.RuneCountInString(strings.TrimSpace(text)); text != "" && n < minFeedbackLength {
			p.report("has %d characters, at least %d are needed to teach anything", n, minFeedbackLength)
		}
	}
	for i, o := range q.Options {
		p := p.field("options").at(i)
		enough(p.field("feedback"), o.Feedback)
		enough(p.field("missed"), o.Missed)
		if picksOptions(q.Type) && !o.Correct && strings.TrimSpace(o.Feedback) == "" {
			p.field("feedback").report("is missing: say which mistake the option represents")
		}
		if q.Type == catalog.MultipleResponse && o.Correct && strings.TrimSpace(o.Missed) == "" {
			p.field("missed").report("is missing: say why the option should have been picked")
		}
	}
	for i, x := range q.Prompts {
		enough(p.field("prompts").at(i).field("feedback"), x.Feedback)
	}
	for i, m := range q.Mistakes {
		enough(p.field("mistakes").at(i).field("feedback"), m.Feedback)
	}
}

func explanationLength(p place, q *catalog.Question) {
	if n := len(wordsOf(q.Explanation)); n > 0 && (n < minExplanationWords || n > maxExplanationWords) {
		p.field("explanation").report("has %d words, not %d to %d", n, minExplanationWords, maxExplanationWords)
	}
}

// keyAsListed finds questions whose options stand in the order of the key, so
// that leaving everything where it is would be right.
func keyAsListed(p place, q *catalog.Question) {
	var listed, key []string
	for _, o := range q.Options {
		listed = append(listed, o.Key)
	}
	switch q.Type {
	case catalog.Ordering:
		key = q.Order
	case catalog.Matching:
		for _, x := range q.Prompts {
			key = append(key, x.Match)
		}
	default:
		return
	}
	if len(key) > 0 && len(listed) >= len(key) && slices.Equal(listed[:len(key)], key) {
		p.field("options").report("are already in the right order")
	}
}

func knownMistakes(p place, q *catalog.Question) {
	if (q.Type == catalog.ShortText || q.Type == catalog.Numeric) && len(q.Mistakes) < minMistakes {
		p.field("mistakes").report("has %d, at least %d common wrong answers are needed", len(q.Mistakes), minMistakes)
	}
}

func hintsAndTags(p place, q *catalog.Question) {
	if len(q.Hints) > maxHints {
		p.field("hints").report("has %d, at most %d", len(q.Hints), maxHints)
	}
	if len(q.Tags) > maxTags {
		p.field("tags").report("has %d, at most %d", len(q.Tags), maxTags)
	}
}
