package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/respond"
	"github.com/scrumkb/scrumkb/resolvers"
	"github.com/scrumkb/scrumkb/seed"
)

// examQuestions is how many questions the exam has that nobody may read out.
const examQuestions = 30

// TestNothingTellsTheKeysOfAnOpenExam plays two worlds that differ in nothing but
// the keys of an exam's questions. In both, a learner has answered everything
// before, as right as in the other one, opens the exam and then tries all that the
// schema offers: as long as every byte of the answers is the same in both worlds,
// none of them says anything about the keys. Once the exam has ended, every key
// must make a difference.
func TestNothingTellsTheKeysOfAnOpenExam(t *testing.T) {
	first := newWorld(t, nil)
	asked := first.exam(t)
	second := newWorld(t, asked)
	if diff := slices.Compare(asked, second.exam(t)); diff != 0 {
		t.Fatal("the worlds draw different exams")
	}
	first.attack(t, first, second)
	second.attack(t, first, second)
	if len(first.said) < 500 {
		t.Errorf("only %d requests were tried", len(first.said))
	}
	told := map[string]bool{}
	for i, request := range first.said {
		if request.answer == second.said[i].answer {
			continue
		}
		if !told[request.path] {
			t.Errorf("this tells keys:\n%.300s\n%s", request.query, firstDifference(request.answer, second.said[i].answer))
		}
		told[request.path] = true
	}
	a, b := first.end(t), second.end(t)
	for slug, answers := range a {
		for i, answer := range answers {
			if answer == b[slug][i] {
				t.Errorf("the exam has ended, and review %d of %s does not tell the key: %.300s", i, slug, answer)
			}
		}
	}
	if len(a) != examQuestions {
		t.Errorf("%d questions are told of after the exam, want %d", len(a), examQuestions)
	}
}

// world is a school with the program's content and a learner who attacks it.
type world struct {
	*school
	schema *ast.Schema
	bank   *catalog.Library

	examID string
	slugs  []string // of the questions of the exam
	ids    []string // of the learner's attempts, in the order in which they started
	said   []said

	reader string // who reads everything
}

// said is a request and its answer.
type said struct{ path, query, answer string }

// newWorld returns a school in which the keys of the questions with the slugs are
// others than the program's, and a learner who has answered many of them right, three
// weeks ago.
func newWorld(t *testing.T, other []string) *world {
	t.Helper()
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range loaded.Content.Questions {
		if slices.Contains(other, q.Slug) {
			changeKey(q)
		}
	}
	w := &world{schema: resolvers.Schema(&resolvers.Root{}).Schema(), bank: publish(t, loaded.Content)}
	w.school = newSchool(t, w.bank, schoolOptions{limits: unlimited, tokenClock: time.Now})
	snapshot, err := w.bank.Current()
	if err != nil {
		t.Fatal(err)
	}
	// Ended, and left open with everything answered: in both the keys were shown.
	for i, topic := range snapshot.Topics() {
		w.answerAll(t, quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, TopicCode: topic.Code, Questions: 15}}, i%2 == 0)
	}
	w.answerAll(t, quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeExam, Questions: examQuestions}}, true)
	for _, mutation := range []string{
		`enroll(input: { course: "cspo-foundations" }) { progress { state } }`,
		`setBookmark(input: { node: "` + snapshot.Questions()[0].ID() + `", note: "again" }) { bookmark { note } }`,
	} {
		w.ask(t, learner, "mutation { "+mutation+" }", nil).ok(t)
	}
	code := w.ask(t, trainer, `mutation { createCohort(input: { name: "A class" }) { cohort { invitationCode } } }`, nil).ok(t).str("createCohort.cohort.invitationCode")
	w.ask(t, learner, fmt.Sprintf(`mutation { joinCohort(input: { code: %q, name: "Anna" }) { membership { id } } }`, code), nil).ok(t)
	w.pass(21 * 24 * time.Hour)
	// Left open without an answer to some of its questions.
	for _, mode := range []quiz.PracticeMode{quiz.PracticeUnseen, quiz.PracticeDue} {
		w.start(t, quiz.StartInput{Practice: &quiz.Practice{Mode: mode, Questions: 20}})
	}
	return w
}

// changeKey makes another answer right, and all that is said about it.
func changeKey(q *catalog.Question) {
	for _, o := range q.Options {
		o.Feedback += " Or the other way round."
	}
	if n := len(q.Options); q.Type != catalog.Matching && q.Type != catalog.Ordering {
		correct := make([]bool, n)
		for i, o := range q.Options {
			correct[(i+1)%n] = o.Correct
		}
		for i, o := range q.Options {
			o.Correct = correct[i]
		}
	}
	if n := len(q.Prompts); n > 0 {
		first := q.Prompts[0].Match
		for i, p := range q.Prompts[:n-1] {
			p.Match = q.Prompts[i+1].Match
		}
		q.Prompts[n-1].Match = first
	}
	slices.Reverse(q.Order)
	if len(q.Accepted) > 0 {
		q.Accepted = []string{secret}
	}
	if q.Number != nil {
		q.Number.Value += 1000
	}
	q.Explanation += " Or the other way round."
	q.Tags = append(q.Tags, secret)
}

func (w *world) start(t *testing.T, in quiz.StartInput) quiz.Attempt {
	t.Helper()
	a, err := w.Attempts.Start(t.Context(), "anna", in)
	if err != nil {
		t.Fatal(err)
	}
	w.ids = append(w.ids, quiz.GlobalID("anna", a.Ref()))
	return a
}

// answerAll answers all questions right, each with a key, a second apart.
func (w *world) answerAll(t *testing.T, in quiz.StartInput, submit bool) {
	t.Helper()
	a := w.start(t, in)
	for i := range a.Slots {
		q, err := w.Attempts.Question(t.Context(), &a.Slots[i])
		if err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		_, err = w.Attempts.Answer(t.Context(), "anna", a.ID, quiz.AnswerInput{Slot: i + 1, Response: respond.Right(q), IdempotencyKey: fmt.Sprint(i)})
		if err != nil {
			t.Fatal(err)
		}
	}
	if submit {
		if _, err := w.Attempts.Submit(t.Context(), "anna", a.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// exam opens the exam and returns the slugs of its questions.
func (w *world) exam(t *testing.T) []string {
	t.Helper()
	a := w.start(t, quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeExam, Questions: examQuestions}})
	w.examID = a.ID
	for _, s := range a.Slots {
		w.slugs = append(w.slugs, s.QuestionSlug)
	}
	return w.slugs
}

// places are numbers by which statements of one instant are told apart, in no
// order that means anything.
var places = regexp.MustCompile(`"place":"[^"]*"`)

// say asks and remembers what was said.
func (w *world) say(t *testing.T, path, query string) (text string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Request-Id", "test")
	r.Header.Set("Authorization", "Bearer "+w.token(t, w.reader))
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	text = recorder.Body.String()
	w.said = append(w.said, said{path, query, places.ReplaceAllString(text, "")})
	return text
}

// attack tries everything, the same in both worlds.
func (w *world) attack(t *testing.T, worlds ...*world) {
	t.Helper()
	w.reader = learner
	w.practise(t)
	w.repeatAnswers(t)
	w.searchFor(t, worlds)
	w.subscribe(t)
	w.readEverything(t, "")
	w.reader = trainer
	w.readEverything(t, "cohorts")
}

// arguments are what fields are called with, by type and field; others are called
// with what they cannot do without.
func (w *world) arguments() map[string][]string {
	given := map[string][]string{
		"Query.role": {`slug: "product-owner"`}, "Query.certification": {`slug: "cspo"`}, "Query.topic": {`code: "PO1"`},
		"Query.objective": {`code: "PO1.1"`}, "Query.lesson": {`slug: "empiricism"`}, "Query.term": {`slug: "increment"`},
		"Query.source": {`slug: "scrum-guide"`}, "Query.quiz": {`slug: "cspo-readiness"`}, "Query.course": {`slug: "cspo-foundations"`},
		"Query.questions": {`first: 100`}, "Viewer.attempts": {`first: 100`, `first: 100, state: FINISHED`},
		"Viewer.certificationJourney": {`certification: "cspo"`}, "Viewer.courseProgress": {`course: "cspo-foundations"`},
		"Viewer.mistakes": {`first: 100`}, "Viewer.flagged": {`first: 100`}, "Viewer.bookmarks": {`first: 100`},
		"Viewer.xapiStatements": {`first: 100`}, "ReviewQueue.due": {`first: 100`}, "Viewer.nextSteps": {`first: 20`},
	}
	for _, id := range w.ids {
		given["Query.attempt"] = append(given["Query.attempt"], fmt.Sprintf("id: %q", id))
		given["Query.node"] = append(given["Query.node"], fmt.Sprintf("id: %q", id))
	}
	given["Query.nodes"] = []string{fmt.Sprintf("ids: [%q, %q]", w.ids[0], "question/"+w.slugs[0])}
	for _, slug := range w.slugs {
		given["Query.question"] = append(given["Query.question"], fmt.Sprintf("slug: %q", slug))
	}
	return given
}

// readEverything reads every field of the schema that is reached from a query, or
// from one field of it: each field with all that is below it, no type twice.
func (w *world) readEverything(t *testing.T, only string) {
	t.Helper()
	given := w.arguments()
	reached := map[string]bool{}
	type step struct{ name, before, after string }
	for steps := []step{{name: "Query", before: "query {", after: " }"}}; len(steps) > 0; steps = steps[1:] {
		at := steps[0]
		if reached[at.name] {
			continue
		}
		reached[at.name] = true
		for _, possible := range w.schema.PossibleTypes[at.name] {
			if possible.Name != at.name {
				steps = append(steps, step{possible.Name, at.before + " ... on " + possible.Name + " {", " }" + at.after})
			}
		}
		for _, f := range w.schema.Types[at.name].Fields {
			if strings.HasPrefix(f.Name, "__") || at.name == "Query" && only != "" && f.Name != only {
				continue
			}
			calls := []string{f.Name + required(f)}
			if arguments := given[at.name+"."+f.Name]; arguments != nil {
				calls = nil
				for _, a := range arguments {
					calls = append(calls, f.Name+"("+a+")")
				}
			}
			for _, call := range calls {
				w.say(t, at.name+"."+f.Name, at.before+" "+call+w.all(f.Type.Name())+at.after)
			}
			if !w.schema.Types[f.Type.Name()].IsLeafType() {
				steps = append(steps, step{f.Type.Name(), at.before + " " + calls[0] + " {", " }" + at.after})
			}
		}
	}
	if only == "" && (!reached["Review"] || !reached["Withheld"]) || only != "" && !reached["CohortMember"] {
		t.Error("the walk does not reach reviews, or members")
	}
}

// all selects the fields of a type and of those below it: each type once, and of
// content nothing that has fields of its own, which readEverything comes to anyway.
func (w *world) all(name string) string {
	expanded := map[string]bool{}
	for _, content := range w.schema.PossibleTypes["Node"] {
		expanded[content.Name] = !slices.Contains([]string{name, "Question", "Attempt", "CohortMember", "Certificate"}, content.Name)
	}
	return w.allBut(expanded, name)
}

func (w *world) allBut(expanded map[string]bool, name string) string {
	definition := w.schema.Types[name]
	if definition.IsLeafType() {
		return ""
	}
	first := !expanded[name]
	expanded[name] = true
	fields := []string{"__typename"}
	for _, f := range definition.Fields {
		leaf := w.schema.Types[f.Type.Name()].IsLeafType()
		if !strings.HasPrefix(f.Name, "__") && f.Name != "data" && (leaf || first) {
			fields = append(fields, f.Name+required(f)+w.allBut(expanded, f.Type.Name()))
		}
	}
	if definition.IsAbstractType() {
		if attempt := w.schema.Types["Attempt"]; slices.Contains(w.schema.PossibleTypes[name], attempt) {
			fields = append(fields, "... on Attempt "+w.allBut(expanded, "Attempt"))
		}
	}
	return " { " + strings.Join(fields, " ") + " }"
}

// practise starts every mode and every quiz, hands them in blank, and reads what
// the reviews say.
func (w *world) practise(t *testing.T) {
	t.Helper()
	snapshot, err := w.bank.Current()
	if err != nil {
		t.Fatal(err)
	}
	var inputs []string
	for _, q := range snapshot.Quizzes() {
		inputs = append(inputs, fmt.Sprintf("quiz: %q", q.Slug))
	}
	for _, mode := range w.schema.Types["PracticeMode"].EnumValues {
		for _, scope := range []string{"", `topic: "PO1", `, `topic: "SF3", `, `objective: "PO1.1", `} {
			inputs = append(inputs, fmt.Sprintf("practice: { mode: %s, %squestions: 25 }", mode.Name, scope))
		}
	}
	attempt := w.all("Attempt")
	for i, input := range inputs {
		started := parse(t, []byte(w.say(t, "Mutation.startAttempt "+input, "mutation { startAttempt(input: { "+input+" }) { resumed drawn attempt"+attempt+" } }")))
		id := started.str("startAttempt.attempt.id")
		if exam := quiz.GlobalID("anna", strings.TrimPrefix(w.examID, "anna/")); id == "" || id == exam {
			continue
		}
		if options, _ := started.at("startAttempt.attempt.slots.0.question.options").([]any); len(options) > 0 {
			option := options[0].(map[string]any)["id"]
			w.say(t, "Mutation.answerQuestion "+input, fmt.Sprintf("mutation { answerQuestion(input: { attemptId: %q, slot: 1, response: { options: [%q] } }) { slot { state } attempt%s } }", id, option, attempt))
		}
		end := []string{"submitAttempt", "submitAttempt", "abandonAttempt"}[i%3]
		w.say(t, "Mutation.flagQuestion "+input, fmt.Sprintf("mutation { flagQuestion(input: { attemptId: %q, slot: 2, flagged: true }) { slot { flagged } } }", id))
		w.say(t, "Mutation."+end+" "+input, fmt.Sprintf("mutation { %s(input: { attemptId: %q }) { attempt%s } }", end, id, attempt))
	}
}

// repeatAnswers sends each option of an exam's question as the answer that was
// given to it earlier, with the key of then and without: the one that is accepted
// would be the right one.
func (w *world) repeatAnswers(t *testing.T) {
	t.Helper()
	for _, id := range w.ids[:len(w.ids)-1] {
		asked := w.say(t, "Query.attempt", fmt.Sprintf("{ attempt(id: %q) { slots { question { slug type options { id } } } } }", id))
		slots, _ := parse(t, []byte(asked)).at("attempt.slots").([]any)
		tried := 0
		for i, slot := range slots {
			kind, slug := dig(slot, "question.type"), dig(slot, "question.slug")
			if kind != "SINGLE_CHOICE" && kind != "TRUE_FALSE" || !slices.Contains(w.slugs, slug.(string)) || tried == 2 {
				continue
			}
			tried++
			for _, option := range dig(slot, "question.options").([]any) {
				for _, key := range []string{"null", fmt.Sprintf("%q", fmt.Sprint(i))} {
					w.say(t, "Mutation.answerQuestion again", fmt.Sprintf("mutation { answerQuestion(input: { attemptId: %q, slot: %d, response: { options: [%q] }, idempotencyKey: %s }) { slot { state } } }",
						id, i+1, dig(option, "id"), key))
				}
			}
		}
	}
}

// searchFor looks for what is accepted in either of the worlds, and for tags.
func (w *world) searchFor(t *testing.T, worlds []*world) {
	t.Helper()
	for _, other := range worlds {
		snapshot, err := other.bank.Current()
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range snapshot.Questions() {
			if slices.Contains(w.slugs, q.Slug) {
				for _, word := range slices.Concat(q.Accepted, q.Tags) {
					w.say(t, "Query.search", fmt.Sprintf("{ search(query: %q, kinds: [QUESTION], first: 100) { totalCount nodes { title snippet node { id } } } }", word))
				}
			}
		}
	}
}

// subscribe hears the first event of each attempt.
func (w *world) subscribe(t *testing.T) {
	t.Helper()
	web := httptest.NewServer(w.handler)
	t.Cleanup(web.Close)
	query := "subscription ($id: ID!) { attemptUpdated(id: $id)" + w.all("Attempt") + " }"
	for _, id := range w.ids {
		got := overSSE(t, web.URL, w.token(t, learner), payload(t, query, id)).hear(t)
		w.said = append(w.said, said{"Subscription.attemptUpdated", query, got.text})
	}
}

// end submits the exam and returns what all reviews say, by question.
func (w *world) end(t *testing.T) map[string][]string {
	t.Helper()
	if _, err := w.Attempts.Submit(t.Context(), "anna", w.examID); err != nil {
		t.Fatal(err)
	}
	told := map[string][]string{}
	for _, id := range w.ids {
		slots, _ := w.ask(t, learner, fmt.Sprintf("{ attempt(id: %q) { slots"+w.all("Slot")+" } }", id), nil).ok(t).at("attempt.slots").([]any)
		for _, slot := range slots {
			slug := dig(slot, "question.slug").(string)
			if text, err := json.Marshal(slot); err == nil && slices.Contains(w.slugs, slug) && dig(slot, "review") != nil {
				told[slug] = append(told[slug], string(text))
			}
		}
	}
	return told
}

// firstDifference returns where two texts part.
func firstDifference(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	from := max(0, at-100)
	return fmt.Sprintf("- %.300s\n+ %.300s", a[from:], b[from:])
}
