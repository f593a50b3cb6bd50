package progress

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// facts are what an attempt contributes to the learner's progress. They depend
// on the attempt alone.
type facts struct {
	ref        string
	cards      []cardFact
	objectives map[string]mastery.Entry    // by code; empty until the attempt is finished
	activity   map[string][]activity.Entry // by month
	result     *course.Result              // nil until an attempt at a quiz is finished
	end        *course.End                 // nil until an attempt at a quiz has ended
	quiz       string                      // the slug; "" for a practice session
}

// cardFact is a graded answer to a question.
type cardFact struct {
	question string
	entry    mastery.CardEntry
}

// factsOf says what an attempt contributes: its graded answers, whether it has
// ended or not, and once it is finished its outcome. A question that was not
// answered was not reviewed. An abandoned attempt has no outcome.
func factsOf(a *quiz.Attempt) facts {
	f := facts{ref: a.Ref(), quiz: a.QuizSlug, objectives: map[string]mastery.Entry{}, activity: map[string][]activity.Entry{}}
	for i := range a.Slots {
		if s := &a.Slots[i]; graded(s) {
			f.cards = append(f.cards, cardFact{
				question: s.QuestionSlug,
				entry:    mastery.CardEntry{Ref: f.ref, At: *s.AnsweredAt, Rating: RatingOf(s.Mark().Float(), s.Confidence), Fraction: s.Mark().Float()},
			})
		}
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

// addActivity says when the graded answers were given, and how long they took.
func (f *facts) addActivity(a *quiz.Attempt) {
	answeredAts := make([]time.Time, 0, len(f.cards))
	for _, c := range f.cards {
		answeredAts = append(answeredAts, c.entry.At)
	}
	for i, seconds := range activity.SecondsOf(a.StartedAt, answeredAts) {
		e := activity.Entry{Ref: f.ref, Quarter: activity.QuarterOf(answeredAts[i]), Answers: 1, Seconds: seconds}
		if f.cards[i].entry.Fraction >= 1 {
			e.Right = 1
		}
		month := activity.MonthOf(answeredAts[i])
		f.activity[month] = addTo(f.activity[month], e)
	}
}

// addTo adds up what belongs to the same quarter of an hour.
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

// addOutcome says how a finished attempt went, objective by objective.
func (f *facts) addOutcome(a *quiz.Attempt) {
	practised := a.Practice != nil && a.Practice.ObjectiveCode != ""
	for _, part := range a.Score().ByObjective {
		entry := mastery.Entry{Ref: f.ref, At: *a.FinishedAt, Practice: practised, Percent: part.Exact().Float()}
		for i := range a.Slots {
			if s := &a.Slots[i]; s.ObjectiveCode == part.Code && graded(s) {
				entry.Count(s.Mark().Float())
			}
		}
		f.objectives[part.Code] = entry
	}
	if a.QuizSlug != "" {
		f.result = resultOf(a)
	}
}

// resultOf is what a finished attempt at a quiz counts in a course.
func resultOf(a *quiz.Attempt) *course.Result {
	return &course.Result{
		Ref: a.Ref(), QuizSlug: a.QuizSlug, At: *a.FinishedAt, Percent: a.Score().Exact().Float(),
		PassPercent: a.Rules.PassPercent, GradeMethod: a.Rules.GradeMethod,
	}
}

// RatingOf rates an answer by its fraction, 0 to 1, and by how sure the learner
// was: to be right with high confidence is easy, and confidence says nothing
// about other answers.
func RatingOf(fraction float64, confidence quiz.Confidence) mastery.Rating {
	switch {
	case fraction <= 0:
		return mastery.Again
	case fraction < 1:
		return mastery.Hard
	case confidence == quiz.HighConfidence:
		return mastery.Easy
	default:
		return mastery.Good
	}
}
