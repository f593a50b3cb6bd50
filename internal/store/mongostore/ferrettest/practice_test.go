package ferrettest_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/mongostore"
	"github.com/scrumkb/scrumkb/internal/store/mongostore/ferrettest"
	"github.com/scrumkb/scrumkb/internal/xapi"
	"github.com/scrumkb/scrumkb/resolvers"
	"github.com/scrumkb/scrumkb/seed"
)

// desk is the learners' part of the API on a database.
type desk struct {
	versions *archive.Versions
	attempts *quiz.Attempts
	records  *records.Records
	handler  http.Handler
	token    string
}

const learner = "anna"

func newDesk(t testing.TB, engine store.Engine) *desk {
	t.Helper()
	return newDeskOf(t, engine, catalogtest.Load(t))
}

func newDeskOf(t testing.TB, engine store.Engine, content *seed.Loaded) *desk {
	t.Helper()
	repository := catalogtest.OpenRepository(t, engine)
	if _, err := seed.Apply(t.Context(), repository, content, seed.Options{}); err != nil {
		t.Fatal(err)
	}
	library := &catalog.Library{}
	if err := library.Refresh(t.Context(), repository); err != nil {
		t.Fatal(err)
	}
	versions, err := archive.NewVersions(library, repository)
	if err != nil {
		t.Fatal(err)
	}
	var seeds atomic.Uint64
	names, err := xapi.NewNames("https://learn.example.org")
	if err != nil {
		t.Fatal(err)
	}
	opened, err := records.Open(t.Context(), engine, records.Config{
		Library: versions, Now: time.Now, NewSeed: func() uint64 { return seeds.Add(1) }, NewID: uuid.NewString, Random: rand.Reader, Names: names,
	})
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := identity.NewIssuer(identity.IssuerConfig{
		Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Issuer: "desk", Audience: "desk", TTL: time.Hour, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := issuer.Issue(learner, []identity.Role{identity.RoleLearner}, false, 0)
	if err != nil {
		t.Fatal(err)
	}
	return &desk{versions: versions, attempts: opened.Attempts, records: opened, token: token, handler: server.New(server.Config{
		Schema:       resolvers.Schema(&resolvers.Root{Library: library, Records: opened}),
		Authenticate: (&identity.Authenticator{Own: issuer}).Authenticate,
	}).Handler()}
}

// ask decodes the data of the answer, and returns the code of its first error,
// or "".
func (d *desk) ask(t testing.TB, query string, data any) fault.Code {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(string(body)))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+d.token)
	response := httptest.NewRecorder()
	d.handler.ServeHTTP(response, request)
	var answer struct {
		Data   json.RawMessage
		Errors []struct{ Extensions struct{ Code fault.Code } }
	}
	if err := json.Unmarshal(response.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v: %s", err, response.Body)
	}
	if len(answer.Errors) > 0 {
		return answer.Errors[0].Extensions.Code
	}
	if err := json.Unmarshal(answer.Data, data); err != nil {
		t.Fatal(err)
	}
	return ""
}

// attemptView is an attempt as returned by the API.
type attemptView struct {
	ID       string
	Number   int
	State    string
	Answered int
	Slots    []struct {
		Number, Revision int
		State            string
		Question         struct {
			Type    string
			Options []struct{ ID string }
			Prompts []struct{ ID string }
		}
		Review *struct {
			Marks       float64
			Explanation string
		}
	}
	Score *struct{ Marks, MaxMarks float64 }
}

const toldFields = `id number state answered slots { number revision state
	question { type options { id } prompts { id } } review { marks explanation } } score { marks maxMarks }`

func (d *desk) start(t testing.TB, slug string) attemptView {
	t.Helper()
	return d.begin(t, fmt.Sprintf(`quiz: %q`, slug))
}

func (d *desk) begin(t testing.TB, what string) attemptView {
	t.Helper()
	var data struct{ StartAttempt struct{ Attempt attemptView } }
	if code := d.ask(t, fmt.Sprintf(`mutation { startAttempt(input: {%s}) { attempt { %s } } }`, what, toldFields), &data); code != "" {
		t.Fatalf("starting: %s", code)
	}
	return data.StartAttempt.Attempt
}

func (d *desk) attempt(t testing.TB, id string) attemptView {
	t.Helper()
	var data struct{ Attempt attemptView }
	if code := d.ask(t, attemptQuery(id), &data); code != "" {
		t.Fatalf("reading back: %s", code)
	}
	return data.Attempt
}

func attemptQuery(id string) string { return fmt.Sprintf(`{ attempt(id: %q) { %s } }`, id, toldFields) }

func answerMutation(a attemptView, slot int, option int) string {
	q := a.Slots[slot-1].Question
	var response string
	switch q.Type {
	case "SINGLE_CHOICE", "TRUE_FALSE", "MULTIPLE_RESPONSE":
		response = fmt.Sprintf(`options: [%q]`, q.Options[option].ID)
	case "MATCHING":
		response = fmt.Sprintf(`pairs: [{prompt: %q, option: %q}]`, q.Prompts[0].ID, q.Options[option].ID)
	case "ORDERING":
		var ids []string
		for i := range q.Options {
			ids = append(ids, fmt.Sprintf("%q", q.Options[(i+option)%len(q.Options)].ID))
		}
		response = fmt.Sprintf(`order: [%s]`, strings.Join(ids, ", "))
	case "SHORT_TEXT":
		response = fmt.Sprintf(`text: "term %d"`, option)
	default:
		response = fmt.Sprintf(`number: %d`, option)
	}
	return fmt.Sprintf(`mutation { answerQuestion(input: {attemptId: %q, slot: %d, response: {%s}}) { slot { revision state } } }`, a.ID, slot, response)
}

func submitMutation(id string) string {
	return fmt.Sprintf(`mutation { submitAttempt(input: {attemptId: %q}) { attempt { %s } } }`, id, toldFields)
}

func TestPractice(t *testing.T) {
	d := newDesk(t, openAt(t, ferrettest.Start(t)))
	a := d.start(t, "mixed")
	if a.State != "IN_PROGRESS" || a.Number != 1 || len(a.Slots) != 4 {
		t.Fatalf("started %+v", a)
	}
	for _, slot := range a.Slots {
		var data struct {
			AnswerQuestion struct {
				Slot struct {
					Revision int
					State    string
				}
			}
		}
		code := d.ask(t, answerMutation(a, slot.Number, 0), &data)
		if got := data.AnswerQuestion.Slot; code != "" || got.Revision != 1 || got.State != "COMPLETE" {
			t.Fatalf("answering slot %d: %s, %+v", slot.Number, code, got)
		}
	}
	if open := d.attempt(t, a.ID); open.Answered != 4 || open.Slots[0].Review != nil || open.Score != nil {
		t.Errorf("before submission: %+v", open)
	}
	var data struct{ SubmitAttempt struct{ Attempt attemptView } }
	if code := d.ask(t, submitMutation(a.ID), &data); code != "" {
		t.Fatalf("submitting: %s", code)
	}
	finished := d.attempt(t, a.ID)
	marks := 0.0
	for _, slot := range finished.Slots {
		if slot.Review == nil || slot.Review.Explanation == "" {
			t.Fatalf("slot %d is not reviewed", slot.Number)
		}
		marks += slot.Review.Marks
	}
	if finished.State != "FINISHED" || finished.Score == nil || finished.Score.Marks != marks || finished.Score.MaxMarks != 4 {
		t.Errorf("finished = %+v, want %g of 4 marks", finished, marks)
	}
	var viewer struct {
		Viewer struct{ Attempts struct{ TotalCount int } }
	}
	if code := d.ask(t, `{ viewer { attempts(quiz: "mixed", state: FINISHED) { totalCount } } }`, &viewer); code != "" || viewer.Viewer.Attempts.TotalCount != 1 {
		t.Errorf("the learner has %d finished attempts, %s", viewer.Viewer.Attempts.TotalCount, code)
	}
}

// The server's updates are atomic only on one connection, so this shows what
// the domain does when it loses a compare-and-swap.
func TestConcurrentPractice(t *testing.T) {
	d := newDesk(t, openAt(t, ferrettest.Start(t)))
	const learners = 20
	var mu sync.Mutex
	ids := map[string]int{}
	atOnce(learners, func(int) {
		a, err := d.attempts.Start(context.Background(), learner, quiz.StartInput{QuizSlug: "mixed"})
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		ids[a.ID]++
	})
	if len(ids) != 1 {
		t.Fatalf("%d concurrent starts made %d attempts: %v", learners, len(ids), ids)
	}
	a := d.start(t, "mixed")
	query := answerMutation(a, 2, 1)
	atOnce(learners, func(int) {
		var data struct {
			AnswerQuestion struct{ Slot struct{ Revision int } }
		}
		if code := d.ask(t, query, &data); code != "" || data.AnswerQuestion.Slot.Revision != 1 {
			t.Errorf("revision %d, %s; want 1", data.AnswerQuestion.Slot.Revision, code)
		}
	})
	atOnce(len(a.Slots), func(i int) {
		if code := d.ask(t, answerMutation(a, i+1, 0), &struct{}{}); code != "" {
			t.Errorf("slot %d: %s", i+1, code)
		}
	})
	if got := d.attempt(t, a.ID); got.Answered != len(a.Slots) || got.Slots[1].Revision != 2 {
		t.Errorf("after concurrent answers to all slots: %+v", got)
	}
}

func atOnce(n int, do func(int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}

// TestDatabaseUnreachable cuts the connection in the middle of an attempt.
func TestDatabaseUnreachable(t *testing.T) {
	const deadline = 500 * time.Millisecond
	p := startProxy(t, ferrettest.Start(t))
	engine := open(t, mongostore.Options{URI: p.uri, Timeout: deadline})
	d := newDesk(t, engine)
	a := d.start(t, "mixed")
	if code := d.ask(t, answerMutation(a, 1, 0), &struct{}{}); code != "" {
		t.Fatal(code)
	}
	before := d.attempt(t, a.ID)

	p.away()
	for name, query := range map[string]string{
		"Start":    `mutation { startAttempt(input: {quiz: "artifacts"}) { attempt { id } } }`,
		"Practise": `mutation { startAttempt(input: {practice: {mode: UNSEEN, questions: 1}}) { attempt { id } } }`,
		"Answer":   answerMutation(a, 2, 0),
		"Flag":     fmt.Sprintf(`mutation { flagQuestion(input: {attemptId: %q, slot: 2, flagged: true}) { slot { flagged } } }`, a.ID),
		"Submit":   submitMutation(a.ID),
		"Read":     attemptQuery(a.ID),
		"List":     `{ viewer { attempts { totalCount } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			var data struct{ Certification struct{ Code string } }
			if code := d.ask(t, `{ certification(slug: "cspo") { code } }`, &data); code != "" || data.Certification.Code == "" {
				t.Errorf("content is not answered: %s", code)
			}
			begin := time.Now()
			if code := d.ask(t, query, &struct{}{}); code != fault.Unavailable {
				t.Errorf("code = %q, want %s", code, fault.Unavailable)
			}
			// The timeout of two database calls, on a loaded machine.
			if took := time.Since(begin); took > 2*deadline+time.Second {
				t.Errorf("it took %v to fail", took)
			}
		})
	}
	if err := engine.Ping(t.Context()); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("ping = %v", err)
	}

	p.back()
	after := d.attempt(t, a.ID)
	if fmt.Sprintf("%+v", after) != fmt.Sprintf("%+v", before) {
		t.Errorf("the attempt was partly changed: %+v, was %+v", after, before)
	}
	var viewer struct {
		Viewer struct{ Attempts struct{ TotalCount int } }
	}
	if code := d.ask(t, `{ viewer { attempts { totalCount } } }`, &viewer); code != "" || viewer.Viewer.Attempts.TotalCount != 1 {
		t.Errorf("the learner has %d attempts, %s; want 1", viewer.Viewer.Attempts.TotalCount, code)
	}
	for slot := 2; slot <= len(a.Slots); slot++ {
		if code := d.ask(t, answerMutation(a, slot, 0), &struct{}{}); code != "" {
			t.Errorf("slot %d: %s", slot, code)
		}
	}
	var data struct{ SubmitAttempt struct{ Attempt attemptView } }
	if code := d.ask(t, submitMutation(a.ID), &data); code != "" || data.SubmitAttempt.Attempt.State != "FINISHED" {
		t.Errorf("submitting: %s, %+v", code, data)
	}
}

// Few attempts, since this server says nothing about MongoDB's speed.
func BenchmarkPractice(b *testing.B) {
	content, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		b.Fatal(err)
	}
	d := newDeskOf(b, open(b, mongostore.Options{URI: ferrettest.Start(b)}), content)
	a := d.begin(b, `practice: {mode: EXAM_SIMULATION, questions: 20}`)
	if len(a.Slots) != 20 {
		b.Fatalf("%d slots", len(a.Slots))
	}
	measure := func(b *testing.B, queries ...string) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if code := d.ask(b, queries[i%len(queries)], &struct{}{}); code != "" {
				b.Fatal(code)
			}
		}
	}
	b.Run("AnswerQuestion", func(b *testing.B) { measure(b, answerMutation(a, 1, 0), answerMutation(a, 1, 1)) })
	b.Run("ReadOpen", func(b *testing.B) { measure(b, attemptQuery(a.ID)) })
}
