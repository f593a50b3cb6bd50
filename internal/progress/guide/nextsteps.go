package guide

import "slices"

// urgentRenewal is how many days before expiry a renewal takes precedence over
// learning: collecting missing units takes weeks.
const urgentRenewal = 30

// NextSteps ranks what is most useful to do now:
//
//  1. attempts with a running clock, the one that ends first before others;
//  2. a renewal that is due within 30 days;
//  3. the latest attempt without a clock: if there are more, the learner knows;
//  4. what the learner has earned and not collected: the name for a
//     certificate, a new certificate, a certification to record;
//  5. reviews that are due, before the questions are forgotten;
//  6. a quiz that the learner failed last;
//  7. the next unit of each course in progress, the one closest to completion
//     first, or else a course to start;
//  8. the weakest objective;
//  9. the exam simulation;
//  10. a renewal that is due later.
func NextSteps(in Known) []*Step {
	steps := []*Step{}
	steps = append(steps, runningAttempts(in.Attempts, in.Now)...)
	steps = append(steps, renewals(in.Renewals, func(days int) bool { return days <= urgentRenewal })...)
	steps = append(steps, latestAttempt(in.Attempts)...)
	steps = append(steps, earned(in)...)
	steps = append(steps, dueReviews(in.Review, in.Now)...)
	repeat := failedQuiz(in)
	steps = append(steps, repeat...)
	steps = append(steps, except(courseSteps(in), repeat)...)
	steps = append(steps, except(weakestObjective(in.Mastery), repeat)...)
	steps = append(steps, simulation(in)...)
	return append(steps, renewals(in.Renewals, func(days int) bool { return days > urgentRenewal })...)
}

// except returns the steps that do not lead to what one of the others already
// suggests: the same quiz, or the same objective.
func except(steps, others []*Step) []*Step {
	return slices.DeleteFunc(steps, func(s *Step) bool {
		return slices.ContainsFunc(others, func(o *Step) bool {
			return (s.Unit != nil && s.Unit.QuizSlug != "" && s.Unit.QuizSlug == o.Quiz.Slug) || (s.Objective != nil && s.Objective == o.Objective)
		})
	})
}
