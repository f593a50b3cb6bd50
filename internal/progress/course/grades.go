package course

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// grading accumulates the results at one quiz.
type grading struct {
	percents []quiz.Percent      // of the results so far
	method   catalog.GradeMethod // of the latest
	best     quiz.Percent
	since    *time.Time // when an attempt was first finished
	passed   *time.Time // when the grade first reached the pass mark
}

// gradesOf accumulates results in the order of the starts of their attempts.
//
// What a learner has passed stays passed when they take over what they did as a
// guest, even if an attempt of the guest would have come first.
func gradesOf(results []Result) grading {
	var all, own grading
	for _, r := range results {
		all.add(r)
		if !r.Adopted {
			own.add(r)
		}
	}
	all.passed = earlier(all.passed, own.passed)
	return all
}

// grades accumulates the results that are wanted.
func (r *Record) grades(wanted func(*Result) bool) grading {
	var results []Result
	for i := range r.Results {
		if wanted(&r.Results[i]) {
			results = append(results, r.Results[i])
		}
	}
	return gradesOf(results)
}

// earlier returns the earlier of two times; nil is none.
func earlier(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.Before(*a) {
		return b
	}
	return a
}

// add counts the next result. It is judged by the rules as of the start of its
// attempt. Once passed stays passed, so that neither another attempt nor an
// edited quiz takes a unit away.
func (g *grading) add(r Result) {
	g.since = earlier(g.since, &r.At)
	percent := r.exact()
	g.percents, g.method = append(g.percents, percent), r.GradeMethod
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
