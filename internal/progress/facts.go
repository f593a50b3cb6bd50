package progress

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// facts are an attempt's contributions to the learner's progress. They depend
// only on the attempt.
type facts struct {
	ref        string
	cards      []cardFact
	objectives map[string]mastery.Entry    // by code; empty until the attempt is finished
	activity   map[string][]activity.Entry // by month
	result     *course.Result              // nil until an attempt at a quiz is finished
	end        *course.End                 // nil until an attempt at a quiz has ended
	quiz       string                      // the slug; "" for a practice session
}

// cardFact is a graded answer to a question, or the showing of its key.
type cardFact struct {
	question string // its origin
	entry    mastery.CardEntry
}

// factsOf returns an attempt's contributions: its graded answers and the keys
// that it has shown, whether or not it has ended, and its outcome once it is
// finished. Unanswered questions and those in a reserve are not reviews. An
// abandoned attempt has no outcome.
func factsOf(a *quiz.Attempt) facts {
	f := facts{ref: a.Ref(), quiz: a.QuizSlug, objectives: map[string]mastery.Entry{}, activity: map[string][]activity.Entry{}}
	for i := range a.Slots {
		s := &a.Slots[i]
		entry := mastery.CardEntry{Ref: f.ref, ShownAt: a.KeyShown(s)}
		switch {
		case graded(s) && !s.Reserved:
			entry.At, entry.Fraction = *s.AnsweredAt, s.Mark().Float()
			entry.Rating = RatingOf(entry.Fraction, s.Confidence, a.Counts(s))
		case entry.ShownAt != nil:
			entry.At = *entry.ShownAt
		default:
			continue
		}
		f.cards = append(f.cards, cardFact{question: s.Origin(), entry: entry})
	}
	f.addActivity(a)
	if a.State == quiz.Finished {
		f.addOutcome(a)
	}
	if a.QuizSlug != "" && !a.State.Open() {
		f.end = &course.End{Number: a.Number, At: *a.FinishedAt, Result: f.result}
	}
	return f
}

func graded(s *quiz.Slot) bool { return s.Mark() != nil && s.AnsweredAt != nil }

// addActivity adds when the graded answers were given, and how long they took.
func (f *facts) addActivity(a *quiz.Attempt) {
	answeredAts := make([]time.Time, 0, len(a.Slots))
	var right []bool
	for i := range a.Slots {
		if s := &a.Slots[i]; graded(s) {
			answeredAts = append(answeredAts, *s.AnsweredAt)
			right = append(right, s.Mark().Right())
		}
	}
	for i, seconds := range activity.SecondsOf(a.StartedAt, answeredAts) {
		e := activity.Entry{Ref: f.ref, Quarter: activity.QuarterOf(answeredAts[i]), Answers: 1, Seconds: seconds}
		if right[i] {
			e.Right = 1
		}
		month := activity.MonthOf(answeredAts[i])
		f.activity[month] = addTo(f.activity[month], e)
	}
}

// addTo adds up entries of the same quarter of an hour.
func addTo(entries []activity.Entry, e activity.Entry) []activity.Entry {
	for i := range entries {
		if entries[i].Quarter == e.Quarter {
			entries[i].Answers += e.Answers
			entries[i].Right += e.Right
			entries[i].Seconds += e.Seconds
			return entries
		}
	}
	return append(entries, e)
}

// addOutcome adds the outcome of a finished attempt, objective by objective.
func (f *facts) addOutcome(a *quiz.Attempt) {
	for _, part := range a.Score().ByObjective {
		f.objectives[part.Code] = entryOf(a, part)
	}
	if a.QuizSlug != "" {
		f.result = resultOf(a)
	}
}

// entryOf returns the outcome of a finished attempt for an objective.
func entryOf(a *quiz.Attempt, part quiz.PartScore) mastery.Entry {
	entry := mastery.Entry{
		Ref: a.Ref(), At: *a.FinishedAt, Percent: part.Exact().Float(),
		Practice: a.Practice != nil && a.Practice.ObjectiveCode != "",
	}
	for i := range a.Slots {
		s := &a.Slots[i]
		if s.ObjectiveCode != part.Code {
			continue
		}
		if graded(s) {
			entry.Count(s.Mark().Float())
		}
		if s.OfObjective == 0 {
			continue // the attempt is older than the fields that decide what counts
		}
		entry.Of = max(entry.Of, s.OfObjective)
		if takesPart(a, s) {
			entry.Counted = append(entry.Counted, mastery.Answer{Question: s.Origin(), Outcome: outcomeOf(s), Reserved: s.Reserved})
		}
	}
	if entry.Practice && entry.Of > 0 {
		entry.Percent = a.Counted().Exact().Float()
	}
	return entry
}

// takesPart reports whether a slot of a finished attempt counts for mastery. A
// skipped question in mixed practice was optional; in a quiz, an exam
// simulation or practice on one objective it was not.
func takesPart(a *quiz.Attempt, s *quiz.Slot) bool {
	leftOutCounts := a.Practice == nil || a.Practice.ObjectiveCode != "" || a.Practice.Mode == quiz.PracticeExam
	return a.Counts(s) && (graded(s) || leftOutCounts)
}

func outcomeOf(s *quiz.Slot) mastery.Outcome {
	switch {
	case !graded(s):
		return mastery.LeftOut
	case s.Mark().Right():
		return mastery.Right
	case s.Mark().Wrong():
		return mastery.Wrong
	default:
		return mastery.Partial
	}
}

// resultOf returns the result of a finished quiz attempt for courses.
func resultOf(a *quiz.Attempt) *course.Result {
	return &course.Result{
		Ref: a.Ref(), QuizSlug: a.QuizSlug, At: *a.FinishedAt, Percent: a.Score().Exact().Float(),
		PassPercent: a.Rules.PassPercent, GradeMethod: a.Rules.GradeMethod,
	}
}

// RatingOf rates an answer by its mark, 0 to 1, and the learner's confidence:
// a confident right answer is easy, unless the key was just shown; otherwise
// confidence does not matter.
func RatingOf(fraction float64, confidence quiz.Confidence, counts bool) mastery.Rating {
	switch {
	case fraction <= 0:
		return mastery.Again
	case fraction < 1:
		return mastery.Hard
	case confidence == quiz.HighConfidence && counts:
		return mastery.Easy
	default:
		return mastery.Good
	}
}
