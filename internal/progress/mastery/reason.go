package mastery

import "fmt"

// ReasonCode is the rule that changed a level.
type ReasonCode string

const (
	FirstAnswer      ReasonCode = "FIRST_ANSWER"
	MostlyRight      ReasonCode = "MOSTLY_RIGHT"
	MostlyWrong      ReasonCode = "MOSTLY_WRONG"
	PractisedBelow70 ReasonCode = "PRACTISED_BELOW_70"
	PractisedFrom70  ReasonCode = "PRACTISED_FROM_70"
	PractisedAll     ReasonCode = "PRACTISED_ALL_RIGHT"
	EarlierRules     ReasonCode = "EARLIER_RULES"
)

// Reason is why a level changed: Count of Of questions were right (wrong with
// MOSTLY_WRONG). Both are 0 with FIRST_ANSWER, and with EARLIER_RULES, which
// has only a text.
type Reason struct {
	Code  ReasonCode `bson:"code,omitempty"`
	Count int        `bson:"count,omitempty"`
	Of    int        `bson:"of,omitempty"`
	Text  string     `bson:"why"` // a sentence for the learner
}

func firstAnswer() Reason {
	return Reason{Code: FirstAnswer, Text: "You answered a question on this objective for the first time."}
}

func mostlyRight(right, of int) Reason {
	text := fmt.Sprintf("You got %s on this objective right, in quizzes or mixed practice.", ofLast(right, of))
	return Reason{Code: MostlyRight, Count: right, Of: of, Text: text}
}

func mostlyWrong(wrong, of int) Reason {
	text := fmt.Sprintf("You got %s on this objective wrong, in quizzes or mixed practice.", ofLast(wrong, of))
	return Reason{Code: MostlyWrong, Count: wrong, Of: of, Text: text}
}

func ofLast(n, of int) string {
	switch {
	case of == 1:
		return "the last question"
	case n == of:
		return fmt.Sprintf("all of the last %d questions", of)
	default:
		return fmt.Sprintf("%d of the last %d questions", n, of)
	}
}

func practisedReason(code ReasonCode, right, of int) Reason {
	text := fmt.Sprintf("You practised this objective and scored less than %d%%.", familiarPercent)
	switch code {
	case PractisedAll:
		text = "You practised this objective and got everything right."
	case PractisedFrom70:
		text = fmt.Sprintf("You practised this objective and scored %d%% or more.", familiarPercent)
	}
	return Reason{Code: code, Count: right, Of: of, Text: text}
}
