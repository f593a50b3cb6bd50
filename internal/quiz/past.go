package quiz

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Past is what the draw of a practice session depends on besides the content.
// Each mode needs only the parts that it draws by.
type Past struct {
	Now      time.Time
	History  History             // UNSEEN, MISTAKES and WEAK_OBJECTIVES
	Due      map[string]Due      // DUE_REVIEW: what is due at Now, by question origin
	Standing map[string]Standing // WEAK_OBJECTIVES: by objective code; objectives without answers may be missing
}

// History is what a learner did with each question, by its origin.
type History map[string]Seen

// Seen is what a learner did with one question.
type Seen struct {
	At   time.Time // when the learner last saw it
	Mark *Mark     // of the last graded answer; nil if there is none
}

// mistaken reports whether the learner's last answer to the question was not
// entirely right.
func (p Past) mistaken(q *catalog.Question) bool { return p.History[q.Origin()].mistaken() }

// mistaken reports whether the last answer was not entirely right.
func (s Seen) mistaken() bool { return s.Mark != nil && !s.Mark.Right() }

// Due says that a question is due for review.
type Due struct {
	LastAt time.Time // when the learner last answered it
	DueAt  time.Time // since when it has been due
}

// Standing is a learner's level in an objective.
type Standing struct {
	Points   int // of the mastery level, 0 to 100
	Answered int // number of answers
	Right    int // number of right answers
}

// Learning returns the parts of a learner's progress that draws depend on.
type Learning interface {
	// Due returns what is due for review now, by question origin.
	Due(ctx context.Context, learner string) (map[string]Due, error)
	// Standing returns the learner's standing, by objective code.
	Standing(ctx context.Context, learner string) (map[string]Standing, error)
	// KeysShown returns when the learner was last shown the keys of the
	// questions, by origin; questions whose key was never shown are missing.
	// attempts include all of the learner's that are not projected.
	KeysShown(ctx context.Context, learner string, questions []string, attempts []Attempt) (map[string]time.Time, error)
}

// past loads what the mode draws by.
func (s *Attempts) past(ctx context.Context, now time.Time, learner string, mode PracticeMode) (Past, error) {
	past := Past{Now: now}
	var err error
	switch mode {
	case PracticeUnseen, PracticeMistake, PracticeWeak:
		if past.History, err = s.history(ctx, now, learner); err != nil {
			return Past{}, err
		}
	case PracticeTopic, PracticeExam, PracticeDue:
	}
	if s.learning == nil {
		return past, nil
	}
	switch mode {
	case PracticeDue:
		past.Due, err = s.learning.Due(ctx, learner)
	case PracticeWeak:
		past.Standing, err = s.learning.Standing(ctx, learner)
	case PracticeTopic, PracticeUnseen, PracticeMistake, PracticeExam:
	}
	return past, err
}

// leastRecentFirst puts questions never seen first: their time is zero.
func leastRecentFirst(questions []*catalog.Question, history History) []*catalog.Question {
	slices.SortStableFunc(questions, func(a, b *catalog.Question) int {
		return history[a.Origin()].At.Compare(history[b.Origin()].At)
	})
	return questions
}

// longestDueFirst keeps only due questions and sorts them by when they became
// due, whether their interval was long or short. So every question gets its
// turn, however many are due.
func longestDueFirst(questions []*catalog.Question, due map[string]Due) []*catalog.Question {
	questions = slices.DeleteFunc(questions, func(q *catalog.Question) bool {
		_, isDue := due[q.Origin()]
		return !isDue
	})
	slices.SortStableFunc(questions, func(a, b *catalog.Question) int {
		return due[a.Origin()].DueAt.Compare(due[b.Origin()].DueAt)
	})
	return questions
}

// weakestFirst sorts questions by the learner's points in their objectives,
// lowest first. Among objectives with the same points, those with answers come
// first, since an observed weakness is more certain than an assumed one; ties
// follow the blueprint.
func weakestFirst(questions []*catalog.Question, topics []*catalog.Topic, standing map[string]Standing) []*catalog.Question {
	place := map[string]int{}
	for _, t := range topics {
		for _, o := range t.Objectives {
			place[o.Code] = len(place)
		}
	}
	untried := func(s Standing) int {
		if s.Answered == 0 {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(questions, func(a, b *catalog.Question) int {
		x, y := standing[a.ObjectiveCode], standing[b.ObjectiveCode]
		return cmp.Or(
			cmp.Compare(x.Points, y.Points),
			cmp.Compare(untried(x), untried(y)),
			cmp.Compare(place[a.ObjectiveCode], place[b.ObjectiveCode]),
		)
	})
	return questions
}

// nothingToPractise returns the error for a mode that finds no questions.
func nothingToPractise(mode PracticeMode) error {
	text := "there are no questions to practise; choose another topic or objective"
	switch mode {
	case PracticeDue:
		text = "no questions are due for review now; choose another mode, or come back when the next review is due"
	case PracticeMistake:
		text = "you have no mistakes to practise; choose another mode"
	case PracticeTopic, PracticeUnseen, PracticeWeak, PracticeExam:
	}
	return fault.TooFew("practice.mode", 0, "%s", text)
}

func dueReason(d Due, now time.Time) Reason {
	text := "You last answered this " + inDays(d.LastAt, now, "less than a day") + " ago. "
	if now.Sub(d.DueAt) < day {
		text += "It is due for review."
	} else {
		text += "It has been due for review for " + inDays(d.DueAt, now, "") + "."
	}
	return Reason{Code: DueForReview, Text: text}
}

// day is 24 hours: learners live in all time zones, and reviews are spaced by
// elapsed time.
const day = 24 * time.Hour

// inDays returns how many whole days have passed in words, or short if less
// than one.
func inDays(from, to time.Time, short string) string {
	switch days := to.Sub(from) / day; {
	case days < 1:
		return short
	case days == 1:
		return "a day"
	default:
		return fmt.Sprintf("%d days", days)
	}
}

func weakReason(o *catalog.LearningObjective, s Standing) Reason {
	text := "You have not answered a question on “" + o.Title + "” yet."
	if s.Answered > 0 {
		text = fmt.Sprintf("“%s” is one of your weakest objectives: you got %d of %d questions right.", o.Title, s.Right, s.Answered)
	}
	return Reason{Code: OfWeakness, Text: text}
}

// historyAttempts is how many attempts History reads. With ten questions each
// they cover a bank of some hundred questions many times over.
const historyAttempts = 200

// History returns what the learner did with each question in the latest 200
// attempts.
func (s *Attempts) History(ctx context.Context, learner string) (History, error) {
	return s.history(ctx, s.now(), learner)
}

func (s *Attempts) history(ctx context.Context, now time.Time, learner string) (History, error) {
	history := History{}
	graded := map[string]time.Time{} // when the answer was given whose mark is in history
	query := store.Query{Where: store.Where{"learner_id": learner}, Sort: "-started_at", Limit: historyAttempts}
	for attempt, err := range s.attempts.Each(ctx, query) {
		if err != nil {
			return nil, err
		}
		if _, err := attempt.advance(now, s.keys(ctx)); err != nil {
			return nil, err
		}
		for i := range attempt.Slots {
			history.add(graded, attempt.StartedAt, &attempt.Slots[i])
		}
	}
	return history, nil
}

func (h History) add(graded map[string]time.Time, startedAt time.Time, s *Slot) {
	seen := h[s.Origin()]
	at := startedAt
	if s.AnsweredAt != nil {
		at = *s.AnsweredAt
	}
	if at.After(seen.At) {
		seen.At = at
	}
	if s.graded() && s.Response != nil && at.After(graded[s.Origin()]) {
		graded[s.Origin()] = at
		seen.Mark = s.Mark()
	}
	h[s.Origin()] = seen
}

// Revised is a question that a learner answered and that has changed since.
type Revised struct {
	QuestionSlug  string
	ObjectiveCode string
	Now           *catalog.Question // as published, where it grades the answer differently; nil when it is withdrawn
}

// Revised returns the questions in the learner's latest 200 attempts that are
// withdrawn, and those whose published version grades the learner's latest
// answer differently. It leaves out a question in an open attempt, because that
// might reveal the key; all is then false.
func (s *Attempts) Revised(ctx context.Context, learner string, published *catalog.Snapshot) (revised []Revised, all bool, err error) {
	latest, asked := map[string]Slot{}, map[string]bool{}
	var order []string
	query := store.Query{Where: store.Where{"learner_id": learner}, Sort: "-started_at", Limit: historyAttempts}
	for attempt, err := range s.attempts.Each(ctx, query) {
		if err != nil {
			return nil, false, err
		}
		for _, slot := range attempt.Slots {
			switch known, seen := latest[slot.QuestionSlug]; {
			case !slot.graded():
				asked[slot.QuestionSlug] = asked[slot.QuestionSlug] || attempt.State.Open()
			case slot.Response == nil || seen && !slot.AnsweredAt.After(*known.AnsweredAt):
			default:
				if !seen {
					order = append(order, slot.QuestionSlug)
				}
				latest[slot.QuestionSlug] = slot
			}
		}
	}
	all = true
	for _, question := range order {
		slot := latest[question]
		now := published.Question(question)
		switch {
		case !slot.Outdated(now):
		case asked[question]:
			all = false
		default:
			revised = append(revised, Revised{QuestionSlug: question, ObjectiveCode: slot.ObjectiveCode, Now: now})
		}
	}
	return revised, all, nil
}

// Outdated reports whether the slot has a graded answer to a question that is
// withdrawn, or that grades it differently as it is published now.
func (s *Slot) Outdated(published *catalog.Question) bool {
	switch {
	case !s.graded() || s.Response == nil:
		return false
	case published == nil:
		return true
	case published.Version == s.QuestionVersion:
		return false
	}
	return Grade(published, s.Response).Mark.rat().Cmp(s.Mark().rat()) != 0
}
