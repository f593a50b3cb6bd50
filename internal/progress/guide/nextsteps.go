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

// StepKind says what kind of thing to do a step is.
type StepKind string

const (
	ResumeAttempt      StepKind = "RESUME_ATTEMPT"
	ReviewDue          StepKind = "REVIEW_DUE"
	ContinueCourse     StepKind = "CONTINUE_COURSE"
	StartCourse        StepKind = "START_COURSE"
	PractiseObjective  StepKind = "PRACTISE_OBJECTIVE"
	RenewCertification StepKind = "RENEW_CERTIFICATION"
)

// Step is something useful to do now. Its kind says which of the links it
// has.
type Step struct {
	Kind   StepKind
	Reason string // a sentence or two for the learner

	Attempt   *quiz.Attempt              // RESUME_ATTEMPT
	Review    *mastery.Queue             // REVIEW_DUE
	Course    *catalog.Course            // CONTINUE_COURSE, in the version that the learner is enrolled in, and START_COURSE
	Unit      *catalog.Unit              // CONTINUE_COURSE and START_COURSE: what to do next in the course
	Objective *catalog.LearningObjective // PRACTISE_OBJECTIVE
	Renewal   *journey.Reminder          // RENEW_CERTIFICATION
}

// Known is all that NextSteps knows of a learner.
type Known struct {
	Now      time.Time
	Attempts []OpenAttempt // as they stand by Now
	Review   *mastery.Queue
	Courses  []*course.Progress // in which the learner is enrolled
	Offered  []*catalog.Course  // that are published, the first one for beginners
	Mastery  *mastery.Standing
	Renewals []journey.Reminder
}

// OpenAttempt is an attempt that is open.
type OpenAttempt struct {
	*quiz.Attempt

	Title string // of the quiz; "" for a practice session, and for a quiz that is not published any more
}

// urgentRenewal is how many days before its end a renewal becomes more urgent
// than learning: collecting what is missing takes weeks.
const urgentRenewal = 30

// NextSteps ranks what is most useful to do now:
//
//  1. attempts whose clock is running, the one that ends first before others;
//  2. a renewal that is due within 30 days;
//  3. the attempt without a clock that was begun last: with others of them it
//     is no news that they are open;
//  4. what is due for review, since it is being forgotten;
//  5. the next unit of each course that is not completed, the one closest to
//     completion first, or else a course to start;
//  6. the objective that the learner masters least;
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
		reason := fmt.Sprintf("The clock of %s is running: %s left, and %s.", a.name(), left, a.answered())
		if a.State == quiz.Overdue {
			reason = fmt.Sprintf("The time to answer in %s is over. Submit it within %s, or it will not count.", a.name(), left)
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
	reason := fmt.Sprintf("You have begun %s: %s.", latest.name(), latest.answered())
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
	are := "are"
	if queue.DueCount() == 1 {
		are = "is"
	}
	reason := fmt.Sprintf("%s %s due for review.", counted(queue.DueCount(), "question"), are)
	if days := int(now.Sub(queue.Reviews[0].DueAt) / (24 * time.Hour)); days > 0 {
		reason = fmt.Sprintf("%s %s due for review, for up to %s.", counted(queue.DueCount(), "question"), are, counted(days, "day"))
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
		reason := fmt.Sprintf("Next in %s is %s. You have done %d of %s.",
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
		reason := fmt.Sprintf("A good place to begin is the course %s, with %s.", quoted(c.Title), quoted(c.Units[0].Title))
		if len(courses) > 0 {
			reason = fmt.Sprintf("You have completed what you enrolled in. The next course is %s.", quoted(c.Title))
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
	reason := fmt.Sprintf("Of what you have tried, you master %s least: you had %d of %s right.",
		quoted(weakest.Objective.Title), weakest.Right, counted(weakest.Answered, "question"))
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
	reason := fmt.Sprintf("Your %s is valid until %s, for %s more.", r.Certification.Code, on, counted(r.DaysLeft, "day"))
	switch {
	case r.DaysLeft < 0:
		reason = fmt.Sprintf("Your %s ended on %s. Renew it if you want to keep it.", r.Certification.Code, on)
	case r.DaysLeft == 0:
		reason = fmt.Sprintf("Today is the last day on which your %s is valid.", r.Certification.Code)
	}
	switch {
	case r.MissingSEUs == nil || *r.MissingSEUs <= 0:
		return reason
	case *r.MissingSEUs == 1:
		return reason + " 1 SEU is missing for its renewal."
	default:
		return reason + fmt.Sprintf(" %s SEUs are missing for its renewal.", strconv.FormatFloat(*r.MissingSEUs, 'f', -1, 64))
	}
}

func quoted(title string) string { return "“" + title + "”" }

// counted puts a number before a noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// inWords names a duration by its largest unit, rounded down, so that nobody
// counts on more time than is left.
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
