package progress

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/quiz"
)

// facts are what an attempt contributes to the learner's progress. They depend
// on the attempt alone.
type facts struct {
	ref        string
	cards      []cardFact
	objectives map[string]ObjectiveEntry  // by code; empty until the attempt is finished
	activity   map[string][]ActivityEntry // by month
	result     *QuizResult                // nil until an attempt at a quiz is finished
}

// cardFact is a graded answer to a question.
type cardFact struct {
	question string
	entry    CardEntry
}

// factsOf says what an attempt contributes: its graded answers, whether it has
// ended or not, and once it is finished its outcome. A question that was not
// answered was not reviewed. An abandoned attempt has no outcome.
func factsOf(a *quiz.Attempt) facts {
	f := facts{ref: a.Ref(), objectives: map[string]ObjectiveEntry{}, activity: map[string][]ActivityEntry{}}
	for i := range a.Slots {
		if s := &a.Slots[i]; graded(s) {
			f.cards = append(f.cards, cardFact{
				question: s.QuestionSlug,
				entry:    CardEntry{Ref: f.ref, At: *s.AnsweredAt, Rating: RatingOf(s.Mark().Float(), s.Confidence), Fraction: s.Mark().Float()},
			})
		}
	}
	f.addActivity(a)
	if a.State == quiz.Finished {
		f.addOutcome(a)
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
	for i, seconds := range SecondsOf(a.StartedAt, answeredAts) {
		e := ActivityEntry{Ref: f.ref, Quarter: QuarterOf(answeredAts[i]), Answers: 1, Seconds: seconds}
		if f.cards[i].entry.Fraction >= 1 {
			e.Right = 1
		}
		month := MonthOf(answeredAts[i])
		f.activity[month] = addTo(f.activity[month], e)
	}
}

// addTo adds up what belongs to the same quarter of an hour.
func addTo(entries []ActivityEntry, e ActivityEntry) []ActivityEntry {
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
		entry := ObjectiveEntry{Ref: f.ref, At: *a.FinishedAt, Practice: practised, Percent: part.Exact().Float()}
		for i := range a.Slots {
			if s := &a.Slots[i]; s.ObjectiveCode == part.Code && graded(s) {
				entry.count(s.Mark().Float())
			}
		}
		f.objectives[part.Code] = entry
	}
	if a.QuizSlug != "" {
		f.result = resultOf(a)
	}
}

// resultOf is what a finished attempt at a quiz counts in a course.
func resultOf(a *quiz.Attempt) *QuizResult {
	return &QuizResult{
		Ref: a.Ref(), QuizSlug: a.QuizSlug, At: *a.FinishedAt, Percent: a.Score().Exact().Float(),
		PassPercent: a.Rules.PassPercent, GradeMethod: a.Rules.GradeMethod,
	}
}
