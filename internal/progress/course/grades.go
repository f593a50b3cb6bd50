package course

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// grading accumulates the results at one quiz.
type grading struct {
	count  int
	first  float64
	last   float64
	best   float64
	sum    float64
	since  *time.Time // when the first attempt was finished
	passed *time.Time // when the grade first reached the pass mark
}

// rounding forgives what thirds do not add up to.
const rounding = 1e-9

// add counts the next result. It is judged by the rules as of the start of its
// attempt. Once passed stays passed, so that neither another attempt nor an
// edited quiz takes a unit away.
func (g *grading) add(r Result) {
	if g.count == 0 {
		g.first, g.since = r.Percent, &r.At
	}
	g.count++
	g.last, g.sum, g.best = r.Percent, g.sum+r.Percent, max(g.best, r.Percent)
	if g.passed == nil && g.grade(r.GradeMethod)+rounding >= float64(r.PassPercent) {
		g.passed = &r.At
	}
}

// grade returns the percentage that counts; there must be a result.
func (g *grading) grade(m catalog.GradeMethod) float64 {
	switch m {
	case catalog.AverageGrade:
		return g.sum / float64(g.count)
	case catalog.FirstGrade:
		return g.first
	case catalog.LastGrade:
		return g.last
	default:
		return g.best
	}
}
