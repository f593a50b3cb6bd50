package quiz

import "github.com/scrumkb/scrumkb/internal/catalog"

// Counts are the inputs of a scoring scheme. For SINGLE_CHOICE,
// MULTIPLE_RESPONSE and TRUE_FALSE they count options. For MATCHING and
// ORDERING they count pairs, each of which is correct and should be found;
// misplaced ones are merely not found, so Wrong is 0. SHORT_TEXT and NUMERIC
// have a single item.
type Counts struct {
	Options int // N
	Correct int // C, of the options
	Picked  int // t, correct ones picked
	Wrong   int // f, wrong ones picked
}

// Worth returns the mark for the counts under a scheme, from 0 to 1. Picking nothing is worth 0
// under every scheme.
//
// Sources: PrairieLearn pl-checkbox for NET_CORRECT, COVERAGE and EACH_ANSWER (its partial credit
// net-correct, coverage and each-answer); Open edX capa for HALVES and, as "every decision counts",
// EACH_ANSWER.
func Worth(scheme catalog.ScoringScheme, c Counts) Mark {
	errors := c.Correct - c.Picked + c.Wrong
	if c.Picked+c.Wrong == 0 || c.Correct == 0 {
		return markOf(0, 1)
	}
	switch scheme {
	case catalog.AllOrNothing:
		if errors == 0 {
			return markOf(1, 1)
		}
		return markOf(0, 1)
	case catalog.Coverage:
		return markOf(c.Picked*c.Picked, c.Correct*(c.Picked+c.Wrong))
	case catalog.EachAnswer:
		return markOf(c.Options-errors, c.Options)
	case catalog.Halves:
		return halves(c.Options, errors)
	default: // NET_CORRECT, the default
		return markOf(max(0, c.Picked-c.Wrong), c.Correct)
	}
}

// halves gives half for one error and a quarter for two, if there are enough
// options for that not to be luck.
func halves(options, errors int) Mark {
	switch {
	case errors == 0:
		return markOf(1, 1)
	case errors == 1 && options > 2:
		return markOf(1, 2)
	case errors == 2 && options > 4:
		return markOf(1, 4)
	default:
		return markOf(0, 1)
	}
}
