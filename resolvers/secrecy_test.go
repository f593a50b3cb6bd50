package resolvers_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/server/document"
	"github.com/scrumkb/scrumkb/resolvers"
)

// harmless lists, for each type whose Go value contains a key, the fields that
// reveal nothing about the key. A new field of such a type fails
// TestNoPathLeadsToAKey until somebody has classified it.
var harmless = map[string][]string{
	"Question": {
		"id", "slug", "version", "retired", "type", "stem", "instruction", "options", "prompts", "unit",
		"hintCount", "objective", "difficulty", "bloomLevel",
	},
	"Option": {"id", "text"},
	"Prompt": {"id", "text"},
	"Attempt": {
		"id", "quiz", "mode", "number", "state", "startedAt", "deadlineAt", "finishedAt", "secondsLeft",
		"feedbackMode", "answered", "total", "slots", "score",
	},
	"Slot": {
		"number", "question", "reason", "response", "confidence", "revision", "state", "flagged", "hints", "review", "withheld",
	},
	"Response":     {"options", "pairs", "order", "text", "number"},
	"ResponsePair": {"prompt", "option"},
	"Score":        {"marks", "maxMarks", "percent", "passed", "byTopic", "byObjective"},
}

// reviewed is the only type below which keys are revealed: Slot.review returns
// it when the review rule allows it, which TestKeysAreRevealedByTheRule
// checks.
const reviewed = "Review"

// unsuspicious lists fields whose names sound revealing, and why they are not.
var unsuspicious = map[string]string{
	"Response.order": "what the learner answered",
	"Slot.hints":     "those that the learner took",

	"ActivityDay.answers":    "a number of answers",
	"ActivityDay.right":      "a number of answers",
	"ObjectiveMastery.right": "a number of answers",

	"ObjectiveMastery.answers": "a number of answers",
	"PracticeSupply.mistakes":  "a number of questions",
	"Viewer.mistakes":          "questions, without what is right in them",
}

// revealing lists names that only a key, or information about it, would have.
var revealing = []string{
	"accepted", "answer", "answers", "correct", "explanation", "feedback", "fraction", "hints",
	"isCorrect", "key", "match", "missed", "mistakes", "order", "right", "tolerance", "value",
}

func TestNoPathLeadsToAKey(t *testing.T) {
	schema := resolvers.Schema(&resolvers.Root{}).Schema()
	walked := map[string]bool{}
	var walk func(name, path string)
	walk = func(name, path string) {
		if walked[name] {
			return
		}
		walked[name] = true
		for _, possible := range schema.PossibleTypes[name] {
			walk(possible.Name, path)
		}
		allowed, holdsKey := harmless[name]
		for _, f := range schema.Types[name].Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			at := path + "." + f.Name
			if holdsKey && !slices.Contains(allowed, f.Name) {
				t.Errorf("%s: %s contains keys, and this field is not classified as harmless", at, name)
			}
			if slices.Contains(revealing, f.Name) && unsuspicious[name+"."+f.Name] == "" {
				t.Errorf("%s: the name says that it reveals a key", at)
			}
			if f.Type.Name() == reviewed {
				if name != "Slot" || f.Name != "review" {
					t.Errorf("%s: only Slot.review may return reviews", at)
				}
				continue
			}
			walk(f.Type.Name(), at)
		}
	}
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation, schema.Subscription} {
		if root != nil {
			walk(root.Name, root.Name)
		}
	}
	for name := range harmless {
		if !walked[name] {
			t.Errorf("%s is no longer part of the schema", name)
		}
	}
}

const secret = "zyxsecret"

// TestAnswersHoldNoKey marks all parts of keys, queries everything in the
// schema, and looks for the mark.
func TestAnswersHoldNoKey(t *testing.T) {
	content := catalogtest.Content(t)
	for _, q := range content.Questions {
		markKey(q)
	}
	snapshot, err := catalog.Build(catalogtest.Edition(content, catalog.Revision{Number: 1, PublishedAt: catalogtest.PublishedAt}))
	if err != nil {
		t.Fatal(err)
	}
	library := &catalog.Library{}
	library.Publish(snapshot)

	schema := resolvers.Schema(&resolvers.Root{Library: library})
	const plenty = 1 << 30
	h := server.New(server.Config{Schema: schema, Limits: server.Limits{Body: plenty, Document: document.Limits{
		Tokens: plenty, Depth: plenty, Fields: plenty, Aliases: plenty, RootFields: plenty, Complexity: plenty,
	}}}).Handler()

	arguments := map[string][]string{
		"role": {`slug: "product-owner"`}, "certification": {`slug: "cspo"`}, "topic": {`code: "AA1"`},
		"objective": {`code: "AA1.2"`}, "lesson": {`slug: "empiricism"`}, "term": {`slug: "increment"`},
		"source": {`slug: "guide"`}, "quiz": {`slug: "mixed"`}, "course": {`slug: "basics"`},
		"search": {`query: "` + secret + `"`, `query: "sprint", first: 100`},
		"node":   {}, "nodes": {}, "attempt": {}, "cohort": {}, "cohorts": {}, "certificate": {},
	}
	for _, q := range content.Questions {
		arguments["question"] = append(arguments["question"], fmt.Sprintf("slug: %q", q.Slug))
		arguments["node"] = append(arguments["node"], fmt.Sprintf("id: %q", q.ID()))
		arguments["nodes"] = append(arguments["nodes"], fmt.Sprintf("ids: [%q]", q.ID()))
	}
	for _, f := range schema.Schema().Query.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		calls := []string{f.Name}
		if given, ok := arguments[f.Name]; ok {
			calls = calls[:0]
			for _, a := range given {
				calls = append(calls, f.Name+"("+a+")")
			}
		}
		for _, call := range calls {
			query := "{ " + call + everything(schema.Schema(), f.Type.Name(), 4) + " }"
			body, err := json.Marshal(map[string]string{"query": query})
			if err != nil {
				t.Fatal(err)
			}
			got := string(post(t, h, body))
			if !strings.Contains(got, `"data"`) || strings.Contains(got, `"errors"`) {
				t.Fatalf("%s: %s", call, got)
			}
			// The search has no hits, so that its own words are not mistaken
			// for a leak.
			if strings.Contains(got, secret) {
				t.Errorf("%s answers a key", call)
			}
			if strings.Contains(call, secret) && !strings.Contains(got, `"totalCount": 0`) {
				t.Errorf("%s finds a key", call)
			}
		}
	}
}

// suffix is long enough to be feedback of its own.
const suffix = " This sentence holds " + secret + "."

func markKey(q *catalog.Question) {
	q.Explanation += suffix
	for _, o := range q.Options {
		o.Feedback += suffix
		if q.Type == catalog.MultipleResponse && o.Correct {
			o.Missed += suffix
		}
	}
	for _, p := range q.Prompts {
		p.Feedback += suffix
	}
	for _, m := range q.Mistakes {
		m.Feedback += suffix
	}
	for i := range q.Hints {
		q.Hints[i] += suffix
	}
	if len(q.Accepted) > 0 {
		q.Accepted = append(q.Accepted, secret)
	}
}

// required writes the required arguments of a field.
func required(f *ast.FieldDefinition) string {
	var given []string
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil {
			given = append(given, a.Name+`: "x"`)
		}
	}
	if len(given) == 0 {
		return ""
	}
	return "(" + strings.Join(given, ", ") + ")"
}

// everything selects all fields of a type that need no role, and of what they
// lead to in so many levels.
func everything(schema *ast.Schema, name string, levels int) string {
	definition := schema.Types[name]
	if definition.IsLeafType() {
		return ""
	}
	var fields []string
	for _, f := range definition.Fields {
		if f.Directives.ForName("hasRole") != nil {
			continue
		}
		if !strings.HasPrefix(f.Name, "__") && (levels > 1 || schema.Types[f.Type.Name()].IsLeafType()) {
			fields = append(fields, f.Name+required(f)+everything(schema, f.Type.Name(), levels-1))
		}
	}
	if definition.IsAbstractType() {
		for _, possible := range schema.PossibleTypes[name] {
			// Fields of two types with the same name may have different types;
			// aliases keep them apart.
			var own []string
			for _, f := range possible.Fields {
				if !strings.HasPrefix(f.Name, "__") && (levels > 1 || schema.Types[f.Type.Name()].IsLeafType()) {
					own = append(own, strings.ToLower(possible.Name)+"_"+f.Name+": "+f.Name+everything(schema, f.Type.Name(), levels-1))
				}
			}
			if len(own) > 0 {
				fields = append(fields, "... on "+possible.Name+" { "+strings.Join(own, " ")+" }")
			}
		}
	}
	if len(fields) == 0 {
		fields = []string{"__typename"}
	}
	return " { " + strings.Join(fields, " ") + " }"
}
