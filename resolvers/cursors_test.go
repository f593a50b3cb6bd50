package resolvers_test

import (
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
)

// pagedLists has each list that takes a cursor, with and without each filter of
// it that leaves something in the test: the field with its arguments, the path to
// it, and who reads it.
var pagedLists = []struct{ who, field, filter, path string }{
	{learner, "Query.search", `query: "product"`, "search"},
	{learner, "Query.search", `query: "sprint"`, "search"},
	{learner, "Query.search", `query: "product", kinds: [QUESTION]`, "search"},
	{learner, "Query.questions", ``, "questions"},
	{learner, "Query.questions", `filter: { topics: ["AA1"] }`, "questions"},
	{learner, "Query.questions", `filter: { objectives: ["AA1.1"] }`, "questions"},
	{learner, "Viewer.attempts", ``, "viewer.attempts"},
	{learner, "Viewer.attempts", `quiz: "mixed"`, "viewer.attempts"},
	{learner, "Viewer.attempts", `state: IN_PROGRESS`, "viewer.attempts"},
	{learner, "Viewer.attempts", `mode: TOPIC`, "viewer.attempts"},
	{learner, "Viewer.attempts", `topic: "BB1"`, "viewer.attempts"},
	{learner, "Viewer.attempts", `objective: "BB1.1"`, "viewer.attempts"},
	{learner, "Viewer.attempts", `from: "2026-11-01T00:00:00Z"`, "viewer.attempts"},
	{learner, "Viewer.attempts", `to: "2027-11-01T00:00:00Z"`, "viewer.attempts"},
	{learner, "Viewer.xapiStatements", ``, "viewer.xapiStatements"},
	{learner, "Viewer.xapiStatements", `since: "2026-11-01T00:00:00Z"`, "viewer.xapiStatements"},
	{otherLearner, "Viewer.xapiStatements", ``, "viewer.xapiStatements"},
	{learner, "Viewer.mistakes", ``, "viewer.mistakes"},
	{learner, "Viewer.flagged", ``, "viewer.flagged"},
	{learner, "Viewer.bookmarks", ``, "viewer.bookmarks"},
	{learner, "Viewer.notices", ``, "viewer.notices"},
	{learner, "Viewer.notices", `unread: true`, "viewer.notices"},
	{trainer, "Cohort.members", ``, "cohorts.0.members"},
	{trainer, "Cohort.xapiStatements", ``, "cohorts.0.xapiStatements"},
	{trainer, "Cohort.xapiStatements", `since: "2026-11-01T00:00:00Z"`, "cohorts.0.xapiStatements"},
}

// TestACursorBelongsToItsList tries a cursor of each list, and of what is left of
// it under a filter, in all others.
func TestACursorBelongsToItsList(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	certify(t, s.Certificates)
	code := s.teach(t)
	s.join(t, otherLearner, code, "Ben B.").ok(t)
	s.struggle(t, learner)
	s.record(t, learner, 1, 2)
	s.record(t, otherLearner, 1, 2)
	s.ask(t, learner, `mutation { setBookmark(input: { node: "lesson/empiricism" }) { bookmark { note } } }`, nil).ok(t)
	practised := s.begin(t, learner, `practice: { mode: TOPIC, topic: "BB1" }`)
	s.ask(t, learner, `mutation ($id: ID!) { abandonAttempt(input: { attemptId: $id }) { attempt { id } } }`, map[string]any{"id": practised}).ok(t)
	id := s.begin(t, learner, `quiz: "mixed"`)
	s.ask(t, learner, `mutation ($id: ID!) { flagQuestion(input: { attemptId: $id, slot: 2, flagged: true }) { slot { flagged } } }`, map[string]any{"id": id}).ok(t)
	s.pass(time.Minute)

	page := func(i int, arguments string) answer {
		t.Helper()
		list := pagedLists[i]
		names := strings.Split(strings.ReplaceAll(list.path, ".0", ""), ".")
		if all := list.filter + arguments; all != "" {
			names[len(names)-1] += "(" + all + ")"
		}
		return s.ask(t, list.who, "{ "+strings.Join(names, " { ")+" { edges { cursor } } "+strings.Repeat("} ", len(names)), nil)
	}
	covered := map[string]bool{}
	cursors := make([]string, len(pagedLists))
	for i, list := range pagedLists {
		covered[list.field] = true
		if cursors[i] = page(i, "").ok(t).str(list.path + ".edges.0.cursor"); cursors[i] == "" {
			t.Fatalf("%s(%s) is empty", list.field, list.filter)
		}
	}
	for _, definition := range schemaOf().Types {
		for _, f := range definition.Fields {
			if name := definition.Name + "." + f.Name; f.Arguments.ForName("after") != nil && !covered[name] {
				t.Errorf("%s takes a cursor, and is not in pagedLists", name)
			}
		}
	}
	for i, list := range pagedLists {
		page(i, ` after: "`+cursors[i]+`"`).ok(t)
		for j, other := range pagedLists {
			if i == j {
				continue
			}
			got := page(i, ` after: "`+cursors[j]+`"`)
			if got.code() != "INVALID_INPUT" || got.Errors[0].Extensions["field"] != "after" {
				t.Errorf("%s(%s) takes the cursor of %s(%s): %s", list.field, list.filter, other.field, other.filter, got.text)
			}
		}
	}
}
