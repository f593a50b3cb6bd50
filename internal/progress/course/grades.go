package course

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// grading accumulates the results at one quiz.
type grading struct {
	percents []quiz.Percent // of the results so far
	best     quiz.Percent
	since    *time.Time // when the first attempt was finished
	passed   *time.Time // when the grade first reached the pass mark
}

// add counts the next result. It is judged by the rules as of the start of its
// attempt. Once passed stays passed, so that neither another attempt nor an
// edited quiz takes a unit away.
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

// grade returns the percentage that counts; there must be a result.
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
