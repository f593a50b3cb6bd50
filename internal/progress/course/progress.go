package course

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// State says how far a learner has come in a course.
type State string

const (
	Enrolled   State = "ENROLLED"    // no unit is done yet
	InProgress State = "IN_PROGRESS" // some units are done
	Completed  State = "COMPLETED"   // every required unit is satisfied
)

// UnitState says how far a learner has come with a unit.
type UnitState string

const (
	UnitLocked    UnitState = "LOCKED"    // a prerequisite is not satisfied
	UnitOpen      UnitState = "OPEN"      // can be done now
	UnitSatisfied UnitState = "SATISFIED" // done
	UnitWaived    UnitState = "WAIVED"    // need not be done
)

// Progress is a learner's progress in one version of a course. It depends only
// on the syllabus and the record, and is immutable.
type Progress struct {
	Course         *catalog.Course // in the version in which the learner is enrolled
	EnrolledAt     time.Time       // in this version
	State          State
	Percent        float64 // 0 to 100, as shown: CompletedUnits as a percentage of RequiredUnits
	CompletedUnits int     // satisfied required units
	RequiredUnits  int
	Units          []*UnitProgress // in syllabus order
	CompletedAt    *time.Time      // nil until the course is completed

	Learner string
	Latest  int // the published version; 0 if the course is no longer published
}

// UnitProgress is a learner's progress with a unit.
type UnitProgress struct {
	Unit        *catalog.Unit
	State       UnitState
	SatisfiedAt *time.Time // nil until the unit is satisfied or waived
	Waiver      *Waiver    // nil unless the unit is waived
	Percent     *float64   // QUIZ: the result so far, 0 to 100, as shown; nil if there is none

	done *time.Time // when the unit's own condition was met, whatever its prerequisites
}

// Done returns when the unit's own condition was met, whatever its
// prerequisites; nil if it was not.
func (u *UnitProgress) Done() *time.Time { return u.done }

// UpdatesAvailable reports whether a later version of the course is published.
func (p *Progress) UpdatesAvailable() bool { return p.Latest > p.Course.Version }

// NextUnit returns the unit to do next: the first open required one, or else
// the first open optional one; nil if there is nothing left to do.
func (p *Progress) NextUnit() *UnitProgress {
	var optional *UnitProgress
	for _, u := range p.Units {
		switch {
		case u.State != UnitOpen:
		case u.Unit.Required():
			return u
		case optional == nil:
			optional = u
		}
	}
	return optional
}

// unit returns the unit with the slug, or nil.
func (p *Progress) Unit(slug string) *UnitProgress {
	for _, u := range p.Units {
		if u.Unit.Slug == slug {
			return u
		}
	}
	return nil
}

// evaluate returns the progress in the enrolment with the index, whose syllabus
// is course: by now, or by the time at which the next enrolment began.
//
// A unit is satisfied by its moveOn rule together with its prerequisites, or by
// a waiver. More readings, results, ticks and waivers therefore never take away
// what was satisfied.
func (r *Record) Evaluate(course *catalog.Course, index int) *Progress {
	enrolled := r.Enrolments[index]
	p := &Progress{Course: course, EnrolledAt: enrolled.At, State: Enrolled, Learner: r.LearnerID}
	units := make(map[string]*UnitProgress, len(course.Units))
	for _, u := range course.Units {
		unit := &UnitProgress{Unit: u, Waiver: r.waiver(u.Slug)}
		r.judge(unit, enrolled.At)
		units[u.Slug] = unit
		p.Units = append(p.Units, unit)
	}
	settled := make(map[string]bool, len(units))
	for _, u := range p.Units {
		settle(u, units, settled)
	}
	p.sum(r.until(index))
	return p
}

// judge determines when the unit's own condition was met.
func (r *Record) judge(u *UnitProgress, enrolled time.Time) {
	if u.Unit.MoveOn == catalog.NotApplicable {
		u.done = &enrolled
		return
	}
	switch u.Unit.Kind {
	case catalog.ReadingUnit:
		u.done = r.reading(u.Unit.LessonSlug)
	case catalog.StepUnit:
		for i := range r.Ticks {
			if r.Ticks[i].UnitSlug == u.Unit.Slug {
				u.done = &r.Ticks[i].At
			}
		}
	case catalog.QuizUnit:
		g := r.grades(func(result *Result) bool { return result.QuizSlug == u.Unit.QuizSlug })
		if g.since == nil {
			return
		}
		percent := g.grade(g.method).Shown()
		u.Percent, u.done = &percent, g.passed
		if u.Unit.MoveOn == catalog.OnCompleted || u.Unit.MoveOn == catalog.OnCompletedOrPassed {
			u.done = g.since
		}
	}
}

// settle determines whether a unit is satisfied, after its prerequisites, which
// have no cycles.
func settle(u *UnitProgress, units map[string]*UnitProgress, settled map[string]bool) {
	if settled[u.Unit.Slug] {
		return
	}
	settled[u.Unit.Slug] = true
	u.State = UnitOpen
	at := u.done
	for _, slug := range u.Unit.After {
		before := units[slug]
		settle(before, units, settled)
		switch {
		case before.SatisfiedAt == nil:
			u.State = UnitLocked
		case at != nil && before.SatisfiedAt.After(*at):
			at = before.SatisfiedAt
		}
	}
	switch {
	case u.State == UnitOpen && at != nil && (u.Waiver == nil || !u.Waiver.At.Before(*at)):
		u.State, u.SatisfiedAt, u.Waiver = UnitSatisfied, at, nil
	case u.Waiver != nil:
		u.State, u.SatisfiedAt = UnitWaived, &u.Waiver.At
	}
}

// sum counts the required units that were satisfied before until; nil means by
// now. A course cannot be completed before the learner enrolled in it.
func (p *Progress) sum(until *time.Time) {
	completed := p.EnrolledAt
	for _, u := range p.Units {
		if u.SatisfiedAt != nil && until != nil && !u.SatisfiedAt.Before(*until) {
			u.State, u.SatisfiedAt, u.Waiver = UnitOpen, nil, nil
		}
		if u.SatisfiedAt == nil {
			p.RequiredUnits += required(u)
			continue
		}
		p.State = InProgress
		p.RequiredUnits += required(u)
		p.CompletedUnits += required(u)
		if required(u) == 1 && u.SatisfiedAt.After(completed) {
			completed = *u.SatisfiedAt
		}
	}
	p.Percent = quiz.PercentOf(p.CompletedUnits, p.RequiredUnits).Shown()
	if p.CompletedUnits == p.RequiredUnits {
		p.State, p.CompletedAt = Completed, &completed
	}
}

func required(u *UnitProgress) int {
	if u.Unit.Required() {
		return 1
	}
	return 0
}

// Score is the mean of the grades in the required quizzes at completion, nil if
// there are none.
func (r *Record) Score(course *catalog.Course, completedAt time.Time) *quiz.Percent {
	var grades []quiz.Percent
	for _, u := range course.Units {
		if u.Kind != catalog.QuizUnit || !u.Required() {
			continue
		}
		g := r.grades(func(result *Result) bool { return result.QuizSlug == u.QuizSlug && !result.At.After(completedAt) })
		if g.since != nil {
			grades = append(grades, g.grade(g.method))
		}
	}
	if len(grades) == 0 {
		return nil
	}
	mean := quiz.MeanPercent(grades)
	return &mean
}

// missingBefore returns the first prerequisite of a locked unit that is not
// satisfied.
func (p *Progress) MissingBefore(u *UnitProgress) *catalog.Unit {
	for _, before := range u.Unit.Prerequisites() {
		if p.Unit(before.Slug).SatisfiedAt == nil {
			return before
		}
	}
	return nil
}
