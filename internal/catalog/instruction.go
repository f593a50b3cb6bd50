package catalog

import "strconv"

// Instruction says what the learner has to do, such as "Pick two."
func (q *Question) Instruction() string {
	if q.instruction != "" {
		return q.instruction
	}
	switch q.Type {
	case SingleChoice:
		return "Pick one."
	case MultipleResponse:
		return pick(q.CorrectOptions())
	case TrueFalse:
		return "True or false?"
	case Matching:
		return "Find the option that belongs to each prompt."
	case Ordering:
		return "Put the options in order, starting with the first."
	case ShortText:
		return "Type a term or a short phrase."
	case Numeric:
		return "Give a number of " + q.Number.Unit + "."
	}
	return ""
}

// CorrectOptions returns how many options are right.
func (q *Question) CorrectOptions() int {
	n := 0
	for _, o := range q.Options {
		if o.Correct {
			n++
		}
	}
	return n
}

// Unit returns the unit of a NUMERIC answer, or nil.
func (q *Question) Unit() *string {
	if q.Number == nil {
		return nil
	}
	return &q.Number.Unit
}

// HintCount returns the number of hints.
func (q *Question) HintCount() int { return len(q.Hints) }

// pick returns the instruction for a question with n right options.
func pick(n int) string { return "Pick " + NumberWord(n) + "." }

// NumberWord writes a small number for a sentence: as a word up to five,
// otherwise in digits.
func NumberWord(n int) string {
	words := []string{"none", "one", "two", "three", "four", "five"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}
