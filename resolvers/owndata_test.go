package resolvers_test

import (
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/owndata"
)

const journeyAndData = `{ viewer { id name timeZone certificationJourney(certification: "cspo") { id state earnedOn currentPeriod { seus { id title } } } data } }`

func TestStoredDataIsPrivate(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	s.certify(t, learner)
	s.begin(t, learner, `quiz: "mixed"`)
	before := s.ask(t, learner, journeyAndData, nil).ok(t)

	for _, who := range []string{otherLearner, trainer} {
		theirs := s.ask(t, who, journeyAndData, nil).ok(t)
		for _, revealing := range []string{"anna", "YW5uYS", "Müller", "A conference"} {
			if strings.Contains(theirs.text, revealing) {
				t.Errorf("%s is told %q: %s", who, revealing, theirs.text)
			}
		}
		s.ask(t, who, `mutation { deleteMyData(input: { confirm: "anna" }) { settlesAt } }`, nil).refused(t, "INVALID_INPUT")
		for _, id := range []string{"seu/YW5uYS9jc3BvLzE", "seu/YW5uYS9jc3BvLzk5", "nothing"} { // anna's, nobody's, none
			got := s.ask(t, who, `mutation ($id: ID!) { removeSeu(input: { id: $id }) { journey { id } } }`, map[string]any{"id": id}).refused(t, "NOT_FOUND")
			if got.Errors[0].Message != "there is no such activity" {
				t.Errorf("%s can distinguish %s from others: %s", who, id, got.text)
			}
		}
		s.ask(t, who, `mutation ($id: ID!) { deleteMyData(input: { confirm: $id }) { settlesAt } }`, map[string]any{"id": theirs.str("viewer.id")}).ok(t)
	}
	if got := s.ask(t, anonymous, journeyAndData, nil).ok(t); got.at("viewer") != nil {
		t.Errorf("anonymous: %s", got.text)
	}
	if after := s.ask(t, learner, journeyAndData, nil).ok(t); after.text != before.text {
		t.Errorf("others have changed what is stored:\n%s\n%s", before.text, after.text)
	}
}

func TestDeletedLearnersStartOver(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	s.certify(t, learner)
	id := s.begin(t, learner, `quiz: "mixed"`)
	const remove = `mutation { deleteMyData(input: { confirm: "anna" }) { deletedRecords settlesAt } }`
	if got := s.ask(t, learner, remove, nil).ok(t); got.at("deleteMyData.deletedRecords").(float64) < 3 {
		t.Errorf("deleted: %s", got.text)
	}
	s.ask(t, learner, remove, nil).ok(t) // as a client does whose first answer got lost
	gone := s.ask(t, learner, `query ($id: ID!) { attempt(id: $id) { id } viewer { name timeZone attempts { totalCount } certificationJourney(certification: "cspo") { state } data } }`, map[string]any{"id": id}).ok(t)
	if gone.at("attempt") != nil || gone.at("viewer.name") != nil || gone.at("viewer.attempts.totalCount") != 0.0 || gone.str("viewer.certificationJourney.state") != "NOT_STARTED" {
		t.Errorf("left: %s", gone.text)
	}
	collections, _ := gone.at("viewer.data.collections").(map[string]any)
	for name, records := range collections {
		if len(records.([]any)) > 0 {
			t.Errorf("left in %s: %v", name, records)
		}
	}
	if len(collections) < 3 {
		t.Errorf("collections: %v", collections)
	}

	s.ask(t, learner, `mutation { startAttempt(input: { quiz: "mixed" }) { attempt { id } } }`, nil).refused(t, "CONFLICT")
	s.pass(owndata.DeletionSettles + time.Second)
	if err := s.OwnData.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.begin(t, learner, `quiz: "mixed"`)
}

func TestStoredDataIsRequestedAlone(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	s.ask(t, learner, `{ viewer { data } }`, nil).ok(t)
	s.ask(t, learner, `{ viewer { a: data b: data } }`, nil).refused(t, "QUERY_TOO_COMPLEX")
}

// The mark of an answer is stored, and thus exported, once the review rule
// reveals it.
func TestStoredDataFollowsTheReviewRule(t *testing.T) {
	for quizSlug, graded := range map[string]bool{"mixed": false, "artifacts": true} { // DEFERRED, IMMEDIATE
		a := newAPI(t, everyType)
		id, slots := a.start(t, "anna", quizSlug)
		a.answer(t, "anna", id, slots["broken-plan"], map[string]any{"options": []string{"broken-plan.b"}}, nil)
		during := a.ask(t, "anna", `{ viewer { data } }`, nil).text
		if !strings.Contains(during, `"response"`) || strings.Contains(during, `"mark"`) != graded || strings.Contains(during, "GRADED_RIGHT") != graded {
			t.Errorf("%s: graded = %t, but stored: %s", quizSlug, graded, during)
		}
		a.ask(t, "anna", `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { id } } }`, map[string]any{"id": id})
		if after := a.ask(t, "anna", `{ viewer { data } }`, nil).text; !strings.Contains(after, `"mark"`) {
			t.Errorf("%s: finished, but no grade is stored: %s", quizSlug, after)
		}
	}
}
