package resolvers_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/seed"
)

// TestCostOfRequests limits the store calls, which are part of the design, and
// the allocations of requests, which are exact, unlike times.
func TestCostOfRequests(t *testing.T) {
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := newSchool(t, publish(t, loaded.Content), schoolOptions{})
	id := s.begin(t, learner, `practice: { mode: EXAM_SIMULATION, questions: 20 }`)
	slot, picks := choice(t, s, id)
	var answers []string
	for _, pick := range picks {
		answers = append(answers, fmt.Sprintf(`mutation { answerQuestion(input: { attemptId: %q, slot: %d, response: { options: [%q] } }) { slot { state revision } attempt { answered secondsLeft } } }`, id, slot, pick))
	}
	for name, tt := range map[string]struct {
		who         string
		queries     []string
		storeCalls  int
		allocations float64 // at most: measured plus a small margin; 0 leaves them uncounted
	}{
		"Certification": {anonymous, []string{`{ certification(slug: "cspo") { title issuer { name } steps { title } audiences { title } } }`}, 0, 0},
		"Search":        {anonymous, []string{`{ search(query: "sprint", first: 10) { nodes { title node { id } } } }`}, 0, 0},
		"Answer":        {learner, answers, 2, 1_130},
		"Dashboard": {learner, []string{`{ viewer { enrollments { percent } courseProgress(course: "cspo-foundations") { percent } nextSteps { kind }
			review { dueCount } mastery { percent } activity { minutes } streak { current } certificates { code } } }`}, 24, 0},
		"AttemptReadBack": {learner, []string{readBack(id)}, 1, 2_420},
	} {
		t.Run(name, func(t *testing.T) {
			send := s.sender(t, tt.who, tt.queries...)
			before := len(s.engine.Calls())
			const times = 10
			for range times {
				send()
			}
			if calls := len(s.engine.Calls()) - before; calls != times*tt.storeCalls {
				t.Errorf("%d requests make %d store calls, want %d each", times, calls, tt.storeCalls)
			}
			if raced || tt.allocations == 0 {
				return // the race detector allocates, too
			}
			if got := testing.AllocsPerRun(100, send); got > tt.allocations {
				t.Errorf("%v allocations, at most %v", got, tt.allocations)
			}
		})
	}
}

// sender returns a function that sends the requests in turn.
func (s *school) sender(t testing.TB, who string, queries ...string) (send func()) {
	t.Helper()
	token := s.token(t, who)
	bodies := make([]string, 0, len(queries))
	for _, query := range queries {
		s.askWith(t, token, query, nil).ok(t)
		body, err := json.Marshal(map[string]string{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, string(body))
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", nil)
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	w := &sink{header: http.Header{}}
	next := 0
	return func() {
		body := bodies[next%len(bodies)]
		next++
		request.Body, request.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		clear(w.header)
		s.handler.ServeHTTP(w, request)
		if w.status != http.StatusOK {
			t.Fatalf("status %d", w.status)
		}
	}
}
