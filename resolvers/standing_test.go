package resolvers_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/respond"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

const quizStanding = `viewer { openAttempt { id number state slots { review { explanation } } } attemptsUsed attemptsLeft best nextStartAt passed }`

// However much content a page shows, loading the caller's standing takes the
// same number of database calls.
func TestStandingTakesAConstantNumberOfCalls(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	s.practise(t)
	answered, err := s.Attempts.Start(t.Context(), people[practised].subject, quiz.StartInput{QuizSlug: "artifacts"})
	for i := range answered.Slots {
		q, findErr := s.Attempts.Question(t.Context(), &answered.Slots[i])
		_, answerErr := s.Attempts.Answer(t.Context(), answered.LearnerID, answered.ID, quiz.AnswerInput{Slot: i + 1, Response: respond.Right(q)})
		err = errors.Join(err, findErr, answerErr)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.begin(t, practised, `quiz: "mixed"`)
	calls := func(query string) int {
		t.Helper()
		s.ask(t, practised, query, nil).ok(t) // so that nothing is left to project
		s.engine.Reset()
		s.ask(t, practised, query, nil).ok(t)
		return len(s.engine.Calls())
	}
	one := calls(`{ quiz(slug: "mixed") { ` + quizStanding + ` } lesson(slug: "empiricism") { viewer { readAt } }
		course(slug: "basics") { viewer { percent } } objective(code: "BB1.1") { viewer { level } } }`)
	all := calls(`{ quizzes { ` + quizStanding + ` } lessons { viewer { readAt } } courses { viewer { percent } units { quiz { viewer { passed } } } }
		topics { quizzes { viewer { attemptsUsed openAttempt { id } } } objectives { viewer { level questionsAnswered } lessons { viewer { readAt } } quizzes { viewer { best } } } } }`)
	if one == 0 || all != one {
		t.Errorf("%d calls for one of each, %d for all", one, all)
	}
	if quizzes := calls(`{ quizzes { ` + quizStanding + ` } }`); quizzes > 9 {
		t.Errorf("%d calls for the quizzes", quizzes)
	}
}

func TestStandingWithAQuiz(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	stands := func() string {
		t.Helper()
		got := s.ask(t, learner, `{ quiz(slug: "mixed") { viewer { openAttempt { number } attemptsUsed attemptsLeft best passed } } }`, nil).ok(t)
		v := got.at("quiz.viewer")
		return fmt.Sprint(dig(v, "openAttempt.number"), dig(v, "attemptsUsed"), dig(v, "attemptsLeft"), dig(v, "best"), dig(v, "passed"))
	}
	want := func(when, want string) {
		t.Helper()
		if got := stands(); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	want("at first", "<nil> 0 3 <nil> false")
	id := s.begin(t, learner, `quiz: "mixed"`)
	want("with an open attempt", "1 1 2 <nil> false")
	s.ask(t, learner, `mutation ($id: ID!) { abandonAttempt(input: { attemptId: $id }) { attempt { state } } }`, map[string]any{"id": id}).ok(t)
	want("once it is abandoned", "<nil> 1 2 <nil> false")
	id = s.begin(t, learner, `quiz: "mixed"`)
	s.ask(t, learner, `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { state } } }`, map[string]any{"id": id}).ok(t)
	want("once the next is finished", "<nil> 2 1 0 false")
	s.begin(t, learner, `quiz: "mixed"`)
	s.pass(24 * time.Hour)
	want("once its time is up", "<nil> 3 0 0 false")
	if got := s.ask(t, otherLearner, `{ quiz(slug: "mixed") { viewer { attemptsUsed } } }`, nil).ok(t); got.at("quiz.viewer.attemptsUsed") != 0.0 {
		t.Errorf("others: %s", got.text)
	}
	differences, err := s.Tracker.Rebuild(t.Context(), people[learner].subject)
	if err != nil || len(differences) > 0 {
		t.Errorf("rebuild: %v, %v", differences, err)
	}
}

// An abandoned attempt reveals nothing and does not count for mastery; what
// was graded at once stays in the reviews.
func TestAbandonedAttempt(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	for _, tt := range []struct {
		what  string
		cards float64
	}{{`quiz: "mixed"`, 0}, {`practice: { mode: TOPIC, objective: "AA1.1", questions: 1 }`, 1}} { // DEFERRED, IMMEDIATE
		what, cards := tt.what, tt.cards
		id := s.begin(t, learner, what)
		slots, _ := s.ask(t, learner, `query ($id: ID!) { attempt(id: $id) { slots { number question { slug options { id } } } } }`, map[string]any{"id": id}).ok(t).at("attempt.slots").([]any)
		for _, slot := range slots {
			if dig(slot, "question.slug") == "pillars" {
				s.answers(t, learner, id, int(dig(slot, "number").(float64)), options("pillars.a"), nil).ok(t)
			}
		}
		got := s.ask(t, learner, `mutation ($id: ID!) { abandonAttempt(input: { attemptId: $id }) { attempt { state score { percent } slots { review { explanation } } } } }`, map[string]any{"id": id}).ok(t)
		if got.str("abandonAttempt.attempt.state") != "ABANDONED" || strings.Contains(got.text, "explanation") || got.at("abandonAttempt.attempt.score") != nil {
			t.Errorf("%s: %s", what, got.text)
		}
		s.pass(365 * 24 * time.Hour)
		left := s.ask(t, learner, `{ viewer { review { dueCount } mastery { percent objectives { level answers } } } }`, nil).ok(t)
		if left.at("viewer.review.dueCount") != cards || strings.Contains(left.text, `"answers": 1`) || strings.Contains(left.text, "ATTEMPTED") {
			t.Errorf("%s: %s", what, left.text)
		}
	}
}

func TestBookmarks(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	set := func(input string) answer {
		t.Helper()
		s.pass(time.Second)
		return s.ask(t, learner, `mutation { setBookmark(input: { `+input+` }) { bookmark { note } } }`, nil)
	}
	const list = `query ($first: Int, $after: String) { viewer { bookmarks(first: $first, after: $after) { totalCount nodes { node { id } note } pageInfo { endCursor hasNextPage } } } }`
	set(`node: "lesson/empiricism", note: "again"`).ok(t)
	set(`node: "question/pillars"`).ok(t)
	if got := set(`node: "lesson/empiricism"`).ok(t); got.str("setBookmark.bookmark.note") != "again" {
		t.Errorf("without a note: %s", got.text)
	}
	set(`node: "attempt/x"`).refused(t, "NOT_FOUND")
	set(`node: "lesson/empiricism", note: "`+strings.Repeat("n", 2001)+`"`).refused(t, "INVALID_INPUT")
	first := s.ask(t, learner, list, map[string]any{"first": 1}).ok(t)
	if first.at("viewer.bookmarks.totalCount") != 2.0 || first.str("viewer.bookmarks.nodes.0.node.id") != "question/pillars" || first.at("viewer.bookmarks.pageInfo.hasNextPage") != true {
		t.Errorf("the first: %s", first.text)
	}
	rest := s.ask(t, learner, list, map[string]any{"after": first.str("viewer.bookmarks.pageInfo.endCursor")}).ok(t)
	if rest.str("viewer.bookmarks.nodes.0.note") != "again" || rest.at("viewer.bookmarks.nodes.1") != nil {
		t.Errorf("the rest: %s", rest.text)
	}
	if got := set(`node: "lesson/empiricism", note: null`).ok(t); got.at("setBookmark.bookmark.note") != nil {
		t.Errorf("null takes the note away: %s", got.text)
	}
	if got := s.ask(t, learner, `{ viewer { data } }`, nil).ok(t); !strings.Contains(got.text, "question/pillars") {
		t.Errorf("not exported: %s", got.text)
	}
	if got := s.ask(t, otherLearner, list, nil).ok(t); got.at("viewer.bookmarks.totalCount") != 0.0 {
		t.Errorf("others: %s", got.text)
	}
	for _, removed := range []bool{true, false} {
		if got := s.ask(t, learner, `mutation { removeBookmark(input: { node: "question/pillars" }) { removed } }`, nil).ok(t); got.at("removeBookmark.removed") != removed {
			t.Errorf("removed: %s", got.text)
		}
	}
}

func TestFlaggedQuestionsOfAllAttempts(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	id := s.begin(t, learner, `quiz: "mixed"`)
	s.ask(t, learner, `mutation ($id: ID!) { flagQuestion(input: { attemptId: $id, slot: 2, flagged: true }) { slot { flagged } } }`, map[string]any{"id": id}).ok(t)
	got := s.ask(t, learner, `{ viewer { flagged { totalCount nodes { attemptId slot question { slug } } } } }`, nil).ok(t)
	if got.at("viewer.flagged.totalCount") != 1.0 || got.str("viewer.flagged.nodes.0.attemptId") != id || got.at("viewer.flagged.nodes.0.slot") != 2.0 {
		t.Errorf("%s", got.text)
	}
}

// A read failure affects only one field, and is reported under its path.
func TestFailureAffectsOneViewerField(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	for field, collection := range map[string]string{
		"bookmarks { totalCount }": "bookmarks", "notices { totalCount }": "notices", "streak { current }": "activity_months", "review { dueCount }": "review_cards",
		"certificates { code }": "certificates", "cohorts { id }": "memberships", "xapiStatements { nodes { id } }": "statements",
	} {
		s.engine.Before(func(c storetest.Call) error {
			if c.Collection == collection {
				return fault.Unreachable(errors.New("away"))
			}
			return nil
		})
		got := s.ask(t, learner, `{ viewer { id attempts { totalCount } `+field+` } }`, nil).refused(t, "UNAVAILABLE")
		name, _, _ := strings.Cut(field, " ")
		if got.str("viewer.id") == "" || got.at("viewer.attempts.totalCount") != 0.0 || got.at("viewer."+name) != nil || !strings.Contains(got.text, `"`+name+`"`) {
			t.Errorf("%s: %s", field, got.text)
		}
	}
}
