package resolvers_test

import (
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

// practise simulates three days of the practised learner: on the first they
// enrol in basics, answer three questions on BB1.1 right and two on AA1.2
// wrong, and, in the evening, after midnight in Kathmandu, one on AA1.1 right;
// on the third they begin a session.
func (s *school) practise(t testing.TB) {
	t.Helper()
	s.ask(t, practised, `mutation { updateProfile(input: { timeZone: "Asia/Kathmandu" }) { viewer { id } } }`, nil).ok(t)
	s.ask(t, practised, `mutation { enroll(input: { course: "basics" }) { progress { state } } }`, nil).ok(t)
	s.session(t, "BB1.1", 3, quiztest.Right)
	s.pass(time.Hour)
	s.session(t, "AA1.2", 2, quiztest.Wrong)
	s.pass(10 * time.Hour)
	s.session(t, "AA1.1", 1, quiztest.Right)
	s.pass(48 * time.Hour)
	s.begin(t, practised, `practice: { mode: UNSEEN, questions: 2 }`)
}

// session is a session that the practised learner finishes, with a minute per
// question.
func (s *school) session(t testing.TB, objective string, questions int, answer func(*catalog.Question) quiz.ResponseInput) {
	t.Helper()
	who := people[practised].subject
	a, err := s.attempts.Start(t.Context(), who, quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, ObjectiveCode: objective, Questions: questions}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Slots {
		s.pass(time.Minute)
		q, err := s.attempts.Question(t.Context(), &a.Slots[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.attempts.Answer(t.Context(), who, a.ID, quiz.AnswerInput{Slot: i + 1, Response: answer(q)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.attempts.Submit(t.Context(), who, a.ID); err != nil {
		t.Fatal(err)
	}
}
