package resolvers_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/plan"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
	"github.com/scrumkb/scrumkb/resolvers"
)

// opening is when a school's clocks start.
var opening = time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)

// The callers. The owner of a test's attempt is the learner.
const (
	learner      = "learner"
	otherLearner = "other_learner"
	practised    = "practised_learner" // see practise
	trainer      = "trainer"
	otherTrainer = "other_trainer"
	anonymous    = "anonymous"
)

var people = map[string]struct {
	subject string
	role    identity.Role
}{
	learner:      {"anna", identity.RoleLearner},
	otherLearner: {"ben", identity.RoleLearner},
	practised:    {"petra", identity.RoleLearner},
	trainer:      {"tess", identity.RoleTrainer},
	otherTrainer: {"tom", identity.RoleTrainer},
}

// school is the whole API on its own database, with tokens, a clock and seeds
// that tests control.
type school struct {
	*records.Records
	handler  http.Handler
	attempts *quiz.Attempts
	tokens   *identity.Issuer
	engine   *storetest.Engine
	opens    time.Time    // when the records' clock starts
	guests   atomic.Int64 // random bytes used by guest sessions
	codes    atomic.Int64 // random bytes used by the records
	ids      atomic.Int64 // ids used by the records
	log      logBuffer
	elapsed  atomic.Int64 // milliseconds on the records' clock since then
	seeds    atomic.Uint64
}

// planner prepares a document.
type planner func(*ast.QueryDocument, int) graphql.FieldMiddleware

// schoolOptions change a school's defaults.
type schoolOptions struct {
	limits     server.Limits
	tokenClock func() time.Time // if streams have to last longer than a moment: time.Now
	cache      int64
	plan       func(*resolvers.Root) planner                          // nil means the program's
	dir        string                                                 // of the database
	engine     store.Engine                                           // nil means one on its own database
	editions   records.Library                                        // nil means only the published items, which the test does not edit
	opens      time.Time                                              // zero means opening
	past       *past                                                  // what the school starts with; nil means nothing
	newSeed    func() uint64                                          // nil counts from 1
	signIn     func(context.Context, string) (context.Context, error) // nil means the school's tokens
}

func newSchool(t testing.TB, library *catalog.Library, o schoolOptions) *school {
	t.Helper()
	s := &school{opens: o.opens}
	if s.opens.IsZero() {
		s.opens = opening
	}
	if o.past != nil {
		o.dir = t.TempDir()
		s.restore(t, o.past, o.dir)
	}
	if o.engine == nil {
		o.engine = openEngine(t, o.dir)
	}
	if o.editions == nil {
		o.editions = published{library}
	}
	if o.newSeed == nil {
		o.newSeed = func() uint64 { return s.seeds.Add(1) }
	}
	s.engine = storetest.Count(o.engine)
	s.Records = s.openRecords(t, o.editions, o.newSeed)
	s.attempts = s.Attempts

	now := o.tokenClock
	if now == nil {
		now = func() time.Time { return opening }
	}
	var err error
	s.tokens, err = identity.NewIssuer(identity.IssuerConfig{
		Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Issuer: "school", Audience: "school", TTL: time.Hour, Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	limiter, err := identity.NewGuestLimiter(time.Minute, 3, now)
	if err != nil {
		t.Fatal(err)
	}
	root := &resolvers.Root{Library: library, Records: s.Records, Build: build, Guests: &identity.GuestSessions{
		Issuer: s.tokens, Limiter: limiter, TTL: 24 * time.Hour,
		Random: &chance{source: rand.NewChaCha8([32]byte{}), taken: &s.guests},
	}}
	if o.plan == nil {
		o.plan = func(root *resolvers.Root) planner { return plan.New(graph.Plans(root)).Document }
	}
	if o.signIn == nil {
		o.signIn = (&identity.Authenticator{Own: s.tokens}).Authenticate
	}
	s.handler = server.New(server.Config{
		Schema:        resolvers.Schema(root),
		Plan:          o.plan(root),
		Limits:        o.limits,
		Query:         progress.Once,
		Introspection: true,
		Pin:           library.Pin,
		Cache:         o.cache,
		Authenticate:  o.signIn,
		Logger:        slog.New(server.LogHandler(slog.NewJSONHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
	}).Handler()
	return s
}

// openEngine opens the database in a directory; "" means a new one for the
// test.
func openEngine(t testing.TB, dir string) *sqlitestore.Engine {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: dir, Hurry: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return engine
}

// published grades by the published questions, which the tests do not edit.
type published struct{ *catalog.Library }

func (p published) Question(_ context.Context, slug string, _ int) (*catalog.Question, error) {
	snapshot, err := p.Current()
	if err != nil {
		return nil, err
	}
	if q := snapshot.Question(slug); q != nil {
		return q, nil
	}
	return nil, store.ErrNotFound
}

func (p published) Course(_ context.Context, slug string, _ int) (*catalog.Course, error) {
	snapshot, err := p.Current()
	if err != nil {
		return nil, err
	}
	if c := snapshot.Course(slug); c != nil {
		return c, nil
	}
	return nil, store.ErrNotFound
}

// now is the time on the records' clock.
func (s *school) now() time.Time {
	return s.opens.Add(time.Duration(s.elapsed.Load()) * time.Millisecond)
}

// pass advances the records' clock.
func (s *school) pass(d time.Duration) { s.elapsed.Add(d.Milliseconds()) }

// token returns a person's token, or "" for anonymous.
func (s *school) token(t testing.TB, who string) string {
	t.Helper()
	if who == anonymous {
		return ""
	}
	person, ok := people[who]
	if !ok {
		t.Fatalf("nobody is called %s", who)
	}
	token, _, err := s.tokens.Issue(person.subject, []identity.Role{person.role}, false, 0)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// ask sends a request as one of the people.
func (s *school) ask(t testing.TB, who, query string, variables map[string]any) answer {
	t.Helper()
	return s.askWith(t, s.token(t, who), query, variables)
}

func (s *school) askWith(t testing.TB, token, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, postAs(t, s.handler, token, body))
}

// begin starts an attempt, and returns its id.
func (s *school) begin(t testing.TB, who, what string) string {
	t.Helper()
	return s.ask(t, who, `mutation { startAttempt(input: { `+what+` }) { attempt { id } } }`, nil).ok(t).str("startAttempt.attempt.id")
}

// certify records that somebody earned the CSPO on 9 January 2025, and their
// activities since. The renewal is due 46 days after the opening.
func (s *school) certify(t testing.TB, who string) {
	t.Helper()
	for _, mutation := range []string{
		`updateProfile(input: { name: "Anna Müller", timeZone: "Europe/Berlin" }) { viewer { id } }`,
		`completeCertificationStep(input: { certification: "cspo", step: "attend", doneOn: "2025-01-08" }) { journey { id } }`,
		`recordCertificationEarned(input: { certification: "cspo", earnedOn: "2025-01-09" }) { journey { id } }`,
		`logSeu(input: { certification: "cspo", activity: OUTSIDE_EVENT, title: "A conference on products", hours: 14.5, date: "2025-10-02" }) { seu { id } }`,
		`logSeu(input: { certification: "cspo", activity: INDEPENDENT_LEARNING, title: "A book on interviews", hours: 4.25, date: "2026-03-15" }) { seu { id } }`,
	} {
		s.ask(t, who, "mutation { "+mutation+" }", nil).ok(t)
	}
}

// postAs returns the response, indented, with a fixed request id.
func postAs(t testing.TB, h http.Handler, token string, body []byte) []byte {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Request-Id", "test")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var indented bytes.Buffer
	if err := json.Indent(&indented, w.Body.Bytes(), "", "  "); err != nil {
		t.Fatalf("status %d: %v\n%s", w.Code, err, w.Body)
	}
	indented.WriteByte('\n')
	return indented.Bytes()
}

// answer is a response.
type answer struct {
	text   string
	Data   map[string]any
	Errors []struct {
		Message    string
		Extensions map[string]any
	}
}

func parse(t testing.TB, text []byte) answer {
	t.Helper()
	a := answer{text: string(text)}
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return a
}

// code returns the code of the only error, or "" if there is none.
func (a answer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return code
}

// ok returns the answer, which must have no errors.
func (a answer) ok(t testing.TB) answer {
	t.Helper()
	if len(a.Errors) > 0 {
		t.Fatalf("errors in %s", a.text)
	}
	return a
}

// refused fails the test unless the answer has exactly one error, with the
// code.
func (a answer) refused(t testing.TB, code string) answer {
	t.Helper()
	if len(a.Errors) != 1 || a.code() != code {
		t.Fatalf("want only %s in %s", code, a.text)
	}
	return a
}

// at returns what is at a path of names and indices, or nil.
func (a answer) at(path string) any { return dig(a.Data, path) }

func (a answer) str(path string) string {
	text, _ := a.at(path).(string)
	return text
}

func dig(value any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch at := value.(type) {
		case map[string]any:
			value = at[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) {
				return nil
			}
			value = at[i]
		default:
			return nil
		}
	}
	return value
}

// chance counts the bytes read from it.
type chance struct {
	mu     sync.Mutex
	source *rand.ChaCha8
	taken  *atomic.Int64
}

func (c *chance) Read(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taken.Add(int64(len(b)))
	return c.source.Read(b)
}

// logBuffer collects log records.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
