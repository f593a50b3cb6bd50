package resolvers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
)

const (
	startGuest = `mutation { startGuestSession { token expiresAt viewer { id roles guest attempts { totalCount } } } }`
	renewGuest = `mutation { renewGuestSession { token expiresAt viewer { id guest } } }`
)

func TestGuestSession(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	first := s.ask(t, anonymous, startGuest, nil).ok(t)
	token, id := first.str("startGuestSession.token"), first.str("startGuestSession.viewer.id")
	if first.at("startGuestSession.viewer.guest") != true || first.at("startGuestSession.viewer.attempts.totalCount") != 0.0 ||
		first.str("startGuestSession.expiresAt") != "2026-11-25T08:00:00Z" {
		t.Errorf("session %s", first.text)
	}
	if second := s.ask(t, anonymous, startGuest, nil).ok(t); second.str("startGuestSession.viewer.id") == id {
		t.Error("two guests are the same learner")
	}
	s.ask(t, anonymous, startGuest, nil).ok(t)
	limited := s.ask(t, anonymous, startGuest, nil).refused(t, "RATE_LIMITED")
	if got := limited.Errors[0].Extensions["retryAfterSeconds"]; got != 60.0 {
		t.Errorf("after %v s, want 60: %s", got, limited.text)
	}
	if got := s.header(t, `{"query": "mutation { startGuestSession { token } }"}`).Get("Retry-After"); got != "60" {
		t.Errorf("Retry-After: %q, want 60", got)
	}
	if got := s.header(t, `{"query": "{ contentRevision { number } }"}`).Get("Retry-After"); got != "" {
		t.Errorf("Retry-After of another answer: %q", got)
	}

	attempt := s.askWith(t, token, `mutation { startAttempt(input: { quiz: "mixed" }) { attempt { id } } }`, nil).ok(t).str("startAttempt.attempt.id")
	renewed := s.askWith(t, token, renewGuest, nil).ok(t)
	if renewed.str("renewGuestSession.viewer.id") != id {
		t.Errorf("renewed as another learner: %s", renewed.text)
	}
	for name, token := range map[string]string{"old": token, "new": renewed.str("renewGuestSession.token")} {
		if got := s.askWith(t, token, `{ viewer { attempts { nodes { id } } } }`, nil).ok(t); got.str("viewer.attempts.nodes.0.id") != attempt {
			t.Errorf("by the %s token: %s", name, got.text)
		}
	}
	for _, who := range []string{learner, trainer} {
		s.ask(t, who, renewGuest, nil).refused(t, "FORBIDDEN")
	}
	s.ask(t, anonymous, renewGuest, nil).refused(t, "UNAUTHENTICATED")
}

// header returns a header of the answer to an anonymous request.
func (s *school) header(t testing.TB, body string) http.Header {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Header()
}

const hint = `mutation ($id: ID!, $slot: Int!, $number: Int!) { takeHint(input: { attemptId: $id, slot: $slot, number: $number }) { slot { hints revision } } }`

// This seed draws the question pillars, which has one hint, for the first
// slot.
func TestHints(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	id := s.begin(t, learner, `quiz: "mixed"`)
	take := func(slot int, number any) answer {
		t.Helper()
		return s.ask(t, learner, hint, map[string]any{"id": id, "slot": slot, "number": number})
	}
	take(1, 0).refused(t, "INVALID_INPUT")
	take(1, 2).refused(t, "NOT_FOUND")
	if got := take(1, 1).ok(t); got.str("takeHint.slot.hints.0") != "Think of what follows from seeing." {
		t.Errorf("hint: %s", got.text)
	}
	before := s.engine.Writes()
	if got := take(1, 1).ok(t); got.at("takeHint.slot.hints.1") != nil || s.engine.Writes() != before {
		t.Errorf("the same hint again has an effect: %s", got.text)
	}
	take(1, 2).refused(t, "NOT_FOUND")
	take(2, 1).refused(t, "NOT_FOUND")
	take(0, 1).refused(t, "INVALID_INPUT")
	take(1, nil).refused(t, "INVALID_INPUT")
	s.submit(t, id)
	if got := take(1, 1).ok(t); got.str("takeHint.slot.hints.0") == "" {
		t.Errorf("a hint that was taken is gone: %s", got.text)
	}
}

func (s *school) submit(t testing.TB, id string) answer {
	t.Helper()
	return s.ask(t, learner, `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { state finishedAt score { percent } } } }`, map[string]any{"id": id}).ok(t)
}

const answerQuestion = `mutation ($in: AnswerQuestionInput!) { answerQuestion(input: $in) { attempt { answered } slot { number revision state confidence review { fraction } } } }`

func (s *school) answers(t testing.TB, who, id string, slot int, response, more map[string]any) answer {
	t.Helper()
	in := map[string]any{"attemptId": id, "slot": slot, "response": response}
	for name, value := range more {
		in[name] = value
	}
	return s.ask(t, who, answerQuestion, map[string]any{"in": in})
}

func options(ids ...string) map[string]any {
	return map[string]any{"options": append([]string{}, ids...)}
}

func TestTwoDevicesAnswerTheSameQuestion(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	id := s.begin(t, learner, `quiz: "mixed"`)
	first := s.answers(t, learner, id, 1, options("pillars.a"), map[string]any{"expectedRevision": 0, "confidence": "LOW"}).ok(t)
	if first.at("answerQuestion.slot.revision") != 1.0 || first.str("answerQuestion.slot.state") != "COMPLETE" || first.at("answerQuestion.slot.review") != nil {
		t.Errorf("answer: %s", first.text)
	}
	late := s.answers(t, learner, id, 1, options("pillars.b"), map[string]any{"expectedRevision": 0}).refused(t, "CONFLICT")
	if got := late.Errors[0].Extensions["reason"]; got != "REVISION_CHANGED" {
		t.Errorf("reason is %v", got)
	}
	want := "map[attemptState:IN_PROGRESS revision:1 slot:1 state:COMPLETE]"
	if got := fmt.Sprint(late.Errors[0].Extensions["current"]); got != want {
		t.Errorf("current is %s, want %s", got, want)
	}
	if got := s.answers(t, learner, id, 1, options("pillars.b"), nil).ok(t); got.at("answerQuestion.slot.revision") != 2.0 || got.at("answerQuestion.slot.confidence") != nil {
		t.Errorf("without a revision the last one wins: %s", got.text)
	}
	if got := s.answers(t, learner, id, 1, options(), nil).ok(t); got.str("answerQuestion.slot.state") != "TODO" || got.at("answerQuestion.attempt.answered") != 0.0 {
		t.Errorf("taken back: %s", got.text)
	}
}

func TestIdempotencyKey(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	id := s.begin(t, learner, `quiz: "mixed"`)
	key := map[string]any{"idempotencyKey": "k1"}
	s.answers(t, learner, id, 1, options("pillars.a"), key).ok(t)
	before := s.engine.Writes()
	if got := s.answers(t, learner, id, 1, options("pillars.a"), key).ok(t); got.at("answerQuestion.slot.revision") != 1.0 || s.engine.Writes() != before {
		t.Errorf("the same request again has an effect: %s", got.text)
	}
	s.answers(t, learner, id, 1, options("pillars.b"), key).refused(t, "CONFLICT")
}

func TestTimeIsUp(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	id := s.begin(t, learner, `quiz: "mixed"`)
	s.pass(10*time.Minute - time.Millisecond)
	s.answers(t, learner, id, 1, options("pillars.a"), nil).ok(t)
	s.pass(time.Millisecond)
	s.answers(t, learner, id, 1, options("pillars.b"), nil).refused(t, "EXPIRED")
	s.ask(t, learner, hint, map[string]any{"id": id, "slot": 1, "number": 1}).refused(t, "EXPIRED")
	s.ask(t, learner, `mutation ($id: ID!) { flagQuestion(input: { attemptId: $id, slot: 1, flagged: true }) { slot { flagged } } }`, map[string]any{"id": id}).refused(t, "EXPIRED")
	got := s.submit(t, id)
	if got.str("submitAttempt.attempt.state") != "FINISHED" || got.str("submitAttempt.attempt.finishedAt") != "2026-11-24T08:10:00Z" || got.at("submitAttempt.attempt.score.percent") != 12.5 {
		t.Errorf("submitted afterwards: %s", got.text)
	}
}

func TestPractisingMistakes(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	first := s.begin(t, learner, `practice: { mode: UNSEEN, topic: "BB1", questions: 3 }`)
	drawn := s.ask(t, learner, `query ($id: ID!) { attempt(id: $id) { slots { number question { slug } } } }`, map[string]any{"id": first}).ok(t)
	for i := range 3 {
		path := fmt.Sprintf("attempt.slots.%d.question.slug", i)
		switch drawn.str(path) {
		case "usable-step":
			s.answers(t, learner, first, i+1, map[string]any{"text": "Sprint"}, nil).ok(t)
		case "event-order":
			s.answers(t, learner, first, i+1, map[string]any{"order": []string{"event-order.b", "event-order.a", "event-order.c"}}, nil).ok(t)
		}
	}
	s.submit(t, first)
	s.pass(24 * time.Hour)
	again := s.ask(t, learner, `mutation { startAttempt(input: { practice: { mode: MISTAKES, questions: 1 } }) { attempt { mode slots { question { slug } reason { code text } } } } }`, nil).ok(t)
	if again.str("startAttempt.attempt.slots.0.question.slug") != "usable-step" || again.str("startAttempt.attempt.slots.0.reason.code") != "MISTAKE" {
		t.Errorf("what was answered wrongly: %s", again.text)
	}
}

func TestNoMutationRunsWithAnother(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	id := s.begin(t, learner, `quiz: "mixed"`)
	before := s.engine.Writes()
	for name, document := range map[string]string{
		"SameField":   `mutation ($id: ID!) { a: submitAttempt(input: { attemptId: $id }) { attempt { id } } b: submitAttempt(input: { attemptId: $id }) { attempt { id } } }`,
		"OtherFields": `mutation ($id: ID!) { startGuestSession { token } submitAttempt(input: { attemptId: $id }) { attempt { id } } }`,
		"Fragments":   `mutation ($id: ID!) { ...A ... on Mutation { submitAttempt(input: { attemptId: $id }) { attempt { id } } } } fragment A on Mutation { startGuestSession { token } }`,
		"Skipped":     `mutation ($id: ID!) { startGuestSession { token } submitAttempt(input: { attemptId: $id }) @skip(if: true) { attempt { id } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			got := s.ask(t, learner, document, map[string]any{"id": id}).refused(t, "QUERY_TOO_COMPLEX")
			if got.Data != nil {
				t.Errorf("data in %s", got.text)
			}
		})
	}
	if writes, guests := s.engine.Writes()-before, s.guests.Load(); writes != 0 || guests != 0 {
		t.Errorf("%d writes, and %d random bytes for guests", writes, guests)
	}
}

func TestUnknownAttemptIDs(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	if id := s.begin(t, learner, `quiz: "mixed"`); id != attemptID("anna", "mixed/1") {
		t.Fatalf("the attempt is %s", id)
	}
	for name, id := range map[string]string{
		"NoText": attemptID("anna", "\xff/1"), "Zero": attemptID("anna", "mixed\x00/1"), "Operator": attemptID("anna", `{"$gt":""}/1`),
		"Unknown": attemptID("anna", "mixed/2"), "Longer": attemptID("anna", "x/mixed/1"), "NoRef": attemptID("anna", ""),
		"Anothers": attemptID("ben", "mixed/1"), "Stored": "attempt/anna/mixed/1", "Short": "attempt/YW5u", "Empty": "attempt/",
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.ask(t, learner, `query ($id: ID!) { attempt(id: $id) { id } node(id: $id) { id } }`, map[string]any{"id": id}).ok(t); got.at("attempt") != nil || got.at("node") != nil {
				t.Errorf("found: %s", got.text)
			}
			s.ask(t, learner, hint, map[string]any{"id": id, "slot": 1, "number": 1}).refused(t, "NOT_FOUND")
		})
	}
}
