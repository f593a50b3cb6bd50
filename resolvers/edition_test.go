package resolvers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
)

// TestContentChanges edits a question, deprecates one, and retires one
// together with its quiz, while one attempt is open and another is finished.
func TestContentChanges(t *testing.T) {
	a := newAPI(t, everyType)
	finished, slots := a.start(t, "anna", "artifacts")
	a.answer(t, "anna", finished, slots["event-order"], map[string]any{"order": []string{"event-order.b", "event-order.a", "event-order.c"}}, nil)
	a.ask(t, "anna", `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { id } } }`, map[string]any{"id": finished})
	open, slots := a.start(t, "anna", "artifacts")
	read := func(id string) string {
		return a.ask(t, "anna", `query ($id: ID!) { attempt(id: $id) { state total answered slots { number state
			question { slug stem version options { id text } prompts { id text } objective { code } }
			review { fraction explanation options { option { id text } correct feedback } places { given { text } right { text } correct } accepted citations { section } } }
			score { percent marks maxMarks byTopic { topic { code } percent } } } }`, map[string]any{"id": id}).text
	}
	wasFinished, wasOpen := read(finished), read(open)

	a.edit(t, func(c *catalog.Content) {
		for _, q := range c.Questions {
			switch q.Slug {
			case "event-order":
				q.Stem, q.Order = "Which of these events of a Sprint is the last, and which the first?", []string{"c", "a", "b"}
				q.Explanation = strings.Repeat("It is the other way round now. ", 6)
			case "usable-step":
				q.Status = catalog.Deprecated
			}
		}
		c.Questions = slices.DeleteFunc(c.Questions, func(q *catalog.Question) bool { return q.Slug == "planning-length" })
		c.Quizzes = slices.DeleteFunc(c.Quizzes, func(q *catalog.Quiz) bool { return q.Slug == "artifacts" })
		c.Courses = nil
	})
	public := a.ask(t, "", `{ edited: question(slug: "event-order") { stem } deprecated: question(slug: "usable-step") { id } removed: question(slug: "planning-length") { id } quiz(slug: "artifacts") { id } }`, nil)
	if stem, _ := public.at(t, "edited.stem").(string); !strings.HasPrefix(stem, "Which of these") ||
		public.at(t, "deprecated") != nil || public.at(t, "removed") != nil || public.at(t, "quiz") != nil {
		t.Fatalf("unexpected content: %s", public.text)
	}

	if now := read(finished); now != wasFinished {
		t.Errorf("a finished attempt changes:\n%s\nwas\n%s", now, wasFinished)
	}
	if now := read(open); now != wasOpen {
		t.Errorf("an open attempt changes:\n%s\nwas\n%s", now, wasOpen)
	}
	if got := a.ask(t, "anna", `query ($id: ID!) { attempt(id: $id) { quiz { slug } } }`, map[string]any{"id": open}); got.at(t, "attempt.quiz") != nil {
		t.Errorf("a quiz that is no longer published: %s", got.text)
	}
	for slug, response := range map[string]map[string]any{
		"event-order":     {"order": []string{"event-order.b", "event-order.a", "event-order.c"}},
		"usable-step":     {"text": "Increment"},
		"planning-length": {"number": 8},
	} {
		got := a.answer(t, "anna", open, slots[slug], response, nil)
		if got.at(t, "answerQuestion.slot.state") != "GRADED_RIGHT" {
			t.Errorf("%s is not graded by the drawn version: %s", slug, got.text)
		}
	}
	submitted := a.ask(t, "anna", `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { total score { marks maxMarks } slots { review { explanation } } } } }`, map[string]any{"id": open})
	if submitted.at(t, "submitAttempt.attempt.score.marks") != 3. || submitted.at(t, "submitAttempt.attempt.score.maxMarks") != 7. || strings.Contains(submitted.text, "other way round") {
		t.Errorf("submitted: %s", submitted.text)
	}

	if got := a.ask(t, "anna", `mutation { startAttempt(input: { quiz: "artifacts" }) { attempt { id } } }`, nil); got.code() != fault.NotFound {
		t.Errorf("the quiz can still be started: %s", got.text)
	}
	practice := a.ask(t, "anna", `mutation { startAttempt(input: { practice: { mode: TOPIC, topic: "BB1", questions: 2 } }) { attempt { slots { question { slug stem } } } } }`, nil)
	if text := practice.text; strings.Contains(text, "usable-step") || !strings.Contains(text, "Which of these") {
		t.Errorf("a later draw: %s", text)
	}
}
