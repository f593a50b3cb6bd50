package resolvers_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

const (
	adoptGuest = `mutation ($token: String!) { adoptGuest(input: { guestToken: $token }) { adoptedAt viewer { id } } }`
	whatIDid   = `{ viewer { attempts { nodes { id number answered } } notices { nodes { code text } } } }`
)

// guest begins a session, and returns its token.
func (s *school) guest(t testing.TB) string {
	t.Helper()
	return s.ask(t, anonymous, startGuest, nil).ok(t).str("startGuestSession.token")
}

func (s *school) beginWith(t testing.TB, token, what string) string {
	t.Helper()
	return s.askWith(t, token, `mutation { startAttempt(input: { `+what+` }) { attempt { id } } }`, nil).ok(t).str("startAttempt.attempt.id")
}

func (s *school) adopt(t testing.TB, who, token string) answer {
	t.Helper()
	return s.ask(t, who, adoptGuest, map[string]any{"token": token})
}

func (a answer) reason() any {
	if len(a.Errors) == 0 {
		return nil
	}
	return a.Errors[0].Extensions["reason"]
}

func TestAdoptGuest(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	guest := s.guest(t)
	if got := s.askWith(t, guest, `{ viewer { expiresAt } }`, nil).ok(t).str("viewer.expiresAt"); got != "2027-02-22T08:00:00Z" {
		t.Errorf("the guest expires at %s", got)
	}
	id := s.beginWith(t, guest, `quiz: "mixed"`)
	s.askWith(t, guest, answerQuestion, map[string]any{"in": map[string]any{"attemptId": id, "slot": 1, "response": options("pillars.a")}}).ok(t)

	for name, tt := range map[string]struct{ who, token, code string }{
		"Anonymous":     {anonymous, guest, "UNAUTHENTICATED"},
		"NoToken":       {learner, "", "INVALID_INPUT"},
		"OwnToken":      {learner, s.token(t, learner), "INVALID_INPUT"},
		"AnothersToken": {learner, s.token(t, otherLearner), "INVALID_INPUT"},
		"Forged":        {learner, guest[:len(guest)-4] + "AAAA", "INVALID_INPUT"},
	} {
		if got := s.adopt(t, tt.who, tt.token); got.code() != tt.code {
			t.Errorf("%s: %s", name, got.text)
		}
	}
	for name, token := range map[string]string{"its own": guest, "another's": s.guest(t)} {
		if got := s.askWith(t, guest, adoptGuest, map[string]any{"token": token}); got.code() != "FORBIDDEN" {
			t.Errorf("a guest adopts with %s: %s", name, got.text)
		}
	}

	s.pass(time.Second)
	mine := s.begin(t, learner, `quiz: "mixed"`)
	both := s.adopt(t, learner, guest).refused(t, "CONFLICT")
	if got := fmt.Sprintf("%v %v", both.reason(), both.Errors[0].Extensions["openAttempts"]); got != fmt.Sprintf("ATTEMPT_OPEN [%s %s]", mine, id) {
		t.Errorf("both are open: %s", both.text)
	}
	s.askWith(t, guest, whatIDid, nil).ok(t) // is still a guest
	s.ask(t, learner, `mutation ($id: ID!) { abandonAttempt(input: { attemptId: $id }) { attempt { state } } }`, map[string]any{"id": mine}).ok(t)

	s.pass(time.Minute)
	for range 2 {
		if got := s.adopt(t, learner, guest).ok(t); got.str("adoptGuest.viewer.id") != "anna" || got.str("adoptGuest.adoptedAt") != "2026-11-24T08:01:01Z" {
			t.Errorf("adopted: %s", got.text)
		}
		s.pass(time.Minute)
	}
	if got := s.adopt(t, otherLearner, guest); got.code() != "INVALID_INPUT" {
		t.Errorf("adopted by another account: %s", got.text)
	}
	got := s.ask(t, learner, whatIDid, nil).ok(t)
	if got.at("viewer.attempts.nodes.0.number") != 1.0 || got.at("viewer.attempts.nodes.1.number") != 2.0 || got.at("viewer.attempts.nodes.1.answered") != 1.0 ||
		got.str("viewer.notices.nodes.0.code") != "ADOPTED" {
		t.Errorf("the account has %s", got.text)
	}
	for _, private := range []string{whatIDid, renewGuest, `mutation { startAttempt(input: { quiz: "mixed" }) { attempt { id } } }`} {
		if got := s.askWith(t, guest, private, nil).refused(t, "UNAUTHENTICATED"); got.reason() != "ADOPTED" {
			t.Errorf("the guest is refused: %s", got.text)
		}
	}
	s.askWith(t, guest, `{ roles { slug } }`, nil).ok(t) // as everybody
}

// A guest's second tab writes while an account takes over what the guest did.
// What was acknowledged to the tab is in the account.
func TestSecondTabOfAnAdoptedGuest(t *testing.T) {
	for name, tt := range map[string]struct {
		hook     func(*storetest.Engine, func(storetest.Call) error)
		answered float64
	}{
		"BeforeItsWrite": {(*storetest.Engine).Before, 0},
		"AfterItsWrite":  {(*storetest.Engine).After, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSchool(t, catalogtest.Library(t), schoolOptions{})
			guest := s.guest(t)
			id := s.beginWith(t, guest, `quiz: "mixed"`)
			tt.hook(s.engine, func(call storetest.Call) error {
				if call.Collection == "attempts" && call.Operation == storetest.Replace {
					tt.hook(s.engine, nil)
					s.adopt(t, learner, guest).ok(t)
				}
				return nil
			})
			in := map[string]any{"attemptId": id, "slot": 1, "response": options("pillars.a")}
			if got := s.askWith(t, guest, answerQuestion, map[string]any{"in": in}).refused(t, "UNAUTHENTICATED"); got.reason() != "ADOPTED" {
				t.Errorf("the second tab: %s", got.text)
			}
			if got := s.ask(t, learner, whatIDid, nil).ok(t); got.at("viewer.attempts.nodes.0.answered") != tt.answered || got.at("viewer.attempts.nodes.1") != nil {
				t.Errorf("the account has %s", got.text)
			}
		})
	}
}
