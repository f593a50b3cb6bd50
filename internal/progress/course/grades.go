package course

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// grading is how the results at one quiz add up, one after the other.
type grading struct {
	percents []quiz.Percent // of the results so far
	best     quiz.Percent
	since    *time.Time // when the first attempt was finished
	passed   *time.Time // when the grade first reached what was needed
}

// add counts the next result. Whether it passes is decided by the rules that
// its attempt began with; what was passed once stays passed, so that neither
// another attempt nor an edited quiz takes a unit away.
func (g *grading) add(r Result) {
	if g.since == nil {
		g.since = &r.At
	}
	percent := r.exact()
	g.percents = append(g.percents, percent)
	if percent.Compare(g.best) > 0 {
		g.best = percent
	}
	if g.passed == nil && quiz.Passes(g.grade(r.GradeMethod), r.PassPercent) {
		g.passed = &r.At
	}
}

// grade returns the percent that counts; there has to be a result.
func (g *grading) grade(m catalog.GradeMethod) quiz.Percent {
	switch m {
	case catalog.AverageGrade:
		return quiz.MeanPercent(g.percents)
	case catalog.FirstGrade:
		return g.percents[0]
	case catalog.LastGrade:
		return g.percents[len(g.percents)-1]
	default:
		return g.best
	}
}
