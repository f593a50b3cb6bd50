package guide

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// StepKind is the kind of a step.
type StepKind string

const (
	ResumeAttempt      StepKind = "RESUME_ATTEMPT"
	ReviewDue          StepKind = "REVIEW_DUE"
	ContinueCourse     StepKind = "CONTINUE_COURSE"
	StartCourse        StepKind = "START_COURSE"
	PractiseObjective  StepKind = "PRACTISE_OBJECTIVE"
	RenewCertification StepKind = "RENEW_CERTIFICATION"
)

// Step is something useful to do now. Its kind determines which links it has.
type Step struct {
	Kind   StepKind
	Reason string // a sentence or two for the learner

	Attempt   *quiz.Attempt              // RESUME_ATTEMPT
	Review    *mastery.Queue             // REVIEW_DUE
	Course    *catalog.Course            // CONTINUE_COURSE, in the version of the enrolment, and START_COURSE
	Unit      *catalog.Unit              // CONTINUE_COURSE and START_COURSE: the next unit of the course
	Objective *catalog.LearningObjective // PRACTISE_OBJECTIVE
	Renewal   *journey.Reminder          // RENEW_CERTIFICATION
}

// Known is what NextSteps knows about a learner.
type Known struct {
	Now      time.Time
	Attempts []OpenAttempt // in their state at Now
	Review   *mastery.Queue
	Courses  []*course.Progress // in which the learner is enrolled
	Offered  []*catalog.Course  // published, starting with the one for beginners
	Mastery  *mastery.Standing
	Renewals []journey.Reminder
}

// OpenAttempt is an open attempt.
type OpenAttempt struct {
	*quiz.Attempt

	Title string // of the quiz; "" for a practice session, and for a quiz that is no longer published
}

// urgentRenewal is how many days before expiry a renewal takes precedence over
// learning: collecting missing units takes weeks.
const urgentRenewal = 30

// NextSteps ranks what is most useful to do now:
//
//  1. attempts with a running clock, the one that ends first before others;
//  2. a renewal that is due within 30 days;
//  3. the latest attempt without a clock: if there are more, the learner knows;
//  4. reviews that are due, before the questions are forgotten;
//  5. the next unit of each course in progress, the one closest to completion
//     first, or else a course to start;
//  6. the weakest objective;
//  7. a renewal that is due later.
func NextSteps(in Known) []*Step {
	steps := []*Step{}
	steps = append(steps, runningAttempts(in.Attempts, in.Now)...)
	steps = append(steps, renewals(in.Renewals, func(days int) bool { return days <= urgentRenewal })...)
	steps = append(steps, latestAttempt(in.Attempts)...)
	steps = append(steps, dueReviews(in.Review, in.Now)...)
	steps = append(steps, courseSteps(in.Courses, in.Offered)...)
	steps = append(steps, weakestObjective(in.Mastery)...)
	return append(steps, renewals(in.Renewals, func(days int) bool { return days > urgentRenewal })...)
}

func runningAttempts(attempts []OpenAttempt, now time.Time) []*Step {
	running := slices.DeleteFunc(slices.Clone(attempts), func(a OpenAttempt) bool { return a.DeadlineAt == nil })
	slices.SortFunc(running, func(a, b OpenAttempt) int {
		return cmp.Or(cmp.Compare(*a.SecondsLeft(now), *b.SecondsLeft(now)), cmp.Compare(a.ID, b.ID))
	})
	steps := make([]*Step, 0, len(running))
	for _, a := range running {
		left := inWords(time.Duration(*a.SecondsLeft(now)) * time.Second)
		reason := fmt.Sprintf("The clock is running on %s: %s left, %s.", a.name(), left, a.answered())
		if a.State == quiz.Overdue {
			reason = fmt.Sprintf("The time for %s is up. Submit it within %s, or it will not count.", a.name(), left)
		}
		steps = append(steps, &Step{Kind: ResumeAttempt, Reason: reason, Attempt: a.Attempt})
	}
	return steps
}

func latestAttempt(attempts []OpenAttempt) []*Step {
	var latest *OpenAttempt
	for i := range attempts {
		a := &attempts[i]
		if a.DeadlineAt == nil && (latest == nil || cmp.Or(a.StartedAt.Compare(latest.StartedAt), cmp.Compare(a.ID, latest.ID)) > 0) {
			latest = a
		}
	}
	if latest == nil {
		return nil
	}
	reason := fmt.Sprintf("You have started %s: %s.", latest.name(), latest.answered())
	return []*Step{{Kind: ResumeAttempt, Reason: reason, Attempt: latest.Attempt}}
}

func (a OpenAttempt) name() string {
	switch {
	case a.Title != "":
		return quoted(a.Title)
	case a.QuizSlug != "":
		return "a quiz that is no longer offered"
	default:
		return "your practice session"
	}
}

func (a OpenAttempt) answered() string {
	return fmt.Sprintf("%d of %s answered", a.Answered(), counted(a.Total(), "question"))
}

func dueReviews(queue *mastery.Queue, now time.Time) []*Step {
	if queue.DueCount() == 0 {
		return nil
	}
	n, days := queue.DueCount(), int(now.Sub(queue.Reviews[0].DueAt)/(24*time.Hour))
	reason := fmt.Sprintf("%d questions are due for review.", n)
	switch {
	case n == 1 && days > 0:
		reason = fmt.Sprintf("1 question has been due for review for %s.", counted(days, "day"))
	case n == 1:
		reason = "1 question is due for review."
	case days > 0:
		reason = fmt.Sprintf("%d questions are due for review, some for up to %s.", n, counted(days, "day"))
	}
	return []*Step{{Kind: ReviewDue, Reason: reason, Review: queue}}
}

func courseSteps(courses []*course.Progress, offered []*catalog.Course) []*Step {
	unfinished := slices.DeleteFunc(slices.Clone(courses), func(p *course.Progress) bool {
		return p.State == course.Completed || p.NextUnit() == nil
	})
	if len(unfinished) == 0 {
		return courseToStart(courses, offered)
	}
	slices.SortFunc(unfinished, func(a, b *course.Progress) int {
		return cmp.Or(cmp.Compare(b.Percent, a.Percent), cmp.Compare(a.Course.Slug, b.Course.Slug))
	})
	steps := make([]*Step, 0, len(unfinished))
	for _, p := range unfinished {
		unit := p.NextUnit().Unit
		reason := fmt.Sprintf("Next in %s: %s. You have completed %d of %s.",
			quoted(p.Course.Title), quoted(unit.Title), p.CompletedUnits, counted(p.RequiredUnits, "required unit"))
		steps = append(steps, &Step{Kind: ContinueCourse, Reason: reason, Course: p.Course, Unit: unit})
	}
	return steps
}

func courseToStart(courses []*course.Progress, offered []*catalog.Course) []*Step {
	enrolled := map[string]bool{}
	for _, p := range courses {
		enrolled[p.Course.Slug] = true
	}
	for _, c := range offered {
		if enrolled[c.Slug] {
			continue
		}
		reason := fmt.Sprintf("A good place to start is the course %s, with %s.", quoted(c.Title), quoted(c.Units[0].Title))
		if len(courses) > 0 {
			reason = fmt.Sprintf("You have completed all your courses. The next one is %s.", quoted(c.Title))
		}
		return []*Step{{Kind: StartCourse, Reason: reason, Course: c, Unit: c.Units[0]}}
	}
	return nil
}

func weakestObjective(m *mastery.Standing) []*Step {
	weakest := m.Weakest()
	if weakest == nil {
		return nil
	}
	reason := fmt.Sprintf("Your weakest objective so far is %s: %d of %s right.",
		quoted(weakest.Objective.Title), weakest.Right, counted(weakest.Answered, "answer"))
	return []*Step{{Kind: PractiseObjective, Reason: reason, Objective: weakest.Objective}}
}

func renewals(reminders []journey.Reminder, among func(daysLeft int) bool) []*Step {
	chosen := slices.DeleteFunc(slices.Clone(reminders), func(r journey.Reminder) bool { return !among(r.DaysLeft) })
	slices.SortFunc(chosen, func(a, b journey.Reminder) int {
		return cmp.Or(cmp.Compare(a.DaysLeft, b.DaysLeft), cmp.Compare(a.Certification.Slug, b.Certification.Slug))
	})
	steps := make([]*Step, 0, len(chosen))
	for i := range chosen {
		steps = append(steps, &Step{Kind: RenewCertification, Reason: renewalReason(&chosen[i]), Renewal: &chosen[i]})
	}
	return steps
}

func renewalReason(r *journey.Reminder) string {
	on := activity.UTC(r.DueOn).Format("2 January 2006")
	reason := fmt.Sprintf("Your %s is valid until %s, for another %s.", r.Certification.Code, on, counted(r.DaysLeft, "day"))
	switch {
	case r.DaysLeft < 0:
		reason = fmt.Sprintf("Your %s expired on %s. Renew it if you want to keep it.", r.Certification.Code, on)
	case r.DaysLeft == 0:
		reason = fmt.Sprintf("Today is the last day on which your %s is valid.", r.Certification.Code)
	}
	switch {
	case r.MissingSEUs == nil || *r.MissingSEUs <= 0:
		return reason
	case *r.MissingSEUs == 1:
		return reason + " You need 1 more SEU to renew it."
	default:
		return reason + fmt.Sprintf(" You need %s more SEUs to renew it.", strconv.FormatFloat(*r.MissingSEUs, 'f', -1, 64))
	}
}

func quoted(title string) string { return "“" + title + "”" }

// counted returns a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// inWords formats a duration in its largest unit, rounded down, so that it
// never overstates the time left.
func inWords(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return counted(int(d/(24*time.Hour)), "day")
	case d >= 2*time.Hour:
		return counted(int(d/time.Hour), "hour")
	case d >= time.Minute:
		return counted(int(d/time.Minute), "minute")
	default:
		return counted(int(d/time.Second), "second")
	}
}
