package cohort

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/course"
)

// UnitWaiver is a trainer's decision to waive a unit of a course for a member.
type UnitWaiver struct {
	CourseSlug string
	UnitSlug   string
	Reason     course.WaiverReason
	Note       string // for the learner, at most 500 characters; may be empty
}

// Waive waives a unit of a course for a member of one of the trainer's
// cohorts. The first waiver of a unit stays, even after the member leaves. It
// fails with fault.NotFound if there is no such member or they are not
// enrolled in the course, and with fault.InvalidInput naming unit, reason or
// note.
func (s *Cohorts) Waive(ctx context.Context, trainer, member string, w UnitWaiver) (*Member, error) {
	v, err := s.Member(ctx, trainer, member)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return nil, fault.New(fault.NotFound, "there is no such member")
	}
	_, err = s.config.Tracker.Waive(ctx, v.membership.LearnerID, w.CourseSlug, course.Waiver{
		UnitSlug: w.UnitSlug, Reason: w.Reason, Note: w.Note, By: trainer,
	})
	if fault.CodeOf(err) == fault.NotFound {
		return nil, fault.New(fault.NotFound, "the member is not enrolled in this course")
	}
	return v, err
}
