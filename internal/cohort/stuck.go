package cohort

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress"
)

// StuckCode says why a member may be stuck in a course.
type StuckCode string

const (
	StuckInactive StuckCode = "INACTIVE"         // has been inactive for stuckDays
	StuckFailing  StuckCode = "REPEATED_FAILURE" // has failed a required quiz stuckFailures times in a row
)

const (
	// stuckDays spans two weekends: a short holiday or a busy week is no reason
	// to worry.
	stuckDays = 14
	// stuckFailures is the number at which failing no longer looks like an
	// accident.
	stuckFailures = 2
)

// StuckReason says why a member who has not completed a course may need help.
type StuckReason struct {
	Code   StuckCode
	Course *catalog.Course
	Text   string    // for trainers
	Since  time.Time // since when it has applied
}

// stuckIn returns why the learner may be stuck in the course: first per quiz,
// in syllabus order, then inactivity. active is when they last did anything at
// all.
func stuckIn(c *progress.CourseStanding, active, now time.Time) []*StuckReason {
	p := c.Progress
	if p.CompletedAt != nil {
		return nil
	}
	var reasons []*StuckReason
	for _, u := range p.Units {
		if u.Unit.Kind != catalog.QuizUnit || !u.Unit.Required() || u.SatisfiedAt != nil || u.Done() != nil {
			continue
		}
		if failed := c.Record.FailedInARow(u.Unit.QuizSlug); len(failed) >= stuckFailures {
			latest := failed[len(failed)-1]
			reasons = append(reasons, &StuckReason{
				Code: StuckFailing, Course: p.Course, Since: failed[stuckFailures-1].At,
				Text: fmt.Sprintf("Failed “%s” %s in a row; the latest score is %v%%, and %d%% is needed to pass.",
					u.Unit.Title, times(len(failed)), latest.Shown(), latest.PassPercent),
			})
		}
	}
	if days := int(now.Sub(active) / (24 * time.Hour)); days >= stuckDays {
		reasons = append(reasons, &StuckReason{
			Code: StuckInactive, Course: p.Course, Since: active.AddDate(0, 0, stuckDays),
			Text: fmt.Sprintf("Nothing has been read, answered or ticked off for %d days; %d of %d required units are done.", days, p.CompletedUnits, p.RequiredUnits),
		})
	}
	return reasons
}

func times(n int) string {
	if n == stuckFailures {
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// Stuck returns in which courses the member may need help, and why; it is empty
// if there is no sign of it.
func (v *Member) Stuck(ctx context.Context) ([]*StuckReason, error) {
	s, err := v.standing(ctx)
	if err != nil {
		return nil, err
	}
	reasons := []*StuckReason{}
	for i := range s.Courses {
		reasons = append(reasons, stuckIn(&s.Courses[i], s.ActiveAt, v.cohort.cohorts.now())...)
	}
	return reasons, nil
}

// Stuck returns the members who may need help, longest stuck first.
func (v *View) Stuck(ctx context.Context) ([]*Member, error) {
	members, err := v.all(ctx)
	if err != nil {
		return nil, err
	}
	type helpless struct {
		member *Member
		since  time.Time
	}
	var found []helpless
	for _, m := range members {
		reasons, err := m.Stuck(ctx)
		if err != nil {
			return nil, err
		}
		if len(reasons) > 0 {
			first := slices.MinFunc(reasons, func(a, b *StuckReason) int { return a.Since.Compare(b.Since) })
			found = append(found, helpless{m, first.Since})
		}
	}
	slices.SortStableFunc(found, func(a, b helpless) int {
		return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.member.membership.MemberID, b.member.membership.MemberID))
	})
	stuck := make([]*Member, 0, len(found))
	for _, f := range found {
		stuck = append(stuck, f.member)
	}
	return stuck, nil
}
