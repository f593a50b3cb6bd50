package resolvers_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
)

// patience is how long a test waits for something that must happen.
const patience = 10 * time.Second

const watch = `subscription ($id: ID!) { attemptUpdated(id: $id) { state answered secondsLeft } }`

// stream is a subscription over any transport. next returns its responses, and
// false once it has ended properly.
type stream struct {
	next func() (answer, bool)
}

func (s stream) hear(t *testing.T) answer {
	t.Helper()
	got, open := s.next()
	if !open {
		t.Fatal("the stream has ended")
	}
	return got
}

func (s stream) ends(t *testing.T) {
	t.Helper()
	if got, open := s.next(); open {
		t.Errorf("the stream goes on: %s", got.text)
	}
}

func payload(t *testing.T, query, id string) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"id": id}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func overSSE(t *testing.T, url, token string, body []byte) stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = response.Body.Close() })
	events := bufio.NewReader(response.Body)
	return stream{func() (answer, bool) {
		for {
			line, err := events.ReadString('\n')
			if err != nil {
				t.Fatalf("reading events: %v", err)
			}
			if line == "event: complete\n" {
				return answer{}, false
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				return parse(t, []byte(data)), true
			}
		}
	}}
}

func overSocket(t *testing.T, url, token string, body []byte) stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	conn, _, err := websocket.Dial(ctx, url+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = conn.CloseNow() })
	initialise := `{"type":"connection_init"}`
	if token != "" {
		initialise = `{"type":"connection_init","payload":{"Authorization":"Bearer ` + token + `"}}`
	}
	for _, frame := range []string{initialise, `{"id":"s","type":"subscribe","payload":` + string(body) + `}`} {
		if err := conn.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
			t.Fatal(err)
		}
	}
	return stream{func() (answer, bool) {
		for {
			_, data, err := conn.Read(ctx)
			if err != nil {
				t.Fatalf("reading frames: %v", err)
			}
			var frame struct {
				Type    string
				Payload json.RawMessage
			}
			if err := json.Unmarshal(data, &frame); err != nil {
				t.Fatal(err)
			}
			switch frame.Type {
			case "next":
				return parse(t, frame.Payload), true
			case "error":
				return parse(t, []byte(`{"errors":`+string(frame.Payload)+`}`)), true
			case "complete":
				return answer{}, false
			}
		}
	}}
}

var transports = map[string]func(t *testing.T, url, token string, body []byte) stream{"SSE": overSSE, "Socket": overSocket}

func TestDevicesSeeEachOther(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{tokenClock: time.Now})
	web := httptest.NewServer(s.handler)
	t.Cleanup(web.Close)
	id := s.begin(t, learner, `quiz: "mixed"`)
	devices := map[string]stream{}
	for name, open := range transports {
		devices[name] = open(t, web.URL, s.token(t, learner), payload(t, watch, id))
	}
	expect := func(what, state string, answered float64, secondsLeft any) {
		t.Helper()
		for name, device := range devices {
			got := device.hear(t).ok(t)
			if got.str("attemptUpdated.state") != state || got.at("attemptUpdated.answered") != answered || got.at("attemptUpdated.secondsLeft") != secondsLeft {
				t.Errorf("%s, over %s: %s", what, name, got.text)
			}
		}
	}
	expect("at first", "IN_PROGRESS", 0, 600.0)
	s.pass(30 * time.Second)
	s.answers(t, learner, id, 1, options("pillars.a"), nil).ok(t)
	expect("an answer", "IN_PROGRESS", 1, 570.0)
	s.submit(t, id)
	expect("the end", "FINISHED", 1, nil)
	for _, device := range devices {
		device.ends(t)
	}

	for name, open := range transports {
		device := open(t, web.URL, s.token(t, learner), payload(t, watch, id))
		if got := device.hear(t).ok(t); got.str("attemptUpdated.state") != "FINISHED" {
			t.Errorf("an ended attempt, over %s: %s", name, got.text)
		}
		device.ends(t)
	}
}

// Changes caused only by the clock arrive within the polling interval.
func TestDevicesSeeTheDeadlinePass(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{tokenClock: time.Now})
	web := httptest.NewServer(s.handler)
	t.Cleanup(web.Close)
	id := s.begin(t, learner, `quiz: "mixed"`)
	device := overSocket(t, web.URL, s.token(t, learner), payload(t, watch, id))
	device.hear(t)
	s.pass(10 * time.Minute)
	if got := device.hear(t).ok(t); got.str("attemptUpdated.state") != "FINISHED" {
		t.Errorf("after the deadline: %s", got.text)
	}
	device.ends(t)
}

func TestStrangersReceiveNothing(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{tokenClock: time.Now})
	web := httptest.NewServer(s.handler)
	t.Cleanup(web.Close)
	id := s.begin(t, learner, `quiz: "mixed"`)
	missing := strings.Replace(id, "attempt/", "attempt/x", 1)
	for name, open := range transports {
		for who, code := range map[string]string{otherLearner: "NOT_FOUND", trainer: "NOT_FOUND", anonymous: "UNAUTHENTICATED"} {
			t.Run(name+"/"+who, func(t *testing.T) {
				token := s.token(t, who)
				theirs := open(t, web.URL, token, payload(t, watch, id)).hear(t).refused(t, code)
				nobodys := open(t, web.URL, token, payload(t, watch, missing)).hear(t).refused(t, code)
				if theirs.Errors[0].Message != nobodys.Errors[0].Message || theirs.Data != nil {
					t.Errorf("they can be distinguished:\n%s\n%s", theirs.text, nobodys.text)
				}
			})
		}
	}
}

// TestEventsHoldNoKey watches a quiz with deferred feedback, and looks for the
// marks in keys.
func TestEventsHoldNoKey(t *testing.T) {
	s := newSchool(t, marked(t), schoolOptions{tokenClock: time.Now, limits: unlimited})
	web := httptest.NewServer(s.handler)
	t.Cleanup(web.Close)
	id := s.begin(t, learner, `quiz: "mixed"`)
	device := overSocket(t, web.URL, s.token(t, learner), payload(t, `subscription ($id: ID!) { attemptUpdated(id: $id) `+attemptFields+` }`, id))
	silent := func(when string) {
		t.Helper()
		if got := device.hear(t).ok(t); strings.Contains(got.text, secret) {
			t.Errorf("%s, an event contains a key: %s", when, got.text)
		}
	}
	silent("at first")
	s.answers(t, learner, id, 1, options("pillars.a"), nil).ok(t)
	silent("after an answer")
	s.ask(t, learner, hint, map[string]any{"id": id, "slot": 1, "number": 1}).ok(t)
	got := device.hear(t).ok(t)
	if strings.Count(got.text, secret) != 1 {
		t.Errorf("after a hint, an event contains more or less than the hint: %s", got.text)
	}
	s.submit(t, id)
	if got := device.hear(t).ok(t); strings.Count(got.text, secret) < 5 {
		t.Errorf("at the end, the review is missing: %s", got.text)
	}
	if strings.Contains(s.log.String(), secret) {
		t.Error("the log contains a key")
	}
}

// TestImmediateReviewsRevealOneQuestion answers one question after another,
// and looks for marks in the slots that are still open.
func TestImmediateReviewsRevealOneQuestion(t *testing.T) {
	s := newSchool(t, marked(t), schoolOptions{limits: unlimited})
	id := s.begin(t, learner, `quiz: "artifacts"`)
	answers := map[string]map[string]any{
		"commitments": {"pairs": []map[string]string{{"prompt": "commitments.p1", "option": "commitments.a"}}},
		"event-order": {"order": []string{"event-order.c", "event-order.b", "event-order.a"}},
		"usable-step": {"text": "Sprint"},
	}
	read := func() []any {
		got := s.ask(t, learner, `query ($id: ID!) { attempt(id: $id) `+attemptFields+` }`, map[string]any{"id": id}).ok(t)
		slots, _ := got.at("attempt.slots").([]any)
		return slots
	}
	slots := read()
	if len(slots) != len(answers) {
		t.Fatalf("%d slots", len(slots))
	}
	for done := 0; done <= len(slots); done++ {
		for i, slot := range read() {
			text, err := json.Marshal(slot)
			if err != nil {
				t.Fatal(err)
			}
			if shown := strings.Contains(string(text), secret); shown != (i < done) || shown != (dig(slot, "review") != nil) {
				t.Errorf("with %d answers, slot %d reveals its key: %t\n%s", done, i+1, shown, text)
			}
		}
		if done == len(slots) {
			break
		}
		slug, _ := dig(slots[done], "question.slug").(string)
		for name, bad := range map[string]map[string]any{"OtherKind": {"number": 1}, "Foreign": {"options": []string{"pillars.a"}}} {
			if got := s.answers(t, learner, id, done+1, bad, nil); len(got.Errors) == 0 || strings.Contains(got.text, secret) {
				t.Errorf("%s: %s", name, got.text)
			}
		}
		s.answers(t, learner, id, done+1, answers[slug], nil).ok(t)
	}
	if strings.Contains(s.log.String(), secret) {
		t.Error("the log contains a key")
	}
}
