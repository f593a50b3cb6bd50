package guide

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/scrumkb/scrumkb/internal/progress/course"
)

func courseSteps(in Known) []*Step {
	unfinished := slices.DeleteFunc(slices.Clone(in.Courses), func(p *course.Progress) bool {
		return p.State == course.Completed || p.NextUnit() == nil
	})
	if len(unfinished) == 0 {
		return courseToStart(in)
	}
	slices.SortFunc(unfinished, func(a, b *course.Progress) int {
		return cmp.Or(cmp.Compare(b.Percent, a.Percent), cmp.Compare(a.Course.Slug, b.Course.Slug))
	})
	steps := make([]*Step, 0, len(unfinished))
	for _, p := range unfinished {
		unit := p.NextUnit().Unit
		steps = append(steps, &Step{Kind: ContinueCourse, Course: p.Course, Unit: unit, Reason: Reason{
			Code: NextUnit, Count: &p.CompletedUnits, Of: &p.RequiredUnits,
			Text: fmt.Sprintf("Next in %s: %s. You have completed %d of %s.",
				quoted(p.Course.Title), quoted(unit.Title), p.CompletedUnits, counted(p.RequiredUnits, "required unit")),
		}})
	}
	return steps
}

func courseToStart(in Known) []*Step {
	enrolled := map[string]bool{}
	for _, p := range in.Courses {
		enrolled[p.Course.Slug] = true
	}
	for _, c := range in.Offered {
		if enrolled[c.Slug] {
			continue
		}
		reason := Reason{Code: FirstCourse, Text: fmt.Sprintf("A good place to start is the course %s. Its first unit is %s.", quoted(c.Title), quoted(c.Units[0].Title))}
		if len(in.Courses) > 0 {
			reason = Reason{Code: NextCourse, Text: fmt.Sprintf("You have nothing left to do in your courses. The next one is %s.", quoted(c.Title))}
		}
		return []*Step{{Kind: StartCourse, Reason: reason, Course: c, Unit: c.Units[0]}}
	}
	return nil
}
