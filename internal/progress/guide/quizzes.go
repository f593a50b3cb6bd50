package guide

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// recentFailure is how long after a failed attempt its quiz is suggested again.
const recentFailure = 30 * 24 * time.Hour

// failedQuiz suggests repeating a failed quiz once it may be started, and says
// what to practise first.
func failedQuiz(in Known) []*Step {
	f := in.Failed
	if f == nil || in.Now.Sub(*f.Attempt.FinishedAt) >= recentFailure || (f.StartsAt != nil && in.Now.Before(*f.StartsAt)) {
		return nil
	}
	score := f.Attempt.Score()
	percent, pass := score.Percent(), f.Attempt.Rules.PassPercent
	reason := Reason{
		Code: QuizFailed, Percent: &percent, PassPercent: &pass,
		Text: fmt.Sprintf("You scored %s in %s; you need %d%% to pass.", percentText(percent), quoted(f.Quiz.Title), pass),
	}
	if f.Objective != nil {
		right, of := inObjective(f.Attempt, f.Objective.Code)
		reason.Count, reason.Of = &right, &of
		advice := "Practise it, then try again."
		if in.Mastery.Level(f.Objective.Code).Points() >= mastery.Proficient.Points() {
			advice = "You have practised it since, so try again."
		}
		reason.Text += fmt.Sprintf(" Your weakest objective was %s: %d of %s right. %s",
			quoted(f.Objective.Title), right, counted(of, "answer"), advice)
	}
	return []*Step{{Kind: RepeatQuiz, Reason: reason, Quiz: f.Quiz, Attempt: f.Attempt, Objective: f.Objective}}
}

// weakestIn returns the published objective with the lowest score in a
// finished attempt; ties go to the one with more questions. It returns nil if
// nothing was wrong or none of them is still published.
func weakestIn(a *quiz.Attempt, published func(code string) *catalog.LearningObjective) *catalog.LearningObjective {
	parts := slices.DeleteFunc(slices.Clone(a.Score().ByObjective), func(p quiz.PartScore) bool {
		return published(p.Code) == nil || p.Percent() == 100
	})
	if len(parts) == 0 {
		return nil
	}
	weakest := slices.MinFunc(parts, func(p, q quiz.PartScore) int {
		_, of := inObjective(a, p.Code)
		_, others := inObjective(a, q.Code)
		return cmp.Or(cmp.Compare(p.Percent(), q.Percent()), cmp.Compare(others, of), cmp.Compare(p.Code, q.Code))
	})
	return published(weakest.Code)
}

// inObjective counts an attempt's questions on an objective, and those
// answered entirely right.
func inObjective(a *quiz.Attempt, code string) (right, of int) {
	for i := range a.Slots {
		s := &a.Slots[i]
		if s.ObjectiveCode != code {
			continue
		}
		of++
		if mark := s.Mark(); mark != nil && mark.Right() {
			right++
		}
	}
	return right, of
}

// readyPercent is the mastery from which a simulation is more useful than
// practice.
const readyPercent = 50

// simulation suggests the simulation to learners who have mastered enough and
// have never tried it.
func simulation(in Known) []*Step {
	if in.Simulation == nil || in.Mastery.Percent < readyPercent {
		return nil
	}
	percent := in.Mastery.Percent
	return []*Step{{Kind: TrySimulation, Quiz: in.Simulation, Reason: Reason{
		Code: ReadyForSimulation, Percent: &percent,
		Text: fmt.Sprintf("Your overall mastery is %s. See how you do under exam conditions in %s: %s in %s.", percentText(percent),
			quoted(in.Simulation.Title), counted(in.Simulation.QuestionCount(), "question"), inWords(time.Duration(*in.Simulation.TimeLimitSeconds)*time.Second)),
	}}}
}

// simulationOf returns the longest of the timed quizzes that show their answers
// at the end, or nil.
func simulationOf(quizzes []*catalog.Quiz) *catalog.Quiz {
	var longest *catalog.Quiz
	for _, q := range quizzes {
		if q.TimeLimitSeconds == nil || q.FeedbackMode != catalog.Deferred {
			continue
		}
		if longest == nil || q.QuestionCount() > longest.QuestionCount() {
			longest = q
		}
	}
	return longest
}

func weakestObjective(m *mastery.Standing) []*Step {
	weakest := m.Weakest()
	if weakest == nil {
		return nil
	}
	text := fmt.Sprintf("Your weakest objective so far is %s: %d of %s right.",
		quoted(weakest.Objective.Title), weakest.Right, counted(weakest.Answered, "answer"))
	if weakest.Right == weakest.Answered {
		text = fmt.Sprintf("You have not mastered %s yet. Answer more questions on it.", quoted(weakest.Objective.Title))
	}
	return []*Step{{Kind: PractiseObjective, Objective: weakest.Objective, Reason: Reason{
		Code: WeakestObjective, Count: &weakest.Right, Of: &weakest.Answered, Text: text,
	}}}
}

func percentText(percent float64) string {
	return strconv.FormatFloat(percent, 'f', -1, 64) + "%"
}
