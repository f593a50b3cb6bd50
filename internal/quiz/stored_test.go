package quiz_test

import (
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
	"github.com/scrumkb/scrumkb/internal/store"
)

// storedAttempt is an attempt's document from before marks were exact, as far
// as it differs from today's.
type storedAttempt struct {
	store.Meta `bson:",inline"`

	LearnerID   string            `bson:"learner_id"`
	Key         string            `bson:"key"`
	QuizSlug    string            `bson:"quiz_slug"`
	Number      int               `bson:"number"`
	Rules       map[string]any    `bson:"rules"`
	Slots       []storedSlot      `bson:"slots"`
	State       quiz.AttemptState `bson:"state"`
	StartedAt   time.Time         `bson:"started_at"`
	FinishedAt  time.Time         `bson:"finished_at"`
	TimeCheckAt *time.Time        `bson:"time_check_at,omitempty"`
	Projected   bool              `bson:"projected"`
}

type storedSlot struct {
	Number       int       `bson:"number"`
	QuestionSlug string    `bson:"question_slug"`
	Topic        string    `bson:"topic"`
	Objective    string    `bson:"objective"`
	State        string    `bson:"state"`
	AnsweredAt   time.Time `bson:"answered_at"`
	Fraction     float64   `bson:"fraction"`
}

// An attempt that was stored with marks in floating point is read from a
// database and scores the same, with exact thirds and tenths.
func TestInexactAttemptIsRead(t *testing.T) {
	engine := newEngine(t)
	d := quiztest.Open(t, engine)
	before, err := store.Open[storedAttempt](t.Context(), engine, store.Spec{
		Name:   "attempts",
		Fields: []string{"learner_id", "key", "number", "quiz_slug", "state", "started_at", "time_check_at", "projected"},
	})
	if err != nil {
		t.Fatal(err)
	}
	old := storedAttempt{
		Meta: store.Meta{ID: "ann/endless/1"}, LearnerID: "ann", Key: "endless", QuizSlug: "endless", Number: 1,
		Rules: map[string]any{"pass_percent": 60, "feedback_mode": "DEFERRED", "overdue_handling": "AUTO_SUBMIT"},
		State: quiz.Finished, StartedAt: quiztest.Opening, FinishedAt: quiztest.Opening.Add(time.Minute), Projected: true,
	}
	for i, fraction := range []float64{1. / 3, 2. / 3, 0.7, 0.3, 1} { // 3 of 5, slightly less in floating point
		old.Slots = append(old.Slots, storedSlot{
			Number: i + 1, QuestionSlug: "q", Topic: "A", Objective: "A.1", State: "ANSWERED", AnsweredAt: quiztest.Opening, Fraction: fraction,
		})
	}
	if err := before.Insert(t.Context(), &old); err != nil {
		t.Fatal(err)
	}
	read, err := d.Get(t.Context(), "ann", old.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := *read.Slots[0].Mark(); got != (quiz.Mark{Numerator: 1, Denominator: 3}) || read.Slots[0].Graded != nil {
		t.Errorf("a third is read as %v", got)
	}
	if s := read.Score(); s.Marks() != 3 || s.Percent() != 60 || !s.Passed {
		t.Errorf("score = %v marks, %v%%, passed %v", s.Marks(), s.Percent(), s.Passed)
	}
}
