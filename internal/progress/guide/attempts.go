package guide

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/quiz"
)

func runningAttempts(attempts []OpenAttempt, now time.Time) []*Step {
	running := slices.DeleteFunc(slices.Clone(attempts), func(a OpenAttempt) bool { return a.DeadlineAt == nil })
	slices.SortFunc(running, func(a, b OpenAttempt) int {
		return cmp.Or(cmp.Compare(*a.SecondsLeft(now), *b.SecondsLeft(now)), cmp.Compare(a.ID, b.ID))
	})
	steps := make([]*Step, 0, len(running))
	for _, a := range running {
		seconds := *a.SecondsLeft(now)
		left := inWords(time.Duration(seconds) * time.Second)
		answered, of := a.Answered(), a.Total()
		reason := Reason{
			Code: ClockRunning, Count: &answered, Of: &of, SecondsLeft: &seconds,
			Text: fmt.Sprintf("The clock is running in %s: %s left, %s.", a.name(), left, answeredOf(answered, of)),
		}
		if a.State == quiz.Overdue {
			reason = Reason{
				Code: TimeIsUp, SecondsLeft: &seconds,
				Text: fmt.Sprintf("Time is up in %s. Hand it in within %s, or it will not count.", a.name(), left),
			}
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
	answered, of := latest.Answered(), latest.Total()
	return []*Step{{Kind: ResumeAttempt, Attempt: latest.Attempt, Reason: Reason{
		Code: AttemptUnfinished, Count: &answered, Of: &of,
		Text: fmt.Sprintf("You have not finished %s yet: %s.", latest.name(), answeredOf(answered, of)),
	}}}
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

func answeredOf(answered, of int) string {
	return fmt.Sprintf("%d of %s answered", answered, counted(of, "question"))
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
