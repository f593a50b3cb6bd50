package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/server/document"
	"github.com/scrumkb/scrumkb/seed"
)

// api is a school whose content the test edits.
type api struct {
	*school
	repository *archive.Repository
	library    *catalog.Library
}

// newAPI publishes the test content as modified by change. Its tokens are
// names: anna and ben are learners, tina is a trainer.
func newAPI(t testing.TB, change func(*catalog.Content)) *api {
	t.Helper()
	engine := openEngine(t, "")
	a := &api{library: &catalog.Library{}}
	var err error
	a.repository, err = archive.Open(t.Context(), engine, func() time.Time { return catalogtest.PublishedAt })
	if err != nil {
		t.Fatal(err)
	}
	a.edit(t, change)
	versions, err := archive.NewVersions(a.library, a.repository)
	if err != nil {
		t.Fatal(err)
	}
	a.school = newSchool(t, a.library, schoolOptions{
		engine: engine, editions: versions, opens: catalogtest.PublishedAt, newSeed: func() uint64 { return 1 }, signIn: named,
		limits: server.Limits{Document: document.Limits{Complexity: 1 << 20, Depth: 20, Fields: 2000, Tokens: 20_000}},
	})
	return a
}

// edit publishes the test content as modified by change, and retires what is
// missing from it.
func (a *api) edit(t testing.TB, change func(*catalog.Content)) {
	t.Helper()
	loaded := catalogtest.Load(t)
	if change != nil {
		change(loaded.Content)
	}
	if _, err := seed.Apply(t.Context(), a.repository, loaded, seed.Options{Prune: true}); err != nil {
		t.Fatal(err)
	}
	if err := a.library.Refresh(t.Context(), a.repository); err != nil {
		t.Fatal(err)
	}
}

func named(ctx context.Context, token string) (context.Context, error) {
	roles := map[string][]identity.Role{
		"anna": {identity.RoleLearner}, "ben": {identity.RoleLearner}, "tina": {identity.RoleTrainer},
	}
	switch {
	case token == "":
		return ctx, nil
	case roles[token] == nil:
		return ctx, fault.Unauthorized(fault.TokenInvalid, identity.RefusedMessage)
	}
	expires := time.Now().Add(time.Hour)
	return identity.With(ctx, identity.Caller{Subject: token, Roles: roles[token], Expires: expires}), nil
}

// reply is a response, with methods to inspect it.
type reply struct {
	text string
	Data map[string]any
	Errs []struct {
		Message    string
		Extensions map[string]any
	} `json:"errors"`
}

// ask sends a document as the caller; "" is anonymous.
func (a *api) ask(t testing.TB, caller, document string, variables map[string]any) reply {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Request-Id", "test")
	if caller != "" {
		r.Header.Set("Authorization", "Bearer "+caller)
	}
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	got := reply{text: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%v\n%s", err, w.Body)
	}
	return got
}

func (r reply) code() fault.Code {
	if len(r.Errs) == 0 {
		return ""
	}
	code, _ := r.Errs[0].Extensions["code"].(string)
	return fault.Code(code)
}

// at follows keys and indexes, as in slots.0.state.
func (r reply) at(t testing.TB, path string) any {
	t.Helper()
	if len(r.Errs) > 0 {
		t.Fatalf("%s: %s", path, r.text)
	}
	var v any = r.Data
	for step := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(in) {
				t.Fatalf("%s: no element %s in %s", path, step, r.text)
			}
			v = in[i]
		default:
			t.Fatalf("%s: nothing below %s in %s", path, step, r.text)
		}
	}
	return v
}

const attemptFields = `{ id state number total answered secondsLeft feedbackMode mode quiz { slug }
	slots { number state revision flagged hints confidence reason { code text }
		question { slug type options { id } prompts { id } }
		response { options { id } pairs { prompt { id } option { id } } order { id } text number }
		review { fraction marks maxMarks scheme counts { options correct picked wrong }
			options { option { id } picked correct feedback } prompts { prompt { id } picked { id } right { id } correct feedback }
			places { given { id } right { id } correct } accepted number { value tolerance unit } feedback explanation citations { section } } }
	score { marks maxMarks percent passed byTopic { topic { code } percent } byObjective { objective { code } percent } } }`

func (a *api) start(t testing.TB, caller, quizSlug string) (id string, slots map[string]int) {
	t.Helper()
	got := a.ask(t, caller, `mutation ($quiz: String!) { startAttempt(input: { quiz: $quiz }) { attempt `+attemptFields+` } }`, map[string]any{"quiz": quizSlug})
	id, _ = got.at(t, "startAttempt.attempt.id").(string)
	slots = map[string]int{}
	list, _ := got.at(t, "startAttempt.attempt.slots").([]any)
	for i := range list {
		slug, _ := got.at(t, fmt.Sprintf("startAttempt.attempt.slots.%d.question.slug", i)).(string)
		slots[slug] = i + 1
	}
	return id, slots
}

func (a *api) answer(t testing.TB, caller, id string, slot int, response map[string]any, more map[string]any) reply {
	t.Helper()
	input := map[string]any{"attemptId": id, "slot": slot, "response": response}
	for name, v := range more {
		input[name] = v
	}
	return a.ask(t, caller, `mutation ($i: AnswerQuestionInput!) { answerQuestion(input: $i) { slot { state revision review { fraction feedback } } attempt { answered } } }`, map[string]any{"i": input})
}

// everyType makes the quiz "artifacts" ask all seven questions.
func everyType(c *catalog.Content) {
	for _, q := range c.Quizzes {
		if q.Slug == "artifacts" {
			q.Sections = []*catalog.Section{{}}
		}
	}
}

func TestTakingAQuiz(t *testing.T) {
	a := newAPI(t, everyType)
	id, slots := a.start(t, "anna", "artifacts")
	if len(slots) != 7 {
		t.Fatalf("slots = %v", slots)
	}
	if again, _ := a.start(t, "anna", "artifacts"); again != id {
		t.Errorf("starting again gave %s, not %s", again, id)
	}
	tests := []struct {
		question string
		response map[string]any
		state    string
		fraction float64
	}{
		{"broken-plan", map[string]any{"options": []string{"broken-plan.b"}}, "GRADED_RIGHT", 1},
		{"pillars", map[string]any{"options": []string{"pillars.a"}}, "GRADED_PARTIAL", 0.5},
		{"daily-fifteen", map[string]any{"truth": false}, "GRADED_WRONG", 0},
		{"planning-length", map[string]any{"number": 4}, "GRADED_WRONG", 0},
		{"usable-step", map[string]any{"text": "  an   INCREMENT "}, "GRADED_RIGHT", 1},
		{"event-order", map[string]any{"order": []string{"event-order.b", "event-order.a", "event-order.c"}}, "GRADED_RIGHT", 1},
		{"commitments", map[string]any{"pairs": []map[string]string{
			{"prompt": "commitments.p1", "option": "commitments.b"},
			{"prompt": "commitments.p2", "option": "commitments.a"},
		}}, "GRADED_PARTIAL", 0.3333},
	}
	for _, tt := range tests {
		got := a.answer(t, "anna", id, slots[tt.question], tt.response, nil)
		if state := got.at(t, "answerQuestion.slot.state"); state != tt.state {
			t.Errorf("%s: %v, want %s", tt.question, state, tt.state)
		}
		if f, _ := got.at(t, "answerQuestion.slot.review.fraction").(float64); f-tt.fraction > 1e-9 || tt.fraction-f > 1e-9 {
			t.Errorf("%s: fraction %v, want %v", tt.question, f, tt.fraction)
		}
		if again := a.answer(t, "anna", id, slots[tt.question], tt.response, nil); again.text != got.text {
			t.Errorf("%s: the same answer again gave %s, not %s", tt.question, again.text, got.text)
		}
	}
	if got := a.answer(t, "anna", id, slots["planning-length"], map[string]any{"number": 4}, nil).at(t, "answerQuestion.slot.review.feedback"); got != "Four hours is the limit of the Sprint Review." {
		t.Errorf("feedback on a foreseen mistake: %v", got)
	}

	locked := a.answer(t, "anna", id, slots["daily-fifteen"], map[string]any{"truth": true}, nil)
	current, _ := locked.Errs[0].Extensions["current"].(map[string]any)
	if locked.code() != fault.Conflict || current["state"] != "GRADED_WRONG" || current["revision"] != 1.0 {
		t.Errorf("another answer to a graded question: %s", locked.text)
	}

	submit := `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt ` + attemptFields + ` } }`
	first := a.ask(t, "anna", submit, map[string]any{"id": id})
	if percent, _ := first.at(t, "submitAttempt.attempt.score.percent").(float64); percent < 54.7 || percent > 54.8 { // (1+.5+1+1+1/3)/7
		t.Errorf("percent = %v", percent)
	}
	if first.at(t, "submitAttempt.attempt.score.passed") != false || first.at(t, "submitAttempt.attempt.state") != "FINISHED" {
		t.Errorf("not finished and failed: %s", first.text)
	}
	if again := a.ask(t, "anna", submit, map[string]any{"id": id}); again.text != first.text {
		t.Errorf("submitting again gave another answer:\n%s\n%s", again.text, first.text)
	}
	if next, _ := a.start(t, "anna", "artifacts"); next == id {
		t.Error("after it is finished, starting returns the same attempt")
	}
}

func TestBadAnswersNameTheirField(t *testing.T) {
	a := newAPI(t, everyType)
	id, slots := a.start(t, "anna", "artifacts")
	tests := map[string]struct {
		slot     int
		response map[string]any
		code     fault.Code
		field    string
	}{
		"NoSuchSlot":              {99, map[string]any{"text": "x"}, fault.InvalidInput, "slot"},
		"SlotZero":                {0, map[string]any{"text": "x"}, fault.InvalidInput, "slot"},
		"WrongKind":               {slots["pillars"], map[string]any{"text": "Inspection"}, fault.InvalidInput, "response.text"},
		"OptionOfAnotherQuestion": {slots["pillars"], map[string]any{"options": []string{"broken-plan.b"}}, fault.InvalidInput, "response.options"},
		"MoreThanOne":             {slots["broken-plan"], map[string]any{"options": []string{"broken-plan.a", "broken-plan.b"}}, fault.InvalidInput, "response.options"},
		"OrderWithAGap":           {slots["event-order"], map[string]any{"order": []string{"event-order.a"}}, fault.InvalidInput, "response.order"},
		"LongText":                {slots["usable-step"], map[string]any{"text": strings.Repeat("x", 201)}, fault.InvalidInput, "response.text"},
		"TwoKindsAtOnce":          {slots["pillars"], map[string]any{"text": "x", "number": 1}, fault.InvalidInput, "i.response"},
		"NoKind":                  {slots["pillars"], map[string]any{}, fault.InvalidInput, "i.response"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := a.answer(t, "anna", id, tt.slot, tt.response, nil)
			if got.code() != tt.code {
				t.Fatalf("code = %q: %s", got.code(), got.text)
			}
			if field, _ := got.Errs[0].Extensions["field"].(string); field != tt.field {
				t.Errorf("field = %q, want %q: %s", field, tt.field, got.text)
			}
		})
	}
}

func TestDeferredQuiz(t *testing.T) {
	a := newAPI(t, nil)
	id, slots := a.start(t, "anna", "mixed")
	question := slices.Sorted(func(yield func(string) bool) {
		for slug := range slots {
			if !yield(slug) {
				return
			}
		}
	})[0]
	slot := slots[question]
	flag := a.ask(t, "anna", `mutation ($id: ID!, $n: Int!) { flagQuestion(input: { attemptId: $id, slot: $n, flagged: true }) { slot { flagged } } }`, map[string]any{"id": id, "n": slot})
	if flag.at(t, "flagQuestion.slot.flagged") != true {
		t.Error("not flagged")
	}
	a.pass(599 * time.Second)
	got := a.ask(t, "anna", `query ($id: ID!) { attempt(id: $id) { secondsLeft state } }`, map[string]any{"id": id})
	if got.at(t, "attempt.secondsLeft") != 1.0 {
		t.Errorf("a second before the end: %s", got.text)
	}
	a.pass(time.Second)
	late := a.answer(t, "anna", id, slot, map[string]any{"text": "late"}, nil)
	if code := late.code(); code != fault.Expired && code != fault.InvalidInput && code != fault.Conflict {
		t.Errorf("an answer at the deadline: %s", late.text)
	}
	over := a.ask(t, "anna", `query ($id: ID!) { attempt(id: $id) `+attemptFields+` }`, map[string]any{"id": id})
	if over.at(t, "attempt.state") != "FINISHED" || over.at(t, "attempt.secondsLeft") != nil || over.at(t, "attempt.slots.0.state") != "GAVE_UP" {
		t.Errorf("at the deadline: %s", over.text)
	}
}

func TestPracticeSessions(t *testing.T) {
	a := newAPI(t, nil)
	startAs := func(who string, practice map[string]any) reply {
		return a.ask(t, who, `mutation ($p: PracticeInput!) { startAttempt(input: { practice: $p }) { attempt { mode total slots { reason { code } question { objective { code } } } } } }`, map[string]any{"p": practice})
	}
	start := func(practice map[string]any) reply { return startAs("anna", practice) }
	got := start(map[string]any{"mode": "TOPIC", "topic": "BB1", "questions": 2})
	if got.at(t, "startAttempt.attempt.mode") != "TOPIC" || got.at(t, "startAttempt.attempt.slots.0.question.objective.code") != "BB1.1" {
		t.Errorf("TOPIC: %s", got.text)
	}
	if got := start(map[string]any{"mode": "UNSEEN", "questions": 3}); got.at(t, "startAttempt.attempt.slots.0.reason.code") != "UNSEEN" {
		t.Errorf("UNSEEN: %s", got.text)
	}
	if got := startAs("ben", map[string]any{"mode": "EXAM_SIMULATION", "questions": 4}); got.at(t, "startAttempt.attempt.total") != 4.0 {
		t.Errorf("EXAM_SIMULATION: %s", got.text)
	}
	if got := start(map[string]any{"mode": "TOPIC", "objective": "BB1.1", "questions": 50}); got.at(t, "startAttempt.attempt.total") != 3.0 {
		t.Errorf("all available: %s", got.text)
	}
	for name, practice := range map[string]map[string]any{
		"NothingMistaken": {"mode": "MISTAKES", "questions": 1},
		"TopicIsMissing":  {"mode": "TOPIC", "questions": 1},
		"NoSuchTopic":     {"mode": "TOPIC", "topic": "ZZ9", "questions": 1},
		"TooMany":         {"mode": "TOPIC", "objective": "AA1.1", "questions": 101},
		"None":            {"mode": "UNSEEN", "topic": "AA1", "questions": 0},
	} {
		if got := start(practice); got.code() != fault.InvalidInput {
			t.Errorf("%s: %s", name, got.text)
		}
	}
}

func TestAttemptsOfTheViewer(t *testing.T) {
	a := newAPI(t, nil)
	for range 3 {
		id, _ := a.start(t, "anna", "artifacts")
		a.ask(t, "anna", `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { id } } }`, map[string]any{"id": id})
		a.pass(time.Minute)
	}
	a.start(t, "anna", "mixed")
	a.start(t, "ben", "mixed")

	list := `query ($first: Int, $after: String, $state: AttemptState, $quiz: String) { viewer { attempts(first: $first, after: $after, state: $state, quiz: $quiz) {
		totalCount edges { cursor node { id number } } nodes { quiz { slug } } pageInfo { hasNextPage endCursor } } } }`
	var numbers []float64
	variables := map[string]any{"first": 2}
	for range 5 {
		got := a.ask(t, "anna", list, variables)
		if got.at(t, "viewer.attempts.totalCount") != 4.0 {
			t.Fatalf("total: %s", got.text)
		}
		page, _ := got.at(t, "viewer.attempts.edges").([]any)
		for i := range page {
			n, _ := got.at(t, fmt.Sprintf("viewer.attempts.edges.%d.node.number", i)).(float64)
			numbers = append(numbers, n)
		}
		if got.at(t, "viewer.attempts.pageInfo.hasNextPage") != true {
			break
		}
		variables["after"] = got.at(t, "viewer.attempts.pageInfo.endCursor")
	}
	if want := []float64{1, 3, 2, 1}; !slices.Equal(numbers, want) {
		t.Errorf("newest first: %v, want %v", numbers, want)
	}
	if got := a.ask(t, "anna", list, map[string]any{"state": "FINISHED"}); got.at(t, "viewer.attempts.totalCount") != 3.0 {
		t.Errorf("finished ones: %s", got.text)
	}
	if got := a.ask(t, "anna", list, map[string]any{"quiz": "mixed"}); got.at(t, "viewer.attempts.totalCount") != 1.0 {
		t.Errorf("of one quiz: %s", got.text)
	}
	if got := a.ask(t, "anna", list, map[string]any{"after": "garbage"}); got.code() != fault.InvalidInput {
		t.Errorf("garbage cursor: %s", got.text)
	}
}

func TestTwoMutationsAreRefusedBeforeEitherRuns(t *testing.T) {
	a := newAPI(t, nil)
	got := a.ask(t, "anna", `mutation { a: startAttempt(input: { quiz: "mixed" }) { attempt { id } } b: startAttempt(input: { quiz: "artifacts" }) { attempt { id } } }`, nil)
	if got.code() != fault.QueryTooComplex {
		t.Errorf("two mutations: %s", got.text)
	}
	if got := a.ask(t, "anna", `{ viewer { attempts { totalCount } } }`, nil); got.at(t, "viewer.attempts.totalCount") != 0.0 {
		t.Errorf("something ran: %s", got.text)
	}
}
