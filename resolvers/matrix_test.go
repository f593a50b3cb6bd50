package resolvers_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/resolvers"
)

// access says who gets an answer from a field.
type access string

const (
	public  access = "everybody"
	callers access = "every caller, about themselves"
	owner   access = "the learner whose record it is"
	guests  access = "guests, about themselves"
	teacher access = "every trainer, about themselves"
	tutors  access = "the trainers of the cohort"
	member  access = "the learner whose membership it is"
	staff   access = "trainers"
)

// rules has a rule for each field of the three root types, and for each type
// that node(id) returns. A new one without a rule fails TestAccess.
var rules = map[string]access{
	"Query.attempt": owner, "Query.certificate": public, "Query.certification": public, "Query.certifications": public,
	"Query.contentRevision": public, "Query.course": public, "Query.courses": public, "Query.lesson": public,
	"Query.lessons": public, "Query.node": public, "Query.nodes": public, "Query.objective": public,
	"Query.question": public, "Query.questions": public, "Query.quiz": public, "Query.quizzes": public,
	"Query.role": public, "Query.roles": public, "Query.search": public, "Query.server": public, "Query.source": public,
	"Query.sources": public, "Query.term": public, "Query.terms": public, "Query.topic": public,
	"Query.topics": public, "Query.viewer": callers,

	"Mutation.answerQuestion": owner, "Mutation.flagQuestion": owner, "Mutation.renewGuestSession": guests,
	"Mutation.startAttempt": callers, "Mutation.startGuestSession": public, "Mutation.submitAttempt": owner,
	"Mutation.takeHint": owner, "Mutation.abandonAttempt": owner, "Mutation.setBookmark": callers, "Mutation.removeBookmark": callers,

	"Mutation.revokeCertificate":         staff,
	"Mutation.completeCertificationStep": callers, "Mutation.deleteMyData": callers, "Mutation.logSeu": callers,
	"Mutation.recordCertificationEarned": callers, "Mutation.recordRenewal": callers, "Mutation.removeSeu": callers,
	"Mutation.undoCertificationEarned": callers, "Mutation.undoRenewal": callers,
	"Mutation.markNoticesRead": callers, "Mutation.updateProfile": callers,

	"Mutation.completeReading": callers, "Mutation.completeUnit": callers, "Mutation.enroll": callers,
	"Mutation.upgradeCourse": callers,

	"Query.cohort": tutors, "Query.cohorts": teacher, "Mutation.addCohortTrainer": tutors, "Mutation.archiveCohort": tutors,
	"Mutation.createCohort": teacher, "Mutation.joinCohort": callers, "Mutation.leaveCohort": callers,
	"Mutation.removeCohortMember": tutors, "Mutation.removeCohortTrainer": tutors, "Mutation.renewInvitation": tutors, "Mutation.waiveUnit": tutors,
	"Node.Cohort": tutors, "Node.CohortMember": tutors, "Node.CohortMembership": member,

	"Subscription.attemptUpdated": owner, "Subscription.courseProgressUpdated": callers, "Subscription.contentPublished": public,

	"Node.Attempt": owner, "Node.Audience": public, "Node.Benefit": public, "Node.Certificate": public, "Node.Certification": public,
	"Node.CertificationStep": public, "Node.Course": public, "Node.LearningObjective": public,
	"Node.Lesson": public, "Node.Question": public, "Node.Quiz": public, "Node.Responsibility": public,
	"Node.Role": public, "Node.Skill": public, "Node.Source": public, "Node.Term": public,
	"Node.Topic": public, "Node.Usage": public,
}

// owned calls each field of rule owner with the attempt $id.
var owned = map[string]string{
	"Query.attempt":           `query ($id: ID!) { attempt(id: $id) { id state } }`,
	"Node.Attempt":            `query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }`,
	"Mutation.answerQuestion": `mutation ($id: ID!) { answerQuestion(input: { attemptId: $id, slot: 1, response: { text: "x" } }) { attempt { id } } }`,
	"Mutation.flagQuestion":   `mutation ($id: ID!) { flagQuestion(input: { attemptId: $id, slot: 1, flagged: true }) { attempt { id } } }`,
	"Mutation.takeHint":       `mutation ($id: ID!) { takeHint(input: { attemptId: $id, slot: 1, number: 1 }) { attempt { id } } }`,
	"Mutation.abandonAttempt": `mutation ($id: ID!) { abandonAttempt(input: { attemptId: $id }) { attempt { id } } }`,
	"Mutation.submitAttempt":  `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { id } } }`,
}

func TestEveryFieldHasAnAccessRule(t *testing.T) {
	schema := resolvers.Schema(&resolvers.Root{}).Schema()
	there := map[string]*ast.FieldDefinition{}
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation, schema.Subscription} {
		for _, f := range root.Fields {
			if !strings.HasPrefix(f.Name, "__") {
				there[root.Name+"."+f.Name] = f
			}
		}
	}
	for _, possible := range schema.PossibleTypes["Node"] {
		there["Node."+possible.Name] = nil
	}
	for name, f := range there {
		rule, ok := rules[name]
		if !ok {
			t.Errorf("%s has no access rule", name)
		}
		// The schema shows which fields are guarded.
		guarded := f != nil && f.Directives.ForName("hasRole") != nil
		needsGuard := slices.Contains([]access{owner, guests, teacher, tutors, staff}, rule) || rule == callers && name != "Query.viewer"
		if f != nil && guarded != needsGuard {
			t.Errorf("%s: @hasRole = %t, but the rule is %q", name, guarded, rule)
		}
		if _, tested := owned[name]; rule == owner && !tested && name != "Subscription.attemptUpdated" {
			t.Errorf("%s belongs to its owner, but no call of it is tested", name)
		}
		if _, tested := ofCohort[name]; rule == tutors && !tested {
			t.Errorf("%s is for the trainers of a cohort, but no call of it is tested", name)
		}
	}
	for name := range rules {
		if _, ok := there[name]; !ok {
			t.Errorf("%s is no longer part of the schema", name)
		}
	}
}

// uncached are fields that are open to everybody but depend on the caller, or
// that are not content.
var uncached = []string{"Query.node", "Query.nodes", "Query.certificate"}

func TestPublicFieldsAreCached(t *testing.T) {
	schema := resolvers.Schema(&resolvers.Root{}).Schema()
	for _, f := range schema.Query.Fields {
		name := "Query." + f.Name
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		want := rules[name] == public && !slices.Contains(uncached, name)
		if got := scopeOf(f) == "PUBLIC"; got != want {
			t.Errorf("%s: @cacheControl(scope: PUBLIC) = %t, want %t", name, got, want)
		}
	}
}

// scopeOf returns the scope in the field's @cacheControl, or "" if it has none.
func scopeOf(f *ast.FieldDefinition) string {
	directive := f.Directives.ForName("cacheControl")
	if directive == nil {
		return ""
	}
	return directive.Arguments.ForName("scope").Value.Raw
}

// Fields with their own resolvers may read the caller. Public content must not
// lead to them, unless they are marked as private.
func TestPublicContentHasNoResolvers(t *testing.T) {
	schema := resolvers.Schema(&resolvers.Root{}).Schema()
	root := reflect.TypeFor[graph.ResolverRoot]()
	// resolves reports whether a field has its own resolver.
	resolves := func(object, field string) bool {
		of, ok := root.MethodByName(object)
		if !ok {
			return false
		}
		resolvers := of.Type.Out(0)
		for i := range resolvers.NumMethod() {
			if strings.EqualFold(resolvers.Method(i).Name, field) {
				return true
			}
		}
		return false
	}
	private := 0
	reached := map[string]bool{}
	var walk func(name, path string)
	walk = func(name, path string) {
		definition := schema.Types[name]
		if reached[name] || definition == nil || len(definition.Fields) == 0 {
			return
		}
		reached[name] = true
		for _, f := range definition.Fields {
			if scopeOf(f) == "PRIVATE" {
				private++
				continue
			}
			if resolves(name, f.Name) {
				t.Errorf("%s leads to %s.%s, which has a resolver of its own", path, name, f.Name)
			}
			walk(f.Type.Name(), path+"."+f.Name)
		}
	}
	for _, f := range schema.Query.Fields {
		if scopeOf(f) == "PUBLIC" {
			walk(f.Type.Name(), f.Name)
		}
	}
	if !reached["Question"] || !reached["CourseUnit"] {
		t.Error("the walk does not reach content")
	}
	if private != 6 || !resolves("Quiz", "viewer") {
		t.Errorf("%d private fields in the content, want those of quizzes, lessons, objectives and courses, and two of revisions", private)
	}
}

// attemptID builds the global id of an attempt. Clients store these ids, so
// the form never changes.
func attemptID(learner, ref string) string {
	owner := sha256.Sum256([]byte("attempt/" + learner))
	return "attempt/" + base64.RawURLEncoding.EncodeToString(append(owner[:12], ref...))
}

func TestOnlyTheOwnerReachesAnAttempt(t *testing.T) {
	missing := attemptID("ben", "mixed/99")
	for name, document := range owned {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, nil)
			id, _ := a.start(t, "anna", "mixed")
			before := a.ask(t, "anna", `query ($id: ID!) { attempt(id: $id) `+attemptFields+` }`, map[string]any{"id": id}).text

			for _, caller := range []string{"", "ben", "tina"} {
				theirs := a.ask(t, caller, document, map[string]any{"id": id})
				nobodys := a.ask(t, caller, document, map[string]any{"id": missing})
				garbage := a.ask(t, caller, document, map[string]any{"id": "nothing"})
				if theirs.text != nobodys.text || theirs.text != garbage.text {
					t.Errorf("%q can distinguish another's attempt from a missing one:\n%s\n%s\n%s", caller, theirs.text, nobodys.text, garbage.text)
				}
				if strings.Contains(theirs.text, id) {
					t.Errorf("%q learns about the attempt: %s", caller, theirs.text)
				}
				if caller == "" && name != "Node.Attempt" && theirs.code() != fault.Unauthenticated {
					t.Errorf("anonymous: %s", theirs.text)
				}
				if caller != "" && strings.HasPrefix(name, "Mutation.") && theirs.code() != fault.NotFound {
					t.Errorf("%q: %s", caller, theirs.text)
				}
			}
			if after := a.ask(t, "anna", `query ($id: ID!) { attempt(id: $id) `+attemptFields+` }`, map[string]any{"id": id}).text; after != before {
				t.Errorf("others have changed the attempt:\n%s\n%s", before, after)
			}
			if got := a.ask(t, "anna", document, map[string]any{"id": id}); got.code() == fault.Unauthenticated || got.code() == fault.Forbidden {
				t.Errorf("the owner: %s", got.text)
			}
		})
	}

	t.Run("Subscription.attemptUpdated", func(t *testing.T) {
		a := newAPI(t, nil)
		id, _ := a.start(t, "anna", "mixed")
		subscriptions := (&resolvers.Root{Library: a.library, Records: a.Records}).Subscription()
		for caller, want := range map[string]fault.Code{"": fault.Unauthenticated, "ben": fault.NotFound, "tina": fault.NotFound} {
			ctx, cancel := context.WithCancel(t.Context())
			known, err := named(ctx, caller)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := subscriptions.AttemptUpdated(known, id); fault.CodeOf(err) != want {
				t.Errorf("%q: %v, want %s", caller, err, want)
			}
			cancel()
		}
	})
}

func TestCallersSeeThemselvesOnly(t *testing.T) {
	a := newAPI(t, nil)
	a.start(t, "anna", "mixed")
	if got := a.ask(t, "", `{ viewer { id attempts { totalCount } } }`, nil); got.at(t, "viewer") != nil {
		t.Errorf("anonymous: %s", got.text)
	}
	for caller, count := range map[string]float64{"anna": 1, "ben": 0, "tina": 0} {
		got := a.ask(t, caller, `{ viewer { id attempts { totalCount } } }`, nil)
		if got.at(t, "viewer.id") != caller || got.at(t, "viewer.attempts.totalCount") != count {
			t.Errorf("%s: %s", caller, got.text)
		}
	}
	if got := a.ask(t, "anna", `mutation { renewGuestSession { token } }`, nil); got.code() != fault.Forbidden {
		t.Errorf("a person renews as a guest: %s", got.text)
	}
	if got := a.ask(t, "mallory", `{ roles { slug } }`, nil); got.code() != fault.Unauthenticated || got.Errs[0].Message != identity.RefusedMessage {
		t.Errorf("a bad token for public content: %s", got.text)
	}
}

// TestKeysAreRevealedByTheRule marks all keys, and looks for the mark in every
// answer and log line before the learner may see it.
func TestKeysAreRevealedByTheRule(t *testing.T) {
	mark := func(c *catalog.Content) {
		everyType(c)
		for _, q := range c.Questions {
			markKey(q)
		}
	}
	for _, quizSlug := range []string{"mixed", "artifacts"} { // DEFERRED, IMMEDIATE
		t.Run(quizSlug, func(t *testing.T) {
			a := newAPI(t, mark)
			id, slots := a.start(t, "anna", quizSlug)
			read := func() string {
				got := a.ask(t, "anna", `query ($id: ID!) { attempt(id: $id) `+attemptFields+` viewer { attempts { nodes `+attemptFields+` } data } }`, map[string]any{"id": id})
				if len(got.Errs) > 0 {
					t.Fatal(got.text) // an answer without data would contain no key either
				}
				return got.text
			}
			silent := func(when, text string) {
				t.Helper()
				if strings.Contains(text, secret) {
					t.Errorf("%s, the key leaks: %.400s", when, text)
				}
			}
			silent("at the start", read())
			for slug, slot := range slots {
				silent("upon a wrong kind of answer to "+slug, a.answer(t, "anna", id, slot, map[string]any{"number": 1e300, "text": secret[:3]}, nil).text)
			}
			answered := ""
			if slot, ok := slots["broken-plan"]; ok {
				a.answer(t, "anna", id, slot, map[string]any{"options": []string{"broken-plan.a"}}, nil)
				answered = "broken-plan"
			}
			text := read()
			if quizSlug == "mixed" {
				silent("after a deferred answer", text)
			} else if answered != "" && !strings.Contains(text, "nobody."+suffix) {
				t.Errorf("after an immediate answer, its feedback is missing: %.300s", text)
			}
			silent("in the log", a.log.String())
			done := a.ask(t, "anna", `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt `+attemptFields+` } }`, map[string]any{"id": id}).text
			if !strings.Contains(done, secret) {
				t.Errorf("at the end, the explanations are missing: %.300s", done)
			}
			silent("in the log", a.log.String())
		})
	}
}
