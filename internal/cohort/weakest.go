package cohort

import (
	"cmp"
	"context"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

const (
	weakestDefault = 5
	weakestMax     = 20
)

// MemberObjective is how well a member has mastered an objective.
type MemberObjective struct {
	Objective    *catalog.LearningObjective
	Level        mastery.Level
	Points       int     // of the level, 0 to 100
	Answered     int     // answers
	PercentRight float64 // as shown

	right int // answers that were wholly right
}

// Objective is how well those members of a cohort who have answered questions
// on an objective have mastered it.
type Objective struct {
	Objective    *catalog.LearningObjective
	Members      int     // how many have answered
	Points       float64 // the mean of theirs, 0 to 100, as shown
	Answered     int     // answers of all of them
	PercentRight float64 // as shown
}

// WeakestObjectives returns the first n objectives, 1 to 20, that the member
// has answered questions on but not mastered; nil means 5. Fewer points come
// first, then a smaller share of right answers. It fails with
// fault.InvalidInput naming the argument.
func (v *Member) WeakestObjectives(ctx context.Context, first *int) ([]*MemberObjective, error) {
	n, err := weakestSize(first)
	if err != nil {
		return nil, err
	}
	known, err := v.objectives(ctx)
	if err != nil {
		return nil, err
	}
	weak := slices.DeleteFunc(known, func(o *MemberObjective) bool { return o.Level == mastery.Mastered })
	slices.SortFunc(weak, func(a, b *MemberObjective) int {
		return cmp.Or(cmp.Compare(a.Points, b.Points), cmp.Compare(a.PercentRight, b.PercentRight), cmp.Compare(a.Objective.Code, b.Objective.Code))
	})
	return weak[:min(n, len(weak))], nil
}

// objectives returns the published objectives that have answers.
func (v *Member) objectives(ctx context.Context) ([]*MemberObjective, error) {
	s, err := v.standing(ctx)
	if err != nil {
		return nil, err
	}
	snapshot, err := v.cohort.cohorts.config.Current()
	if err != nil {
		return nil, err
	}
	known := make([]*MemberObjective, 0, len(s.Objectives))
	for i := range s.Objectives {
		o := &s.Objectives[i]
		if objective := snapshot.Objective(o.ObjectiveCode); objective != nil && o.Answered > 0 {
			known = append(known, &MemberObjective{
				Objective: objective, Level: o.Level, Points: o.Level.Points(),
				Answered: o.Answered, PercentRight: quiz.PercentOf(o.Right, o.Answered).Shown(), right: o.Right,
			})
		}
	}
	return known, nil
}

// WeakestObjectives returns the objectives with the lowest mean mastery among
// the members who have answered questions on them, as
// [Member.WeakestObjectives] does.
func (v *View) WeakestObjectives(ctx context.Context, first *int) ([]*Objective, error) {
	n, err := weakestSize(first)
	if err != nil {
		return nil, err
	}
	members, err := v.all(ctx)
	if err != nil {
		return nil, err
	}
	type sum struct {
		objective                      *catalog.LearningObjective
		members, points, answer, right int
	}
	sums := map[string]*sum{}
	for _, m := range members {
		known, err := m.objectives(ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range known {
			s := sums[o.Objective.Code]
			if s == nil {
				s = &sum{objective: o.Objective}
				sums[o.Objective.Code] = s
			}
			s.members++
			s.points += o.Points
			s.answer += o.Answered
			s.right += o.right
		}
	}
	weak := make([]*Objective, 0, len(sums))
	for _, s := range sums {
		if s.points < mastery.Mastered.Points()*s.members {
			weak = append(weak, &Objective{
				Objective: s.objective, Members: s.members, Points: quiz.PercentOf(s.points, mastery.Mastered.Points()*s.members).Shown(),
				Answered: s.answer, PercentRight: quiz.PercentOf(s.right, s.answer).Shown(),
			})
		}
	}
	slices.SortFunc(weak, func(a, b *Objective) int {
		return cmp.Or(
			cmp.Compare(a.Points, b.Points), cmp.Compare(a.PercentRight, b.PercentRight),
			cmp.Compare(b.Members, a.Members), cmp.Compare(a.Objective.Code, b.Objective.Code))
	})
	return weak[:min(n, len(weak))], nil
}

func weakestSize(first *int) (int, error) {
	if first == nil {
		return weakestDefault, nil
	}
	if *first < 1 || *first > weakestMax {
		return 0, fault.Invalid("first", "`first` must be between 1 and %[2]d, not %[1]d", *first, weakestMax)
	}
	return *first, nil
}
