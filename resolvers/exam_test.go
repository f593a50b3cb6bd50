package resolvers_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/server/document"
	"github.com/scrumkb/scrumkb/seed"
)

var unlimited = server.Limits{Body: 1 << 30, Document: document.Limits{
	Tokens: 1 << 30, Depth: 1 << 30, Fields: 1 << 30, Aliases: 1 << 30, RootFields: 1 << 30, Complexity: 1 << 30,
}}

// publish returns a library of the content.
func publish(t testing.TB, content *catalog.Content) *catalog.Library {
	t.Helper()
	snapshot, err := catalog.Build(catalogtest.Edition(content, catalog.Revision{Number: 1, PublishedAt: catalogtest.PublishedAt}))
	if err != nil {
		t.Fatal(err)
	}
	library := &catalog.Library{}
	library.Publish(snapshot)
	return library
}

// marked is the test content with marks in its keys and hints.
func marked(t testing.TB) *catalog.Library {
	t.Helper()
	content := catalogtest.Content(t)
	for _, q := range content.Questions {
		markKey(q)
	}
	return publish(t, content)
}

// TestLongExam reads an attempt of 80 slots within the limits for requests.
func TestLongExam(t *testing.T) {
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := newSchool(t, publish(t, loaded.Content), schoolOptions{})
	id := s.begin(t, learner, `practice: { mode: EXAM_SIMULATION, questions: 80 }`)
	s.submit(t, id)
	got := s.ask(t, learner, `query ($id: ID!) { attempt(id: $id) { id quiz { id slug title } mode number state startedAt deadlineAt finishedAt secondsLeft feedbackMode answered total
		slots { number reason { code text } confidence revision state flagged hints
			question { id slug version type stem instruction options { id text } prompts { id text } unit hintCount objective { code title topic { code title } } difficulty bloomLevel }
			response { options { id text } pairs { prompt { id } option { id } } order { id text } text number }
			review { fraction marks maxMarks scheme counts { options correct picked wrong }
				options { option { id } picked correct feedback } prompts { prompt { id } picked { id } right { id } correct feedback }
				places { given { id } right { id } correct } accepted number { value tolerance unit } feedback explanation
				citations { section verifiedAt source { slug title url } } } }
		score { marks maxMarks percent passed byTopic { topic { code title } marks maxMarks percent } byObjective { objective { code title } marks maxMarks percent } } } }`,
		map[string]any{"id": id}).ok(t)
	if got.at("attempt.slots.79.review.explanation") == nil {
		t.Errorf("the last slot has no review: %.300s", got.text)
	}

	s.ask(t, learner, `{ viewer { attempts(first: 100) { nodes { slots { question { options { id text } prompts { id text } } } } } } }`, nil).refused(t, "QUERY_TOO_COMPLEX")
	s.ask(t, learner, `{ viewer { attempts(first: 100) { nodes { id state startedAt score { percent } } } } }`, nil).ok(t)
}
