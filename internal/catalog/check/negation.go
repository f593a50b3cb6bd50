package check

import (
	"regexp"
	"strings"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

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

// isNegative reports whether a question has a negative stem.
func isNegative(q *catalog.Question) bool { return capitals.MatchString(q.Stem) }
