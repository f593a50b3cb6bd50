package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/plan"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
	"github.com/scrumkb/scrumkb/resolvers"
)

// pair is two schools with the same history: one uses plans, the other only
// gqlgen's executor.
type pair struct {
	planned, executed *school

	answered atomic.Int64 // values returned by resolvers of the planned school
	plans    atomic.Int64 // how many of these were written by a plan
}

func newPair(t testing.TB, library *catalog.Library) *pair {
	t.Helper()
	p := &pair{}
	p.planned = newSchool(t, library, schoolOptions{cache: -1, plan: p.counted})
	p.executed = newSchool(t, library, schoolOptions{cache: -1, plan: unplanned})
	return p
}

// counted is the program's planner, and counts what it writes.
func (p *pair) counted(root *resolvers.Root) planner {
	program := plan.New(graph.Plans(root))
	return func(doc *ast.QueryDocument, size int) graphql.FieldMiddleware {
		middleware := program.Document(doc, size)
		return func(ctx context.Context, next graphql.Resolver) (any, error) {
			value, err := middleware(ctx, next)
			if graphql.GetFieldContext(ctx).IsResolver && value != nil {
				p.answered.Add(1)
				if _, written := value.(*plan.Writer); written {
					p.plans.Add(1)
				}
			}
			return value, err
		}
	}
}

// fail makes some collections unreachable in both schools.
func (p *pair) fail(collections ...string) {
	for _, s := range []*school{p.planned, p.executed} {
		s.engine.Before(func(c storetest.Call) error {
			if slices.Contains(collections, c.Collection) {
				return fault.Conflicting(fault.Stale, "%s are busy", c.Collection)
			}
			return nil
		})
	}
}

// unplanned leaves everything to the executor.
func unplanned(*resolvers.Root) planner {
	return func(*ast.QueryDocument, int) graphql.FieldMiddleware {
		return func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) }
	}
}

// practise makes the learner begin, answer and submit in both schools.
func (p *pair) practise(t testing.TB) (attempts []string) {
	t.Helper()
	for _, s := range []*school{p.planned, p.executed} {
		attempts = attempts[:0]
		for _, what := range []string{`quiz: "mixed"`, `practice: { mode: UNSEEN, questions: 4 }`} {
			id := s.begin(t, learner, what)
			attempts = append(attempts, id)
			s.pass(10 * time.Second)
			slots, _ := s.ask(t, learner, `query($id: ID!) { attempt(id: $id) { slots { number question { type options { id } } } } }`,
				map[string]any{"id": id}).ok(t).at("attempt.slots").([]any)
			for _, slot := range slots {
				if kind, _ := dig(slot, "question.type").(string); kind != "SINGLE_CHOICE" && kind != "MULTIPLE_RESPONSE" {
					continue
				}
				s.ask(t, learner, `mutation($id: ID!, $slot: Int!, $pick: ID!) {
					answerQuestion(input: { attemptId: $id, slot: $slot, response: { options: [$pick] } }) { slot { state } } }`,
					map[string]any{"id": id, "slot": dig(slot, "number"), "pick": dig(slot, "question.options.0.id")}).ok(t)
			}
		}
		s.ask(t, learner, `mutation($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { state } } }`,
			map[string]any{"id": attempts[0]}).ok(t)
	}
	return attempts
}

// texts returns arguments that find something.
func (p *pair) texts(t testing.TB, attempts []string) map[string][]string {
	t.Helper()
	all := p.executed.ask(t, anonymous, `{
		roles { id key: slug } certifications { id key: slug } topics { id key: code objectives { id key: code } }
		lessons { id key: slug } terms { id key: slug } sources { id key: slug } quizzes { id key: slug } courses { id key: slug }
		questions(first: 100) { nodes { id key: slug difficulty } edges { cursor } }
	}`, nil).ok(t)
	texts := map[string][]string{
		"attempt.id":     attempts,
		"node.id":        slices.Clone(attempts),
		"search.query":   {"product", "goal", "sprint", ""},
		"attempts.quiz":  {"mixed"},
		"attempts.after": {"x"},
	}
	add := func(list any, to string) {
		items, _ := list.([]any)
		for _, item := range items {
			id, _ := dig(item, "id").(string)
			key, _ := dig(item, "key").(string)
			texts["node.id"] = append(texts["node.id"], id)
			texts[to] = append(texts[to], key)
		}
	}
	for to, from := range map[string]string{
		"role.slug": "roles", "certification.slug": "certifications", "topic.code": "topics", "lesson.slug": "lessons",
		"term.slug": "terms", "source.slug": "sources", "quiz.slug": "quizzes", "course.slug": "courses",
		"question.slug": "questions.nodes", "objective.code": "topics.0.objectives",
	} {
		add(all.at(from), to)
		if len(texts[to]) == 0 {
			t.Fatalf("the content has no %s", from)
		}
	}
	texts["nodes.ids"] = texts["node.id"]
	texts["questions.filter.topics"] = texts["topic.code"]
	texts["questions.filter.objectives"] = texts["objective.code"]
	texts["questions.after"] = []string{all.str("questions.edges.1.cursor")}
	texts["questions.before"] = []string{all.str("questions.edges.4.cursor")}
	for _, list := range texts {
		slices.Sort(list) // so that bytes mean the same in every run
	}
	return texts
}

// compare sends a request to both schools, fails the test unless the answers
// are equal, and returns the answer.
func (p *pair) compare(t testing.TB, who string, body []byte) answer {
	t.Helper()
	want := p.executed.answered(t, who, body)
	got := p.planned.answered(t, who, body)
	if want == nil && got == nil {
		return answer{}
	}
	if want == nil || got == nil || !bytes.Equal(got, want) && !sameButForOrder(t, got, want) {
		t.Fatalf("as %s:\n%s\nthe plan's answer differs (-executor +plan):\n%s", who, body, cmp.Diff(string(want), string(got)))
	}
	return parse(t, want)
}

// answered is postAs, or nil if the server breaks off an answer of which it has
// sent a part, as it does with an export that it cannot finish.
func (s *school) answered(t testing.TB, who string, body []byte) (sent []byte) {
	t.Helper()
	defer func() {
		broken := recover()
		if err, ok := broken.(error); broken != nil && (!ok || !errors.Is(err, http.ErrAbortHandler)) {
			panic(broken)
		}
	}()
	return postAs(t, s.handler, s.token(t, who), body)
}

// sameButForOrder ignores the order of errors of several fields: gqlgen
// resolves them concurrently.
func sameButForOrder(t testing.TB, a, b []byte) bool {
	t.Helper()
	var members [2]struct{ Data, Errors json.RawMessage }
	var errors [2][]string
	for i, text := range [][]byte{a, b} {
		if err := json.Unmarshal(text, &members[i]); err != nil {
			t.Fatal(err)
		}
		var list []json.RawMessage
		if len(members[i].Errors) == 0 || json.Unmarshal(members[i].Errors, &list) != nil {
			return false
		}
		for _, e := range list {
			errors[i] = append(errors[i], string(e))
		}
		slices.Sort(errors[i])
	}
	return bytes.Equal(members[0].Data, members[1].Data) && slices.Equal(errors[0], errors[1])
}

// TestPlansAnswerAsTheExecutor sends every golden query, and thousands of
// composed ones, to a server with plans and to one without.
func TestPlansAnswerAsTheExecutor(t *testing.T) {
	library := catalogtest.Library(t)

	t.Run("golden", func(t *testing.T) {
		paths, err := filepath.Glob("testdata/*/*.graphql")
		if err != nil || len(paths) == 0 {
			t.Fatalf("no golden queries: %v", err)
		}
		shared := newPair(t, library)
		for _, path := range paths {
			base := strings.TrimSuffix(path, ".graphql")
			t.Run(strings.TrimPrefix(base, "testdata/"), func(t *testing.T) {
				p, who := shared, anonymous
				if caller := callerOf(filepath.Base(base)); caller != "" {
					p, who = newPair(t, library), caller
					for _, s := range []*school{p.planned, p.executed} {
						s.begin(t, learner, `quiz: "mixed"`)
						s.pass(90 * time.Second)
					}
				}
				p.compare(t, who, request(t, base))
			})
		}
	})

	t.Run("written", func(t *testing.T) {
		p := newPair(t, library)
		attempts := p.practise(t)
		for name, query := range map[string]string{
			"OneFieldUnderTwoParents": `{ a: viewer { attempts { totalCount } } b: viewer { attempts { nodes { id } } } }`,
			"OneFieldInTwoFragments":  `{ ...A ...B } fragment A on Query { viewer { attempts { totalCount } } } fragment B on Query { viewer { attempts { nodes { number } } } }`,
			"TwoInterfaces":           `{ roles { skills { ... on Node { id } ... on Fact { id slug } id } } }`,
			"InterfaceAndObject":      `{ topics { objectives { facts { ... on Fact { citations { section } } ... on Skill { citations { verifiedAt } } } } } }`,
			"Deferred":                `{ lessons { slug ... on Lesson @defer { title } } }`,
			"NotDeferred":             `{ lessons { slug ... on Lesson @defer(if: false) { title } } }`,
			"DeferredRoot":            `{ ... @defer { lessons { slug } } terms { name } }`,
			"NothingSelected":         `{ lessons { slug @skip(if: true) } terms @include(if: false) { name } }`,
			"RootTypename":            `{ __typename lessons { __typename } }`,
			"Introspection":           `{ __type(name: "Lesson") { fields { name } } lessons { slug } }`,
			"EverySlot": `{ attempt(id: "` + attempts[0] + `") { id state startedAt finishedAt secondsLeft score { percent passed byTopic { topic { code } percent } }
				slots { number revision question { id options { id text } prompts { id } unit } response { options { id } text number } review { fraction marks options { picked correct feedback } } } } }`,
			"AnotherQuizOfTheViewer": `{ viewer { id roles attempts(quiz: "mixed", first: 1) { nodes { id quiz { title } mode } pageInfo { endCursor } } } }`,
		} {
			t.Run(name, func(t *testing.T) {
				body, err := json.Marshal(map[string]string{"query": query})
				if err != nil {
					t.Fatal(err)
				}
				for range 2 { // with the new plan, and with the cached one
					if a := p.compare(t, learner, body); a.Data == nil {
						t.Errorf("refused: %s", a.text)
					}
				}
			})
		}
	})

	t.Run("beside the content", func(t *testing.T) {
		p := newPair(t, library)
		p.practise(t)
		const standing = `quizzes { slug viewer { best passed openAttempt { id } } topics { objectives { viewer { level steps { at } } } } } courses { viewer { percent } units { lesson { viewer { readAt } } } }`
		for name, broken := range map[string][]string{
			"Known": nil, "NoTallies": {"quiz_tallies"}, "NothingAtAll": {"quiz_tallies", "objective_records", "course_records", "readings"},
		} {
			p.fail(broken...)
			body, err := json.Marshal(map[string]string{"query": `{ ` + standing + ` again: quizzes { mine: viewer { passed } } }`})
			if err != nil {
				t.Fatal(err)
			}
			answered, plans := p.answered.Load(), p.plans.Load()
			for _, who := range []string{learner, anonymous} {
				got := p.compare(t, who, body)
				if errs := len(got.Errors) > 0; got.Data == nil || errs != (broken != nil && who == learner) {
					t.Errorf("%s, %s: %s", name, who, got.text)
				}
				if len(got.Errors) > 0 && (!strings.Contains(got.text, `"reason": "STALE"`) || got.at("quizzes.1.viewer") != nil) {
					t.Errorf("%s: %s", name, got.text)
				}
			}
			if answered, plans = p.answered.Load()-answered, p.plans.Load()-plans; plans != 6 || answered != 6 {
				t.Errorf("%s: plans wrote %d of %d answers", name, plans, answered)
			}
		}
	})

	t.Run("operations share fragments", func(t *testing.T) {
		p := newPair(t, library)
		for _, name := range []string{"A", "B", "A"} {
			body, err := json.Marshal(map[string]string{"operationName": name, "query": `
				query A { ...F lessons { title } } query B { ...F } fragment F on Query { lessons { slug } }`})
			if err != nil {
				t.Fatal(err)
			}
			p.compare(t, anonymous, body)
		}
	})

	t.Run("composed", func(t *testing.T) {
		p := newPair(t, library)
		c := composer{
			schema: resolvers.Schema(&resolvers.Root{}).Schema(),
			texts:  p.texts(t, p.practise(t)),
		}
		queries := 3_000
		if testing.Short() {
			queries = 400
		}
		sent, refused, source := 0, 0, rand.NewChaCha8([32]byte{})
		p.answered.Store(0)
		p.plans.Store(0)
		for n := range queries {
			p.fail() // every tenth learner finds something out of reach
			if n%10 == 9 {
				p.fail("quiz_tallies", "readings")
			}
			c := c
			c.bytes, c.fields = make([]byte, 300), 80
			if _, err := source.Read(c.bytes); err != nil {
				t.Fatal(err)
			}
			for _, body := range c.requests(t) {
				if sent++; p.compare(t, learner, body).Data == nil {
					refused++
				}
			}
		}
		t.Logf("%d queries, %d refused; plans wrote %d of %d answers", sent, refused, p.plans.Load(), p.answered.Load())
		if refused > sent/3 {
			t.Errorf("%d of %d queries were refused, so little was compared", refused, sent)
		}
		if plans, answered := p.plans.Load(), p.answered.Load(); plans < answered*8/10 || plans < int64(queries) {
			t.Errorf("plans wrote %d of %d answers of resolvers", plans, answered)
		}
	})
}

// FuzzPlans is TestPlansAnswerAsTheExecutor for queries that a fuzzer composes.
func FuzzPlans(f *testing.F) {
	library := catalogtest.Library(f)
	p := newPair(f, library)
	c := composer{
		schema: resolvers.Schema(&resolvers.Root{}).Schema(),
		texts:  p.texts(f, p.practise(f)),
	}
	f.Add([]byte("\x03\x05\x07\x0b\x0d\x11\x13\x17\x1d\x1f\x25\x29\x2b\x2f\x35\x3b\x3d\x43\x47\x49\x4f\x53\x59\x61\x65\x67\x6b\x6d\x71"))
	f.Fuzz(func(t *testing.T, choices []byte) {
		c := c
		c.bytes, c.fields = choices, 80
		p.fail()
		if len(choices)%2 == 1 {
			p.fail("quiz_tallies", "readings")
		}
		for _, body := range c.requests(t) {
			p.compare(t, learner, body)
		}
	})
}
