package resolvers_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/resolvers"
)

// calls has the arguments of the public fields that need some.
var calls = map[string]string{
	"Query.certificate": `(code: "` + certificateCode + `")`, "Node.Certificate": "certificate/" + certificateCode,

	"Query.certification": `(slug: "cspo")`, "Query.course": `(slug: "basics")`, "Query.lesson": `(slug: "empiricism")`,
	"Query.node": `(id: "term/increment")`, "Query.nodes": `(ids: ["term/increment"])`, "Query.objective": `(code: "AA1.1")`,
	"Query.question": `(slug: "pillars")`, "Query.quiz": `(slug: "mixed")`, "Query.role": `(slug: "product-owner")`,
	"Query.search": `(query: "sprint")`, "Query.source": `(slug: "guide")`, "Query.term": `(slug: "increment")`, "Query.topic": `(code: "AA1")`,

	"Mutation.startGuestSession": ``,

	"Node.Audience": "audience/coders", "Node.Benefit": "benefit/chances", "Node.Certification": "certification/cspo",
	"Node.CertificationStep": "step/attend", "Node.Course": "course/basics", "Node.LearningObjective": "objective/AA1.1",
	"Node.Lesson": "lesson/empiricism", "Node.Question": "question/pillars", "Node.Quiz": "quiz/mixed",
	"Node.Responsibility": "responsibility/orders-backlog", "Node.Role": "role/product-owner", "Node.Skill": "skill/facilitation",
	"Node.Source": "source/guide", "Node.Term": "term/increment", "Node.Topic": "topic/AA1", "Node.Usage": "usage/lead-teams",
}

// TestPublicFieldsAnswerEverybody queries each public field as every kind of
// caller. It must return something, and the same to all of them.
func TestPublicFieldsAnswerEverybody(t *testing.T) {
	schema := resolvers.Schema(&resolvers.Root{}).Schema()
	s := newSchool(t, catalogtest.Library(t), schoolOptions{tokenClock: time.Now})
	certify(t, s.Certificates)
	web := httptest.NewServer(s.handler)
	t.Cleanup(web.Close)
	for name, rule := range rules {
		if rule != public {
			continue
		}
		t.Run(name, func(t *testing.T) {
			root, field, _ := strings.Cut(name, ".")
			query := `{ node(id: "` + calls[name] + `") { __typename id } }`
			if root != "Node" {
				selection := ""
				if !schema.Types[schema.Types[root].Fields.ForName(field).Type.Name()].IsLeafType() {
					selection = " { __typename }"
				}
				query = strings.ToLower(root) + " { " + field + calls[name] + selection + " }"
			}
			var first string
			for _, who := range []string{anonymous, learner, trainer} {
				var got answer
				if root == "Subscription" {
					got = overSSE(t, web.URL, s.token(t, who), payload(t, query, "")).hear(t).ok(t)
				} else {
					got = s.ask(t, who, query, nil).ok(t)
				}
				if root == "Node" {
					if got.str("node.__typename") != field {
						t.Errorf("%s gets %s, want a %s", who, got.text, field)
					}
				} else if got.at(field) == nil {
					t.Errorf("%s gets nothing: %s", who, got.text)
				}
				if first == "" {
					first = got.text
				}
				if got.text != first {
					t.Errorf("%s gets a different answer: %s", who, got.text)
				}
			}
		})
	}
}
