package quiz

import "github.com/scrumkb/scrumkb/internal/catalog"

// Counts are what a scoring scheme counts. For SINGLE_CHOICE,
// MULTIPLE_RESPONSE and TRUE_FALSE they are options. For MATCHING and ORDERING
// they are pairs, each of them a correct one to find, and one that is not in
// its place is not found: Wrong is 0. SHORT_TEXT and NUMERIC have a single
// thing to get right.
type Counts struct {
	Options int // N
	Correct int // C, of the options
	Picked  int // t, correct ones that were picked
	Wrong   int // f, wrong ones that were picked
}

// Fraction returns what the counts are worth under a scheme, from 0 to 1.
// Nothing picked is worth 0 under each of them.
//
// Sources: PrairieLearn pl-checkbox for NET_CORRECT, COVERAGE and EACH_ANSWER
// (its partial credit net-correct, coverage and each-answer); Open edX capa for
// HALVES and, as "every decision counts", EACH_ANSWER.
func Fraction(scheme catalog.ScoringScheme, c Counts) float64 {
	t, f, errors := float64(c.Picked), float64(c.Wrong), c.Correct-c.Picked+c.Wrong
	if c.Picked+c.Wrong == 0 || c.Correct == 0 {
		return 0
	}
	switch scheme {
	case catalog.AllOrNothing:
		if errors == 0 {
			return 1
		}
		return 0
	case catalog.Coverage:
		return t / float64(c.Correct) * (t / (t + f))
	case catalog.EachAnswer:
		return float64(c.Options-errors) / float64(c.Options)
	case catalog.Halves:
		return halves(c.Options, errors)
	default: // NET_CORRECT, that of questions which name none
		return max(0, (t-f)/float64(c.Correct))
	}
}

// halves gives half for one error, and a quarter for two, where there are
// enough options for that not to be luck.
func halves(options, errors int) float64 {
	switch {
	case errors == 0:
		return 1
	case errors == 1 && options > 2:
		return 0.5
	case errors == 2 && options > 4:
		return 0.25
	default:
		return 0
	}
}
