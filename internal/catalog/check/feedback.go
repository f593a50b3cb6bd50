package check

import (
	"strings"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// Limits on the texts that a learner reads after answering.
const (
	// Shorter feedback, such as "Wrong.", teaches nothing.
	minFeedbackLength = 20

	// Word counts of an explanation: at least two sentences, at most a
	// paragraph that people read to its end.
	minExplanationWords = 25
	maxExplanationWords = 120

	// Wrong answers that a free answer recognises.
	minMistakes = 2
)

// feedback requires an explanation for every wrong option, and feedback with
// some substance.
func feedback(p place, q *catalog.Question) {
	enough := func(p place, text string) {
		if n := utf8.RuneCountInString(strings.TrimSpace(text)); text != "" && n < minFeedbackLength {
			p.report("has %d characters; at least %d are needed to teach anything", n, minFeedbackLength)
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

func knownMistakes(p place, q *catalog.Question) {
	if (q.Type == catalog.ShortText || q.Type == catalog.Numeric) && len(q.Mistakes) < minMistakes {
		p.field("mistakes").report("has %d; at least %d common wrong answers are needed", len(q.Mistakes), minMistakes)
	}
}
