package resolvers_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// The result of teach.
const (
	cohortID     = "cohort/01900000-0000-7000-8000-000000000001"
	memberID     = "member/01900000-0000-7000-8000-000000000002"
	membershipID = "membership/01900000-0000-7000-8000-000000000002"
	nobodysID    = "01900000-0000-7000-8000-000000000099"
)

// teach creates a cohort of the trainer with the learner in it, and returns
// its invitation code.
func (s *school) teach(t testing.TB) string {
	t.Helper()
	code := s.ask(t, trainer, `mutation { createCohort(input: { name: "Spring class" }) { cohort { invitationCode } } }`, nil).ok(t).str("createCohort.cohort.invitationCode")
	s.join(t, learner, code, "Anna A.").ok(t)
	return code
}

func (s *school) join(t testing.TB, who, code, name string) answer {
	t.Helper()
	return s.ask(t, who, `mutation ($in: JoinCohortInput!) { joinCohort(input: $in) { membership { id cohortId cohortName name joinedAt archivedAt } } }`,
		map[string]any{"in": map[string]any{"code": code, "name": name}})
}

// record stores statements that a learner has begun attempts.
func (s *school) record(t testing.TB, who string, attempts ...int) {
	t.Helper()
	names, err := xapi.NewNames("https://learn.example.org")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range attempts {
		started := names.Started(xapi.Event{
			Learner: people[who].subject, Source: fmt.Sprint(n), Registration: fmt.Sprint(n),
			At:       opening.Add(time.Duration(s.elapsed.Load()) * time.Millisecond),
			Activity: xapi.Activity{Kind: xapi.Quiz, Path: "quiz/mixed", Name: "A mixed quiz"},
		})
		if err := s.Statements.Put(context.Background(), people[who].subject, []xapi.Statement{started}); err != nil {
			t.Fatal(err)
		}
	}
}

// struggle enrols a learner and fails a practice session.
func (s *school) struggle(t testing.TB, who string) {
	t.Helper()
	s.ask(t, who, `mutation { enroll(input: { course: "basics" }) { progress { state } } }`, nil).ok(t)
	id := s.begin(t, who, `practice: { mode: TOPIC, objective: "BB1.1", questions: 2 }`)
	s.answers(t, who, id, 1, map[string]any{"order": []string{"event-order.c", "event-order.b", "event-order.a"}}, nil)
	s.answers(t, who, id, 1, map[string]any{"text": "nothing"}, nil)
	s.answers(t, who, id, 1, map[string]any{"pairs": []map[string]string{{"prompt": "commitments.p1", "option": "commitments.a"}}}, nil)
	s.ask(t, who, `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { state } } }`, map[string]any{"id": id}).ok(t)
}

const wholeCohort = `{ id name invitationCode trainerIds createdAt archivedAt
	members { totalCount edges { cursor node { id name joinedAt
		courses { course { slug } state percent completedUnits requiredUnits nextUnit { id } enrolledAt completedAt lastActiveAt }
		weakestObjectives { objective { code } level points answered percentRight } stuck { code course { slug } text since } } }
		nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
	weakestObjectives { objective { code } members points answered percentRight } stuck { id }
	xapiStatements { edges { cursor node { id verb timestamp storedAt statement member { id name } } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`

// ofCohort calls each field of rule tutors with the cohort $id and, if the
// field concerns one, its member $member.
var ofCohort = map[string]string{
	"Query.cohort":                 `query ($id: ID!) { cohort(id: $id) ` + wholeCohort + ` }`,
	"Node.Cohort":                  `query ($id: ID!) { node(id: $id) { id ... on Cohort ` + wholeCohort + ` } nodes(ids: [$id]) { id } }`,
	"Node.CohortMember":            `query ($member: ID!) { node(id: $member) { id ... on CohortMember { name } } nodes(ids: [$member]) { id } }`,
	"Mutation.renewInvitation":     `mutation ($id: ID!) { renewInvitation(input: { cohortId: $id }) { cohort { id } } }`,
	"Mutation.addCohortTrainer":    `mutation ($id: ID!) { addCohortTrainer(input: { cohortId: $id, trainerId: "tom" }) { cohort { id } } }`,
	"Mutation.removeCohortTrainer": `mutation ($id: ID!) { removeCohortTrainer(input: { cohortId: $id, trainerId: "tess" }) { cohort { id } } }`,
	"Mutation.removeCohortMember":  `mutation ($id: ID!, $member: ID!) { removeCohortMember(input: { cohortId: $id, memberId: $member }) { cohort { id } } }`,
	"Mutation.waiveUnit":           `mutation ($member: ID!) { waiveUnit(input: { memberId: $member, course: "basics", unit: "read", reason: EQUIVALENT }) { member { id } } }`,
	"Mutation.archiveCohort":       `mutation ($id: ID!) { archiveCohort(input: { cohortId: $id }) { cohort { id } } }`,
}

func TestOnlyTrainersReachACohort(t *testing.T) {
	for name, document := range ofCohort {
		t.Run(name, func(t *testing.T) {
			s := newSchool(t, catalogtest.Library(t), schoolOptions{})
			s.teach(t)
			s.record(t, learner, 1)
			s.struggle(t, learner)
			s.pass(20 * 24 * time.Hour)
			about := func(id, member string) map[string]any {
				all := map[string]any{"id": id, "member": member}
				for name := range all {
					if !strings.Contains(document, "$"+name) {
						delete(all, name)
					}
				}
				return all
			}
			whole := func() string {
				return s.ask(t, trainer, `{ cohort(id: "`+cohortID+`") `+wholeCohort+` }`, nil).ok(t).text
			}
			before := whole()
			if !strings.Contains(before, "INACTIVE") || !strings.Contains(before, `"points"`) || !strings.Contains(before, "initialized") {
				t.Fatalf("the cohort has too little to hide: %s", before)
			}
			writes := s.engine.Writes()
			for _, who := range []string{anonymous, learner, otherLearner, otherTrainer} {
				theirs := s.ask(t, who, document, about(cohortID, memberID))
				for what, other := range map[string]map[string]any{
					"missing": about("cohort/"+nobodysID, "member/"+nobodysID),
					"garbage": about("nothing", "nothing"),
					"swapped": about(memberID, cohortID),
				} {
					if what == "swapped" && strings.HasPrefix(name, "Node.") {
						continue // the id without its kind is an id as well
					}
					if got := s.ask(t, who, document, other); got.text != theirs.text {
						t.Errorf("%s can distinguish another's cohort from a %s one:\n%s\n%s", who, what, theirs.text, got.text)
					}
				}
				if strings.Contains(theirs.text, "01900000") || strings.Contains(theirs.text, "Spring") || strings.Contains(theirs.text, "Anna") || strings.Contains(theirs.text, "basics") {
					t.Errorf("%s learns about the cohort: %s", who, theirs.text)
				}
				want := map[string]string{anonymous: "UNAUTHENTICATED", learner: "FORBIDDEN", otherLearner: "FORBIDDEN", otherTrainer: "NOT_FOUND"}[who]
				if strings.HasPrefix(name, "Node.") || name == "Query.cohort" && who == otherTrainer {
					want = ""
				}
				if theirs.code() != want {
					t.Errorf("%s gets %q, want %q: %s", who, theirs.code(), want, theirs.text)
				}
			}
			if s.engine.Writes() != writes || whole() != before {
				t.Error("others have changed the cohort")
			}
			if got := s.ask(t, trainer, document, about(cohortID, memberID)); got.code() != "" && got.code() != "CONFLICT" {
				t.Errorf("the trainer: %s", got.text)
			}
		})
	}
}

func TestMembershipBelongsToItsLearner(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	s.teach(t)
	const document = `{ node(id: "` + membershipID + `") { id ... on CohortMembership { cohortName name } } }`
	if got := s.ask(t, learner, document, nil).ok(t); got.str("node.name") != "Anna A." {
		t.Errorf("the learner: %s", got.text)
	}
	for _, who := range []string{anonymous, otherLearner, trainer, otherTrainer} {
		if got := s.ask(t, who, document, nil).ok(t); got.at("node") != nil {
			t.Errorf("%s: %s", who, got.text)
		}
	}
	if got := s.ask(t, otherLearner, `{ viewer { cohorts { id } } }`, nil).ok(t); got.at("viewer.cohorts.0") != nil {
		t.Errorf("another's: %s", got.text)
	}
}

func TestFormerMembersAreInvisible(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	code := s.teach(t)
	s.join(t, otherLearner, code, "Ben").ok(t)
	s.record(t, learner, 1, 2)
	s.record(t, otherLearner, 1)
	s.pass(time.Minute)
	seen := func(path string) (names []string) {
		got := s.ask(t, trainer, `{ cohort(id: "`+cohortID+`") { members { nodes { name } } xapiStatements { nodes { member { name } } } } }`, nil).ok(t)
		list, _ := got.at("cohort." + path + ".nodes").([]any)
		for i := range list {
			names = append(names, got.str(fmt.Sprintf("cohort.%s.nodes.%d.name", path, i))+got.str(fmt.Sprintf("cohort.%s.nodes.%d.member.name", path, i)))
		}
		slices.Sort(names)
		return slices.Compact(names)
	}
	if got := seen("members"); !slices.Equal(got, []string{"Anna A.", "Ben"}) || !slices.Equal(seen("xapiStatements"), got) {
		t.Errorf("before: %q and %q", got, seen("xapiStatements"))
	}
	const leave = `mutation { leaveCohort(input: { cohortId: "` + cohortID + `" }) { viewer { cohorts { id } } } }`
	for range 2 {
		if got := s.ask(t, learner, leave, nil).ok(t); got.at("leaveCohort.viewer.cohorts.0") != nil {
			t.Errorf("left: %s", got.text)
		}
	}
	if got := seen("members"); !slices.Equal(got, []string{"Ben"}) || !slices.Equal(seen("xapiStatements"), got) {
		t.Errorf("after: %q and %q", got, seen("xapiStatements"))
	}
	if got := s.ask(t, trainer, `{ node(id: "`+memberID+`") { id } }`, nil).ok(t); got.at("node") != nil {
		t.Errorf("the member's id: %s", got.text)
	}
	if got := s.ask(t, learner, `{ viewer { xapiStatements { nodes { id } } } }`, nil).ok(t); got.at("viewer.xapiStatements.nodes.1") == nil {
		t.Errorf("the learner's own statements: %s", got.text)
	}
}

func TestTrainersShareACohort(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	s.teach(t)
	add := `mutation { addCohortTrainer(input: { cohortId: "` + cohortID + `", trainerId: "tom" }) { cohort { trainerIds } } }`
	remove := `mutation ($t: ID!) { removeCohortTrainer(input: { cohortId: "` + cohortID + `", trainerId: $t }) { cohort { trainerIds } } }`
	s.ask(t, trainer, remove, map[string]any{"t": "tess"}).refused(t, "CONFLICT")
	s.ask(t, trainer, add, nil).ok(t)
	if got := s.ask(t, otherTrainer, `{ cohorts { name trainerIds members { nodes { name } } } }`, nil).ok(t); got.str("cohorts.0.members.nodes.0.name") != "Anna A." {
		t.Errorf("the other trainer: %s", got.text)
	}
	if got := s.ask(t, trainer, remove, map[string]any{"t": "tess"}).ok(t); got.at("removeCohortTrainer.cohort") != nil {
		t.Errorf("a trainer who has removed themselves: %s", got.text)
	}
	if got := s.ask(t, trainer, `{ cohorts { id } cohort(id: "`+cohortID+`") { id } }`, nil).ok(t); got.at("cohorts.0") != nil || got.at("cohort") != nil {
		t.Errorf("afterwards: %s", got.text)
	}
	// Being on a cohort's list of trainers does not give a learner the role.
	s.ask(t, otherTrainer, `mutation { addCohortTrainer(input: { cohortId: "`+cohortID+`", trainerId: "ben" }) { cohort { id } } }`, nil).ok(t)
	if got := s.ask(t, otherLearner, `{ node(id: "`+cohortID+`") { id } }`, nil).ok(t); got.at("node") != nil {
		t.Errorf("a learner among the trainers: %s", got.text)
	}
}

func TestWaiveUnit(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	s.teach(t)
	waive := func(course, unit, note string) answer {
		t.Helper()
		return s.ask(t, trainer, `mutation ($in: WaiveUnitInput!) { waiveUnit(input: $in) { member { courses { completedUnits state } } } }`, map[string]any{
			"in": map[string]any{"memberId": memberID, "course": course, "unit": unit, "reason": "TESTED_OUT", "note": note},
		})
	}
	waive("basics", "read", "").refused(t, "NOT_FOUND") // not enrolled yet
	s.struggle(t, learner)
	waive("nothing", "read", "").refused(t, "NOT_FOUND")
	waive("basics", "nothing", "").refused(t, "INVALID_INPUT")
	waive("basics", "read", strings.Repeat("x", 501)).refused(t, "INVALID_INPUT")
	for range 2 {
		if got := waive("basics", "read", "Shown in class.").ok(t); got.at("waiveUnit.member.courses.0.completedUnits") != 1.0 {
			t.Errorf("waived: %s", got.text)
		}
	}
	got := s.ask(t, learner, `{ viewer { courseProgress(course: "basics") { units { state waiver { reason note } } } } }`, nil).ok(t)
	if got.str("viewer.courseProgress.units.0.state") != "WAIVED" || got.str("viewer.courseProgress.units.0.waiver.note") != "Shown in class." {
		t.Errorf("the learner: %s", got.text)
	}
	s.pass(time.Minute)
	if got := s.ask(t, trainer, `{ cohort(id: "`+cohortID+`") { xapiStatements(first: 100) { nodes { verb } } } }`, nil).ok(t); !strings.Contains(got.text, `"waived"`) {
		t.Errorf("statements: %s", got.text)
	}
}

func TestStatementsPageByPage(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	code := s.teach(t)
	s.join(t, otherLearner, code, "Ben").ok(t)
	for n := range 5 {
		s.record(t, learner, n)
		s.pass(time.Second)
		s.record(t, otherLearner, n)
	}
	s.pass(time.Minute)
	const fields = `(first: $first, after: $after, since: $since) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } }`
	for who, tt := range map[string]struct {
		query, path string
		all, since  int
	}{
		learner: {`query ($first: Int, $after: String, $since: DateTime) { viewer { xapiStatements` + fields + ` } }`, "viewer.xapiStatements", 5, 3},
		trainer: {`query ($first: Int, $after: String, $since: DateTime) { cohort(id: "` + cohortID + `") { xapiStatements` + fields + ` } }`, "cohort.xapiStatements", 10, 7},
	} {
		read := func(variables map[string]any) map[string]bool {
			seen := map[string]bool{}
			for {
				got := s.ask(t, who, tt.query, variables).ok(t)
				edges, _ := got.at(tt.path + ".edges").([]any)
				for i := range edges {
					seen[got.str(fmt.Sprintf("%s.edges.%d.node.id", tt.path, i))] = true
				}
				if got.at(tt.path+".pageInfo.hasNextPage") != true {
					return seen
				}
				variables["after"] = got.str(tt.path + ".pageInfo.endCursor")
			}
		}
		if got := read(map[string]any{"first": 3}); len(got) != tt.all {
			t.Errorf("%s: %d statements, want %d", who, len(got), tt.all)
		}
		if got := read(map[string]any{"first": 2, "since": opening.Add(2 * time.Second).Format(time.RFC3339)}); len(got) != tt.since {
			t.Errorf("%s: %d statements since then, want %d", who, len(got), tt.since)
		}
		s.ask(t, who, tt.query, map[string]any{"after": "garbage"}).refused(t, "INVALID_INPUT")
		s.ask(t, who, tt.query, map[string]any{"first": 101}).refused(t, "INVALID_INPUT")
	}
}

func TestCostOfCohorts(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	s.teach(t)
	s.ask(t, trainer, `{ cohort(id: "`+cohortID+`") { members(first: 100) { edges { cursor node { id name joinedAt courses { course { title } state percent } stuck { code text } weakestObjectives { objective { title } level } } } } weakestObjectives { objective { title } points } stuck { name stuck { text } } xapiStatements(first: 100) { edges { cursor node { id verb timestamp storedAt statement member { name } } } } } }`, nil).ok(t)
	s.ask(t, trainer, `{ cohorts { xapiStatements(first: 1) { nodes { id } } } }`, nil).ok(t)
	s.ask(t, trainer, `{ cohorts { name stuck { name stuck { text } } } }`, nil).ok(t)
	s.ask(t, trainer, `{ cohorts { stuck { id } weakestObjectives { points } } }`, nil).refused(t, "QUERY_TOO_COMPLEX")
	s.ask(t, trainer, `{ cohorts { members(first: 100) { nodes { courses { percent } } } } }`, nil).refused(t, "QUERY_TOO_COMPLEX")
	s.ask(t, trainer, `{ cohorts { a: xapiStatements(first: 1) { nodes { id } } b: xapiStatements(first: 1) { nodes { id } } } }`, nil).refused(t, "QUERY_TOO_COMPLEX")
}
