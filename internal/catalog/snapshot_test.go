package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/seed"
)

func embedded(t testing.TB) *catalog.Content {
	t.Helper()
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		t.Fatalf("loading the program's own content:\n%v", err)
	}
	return loaded.Content
}

func build(t testing.TB, content *catalog.Content) *catalog.Snapshot {
	t.Helper()
	s, err := catalog.Build(catalogtest.Edition(content, catalog.Revision{Number: 1, PublishedAt: catalogtest.PublishedAt}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func idsOf[T catalog.Node](nodes []T) []string {
	ids := make([]string, 0, len(nodes))
	for _, n := range nodes {
		ids = append(ids, n.ID())
	}
	return ids
}

// Lists are in the order that the schema promises, whatever the author's.
func TestSnapshotOrder(t *testing.T) {
	for name, rearrange := range map[string]func(*catalog.Content){
		"AsAuthored": func(*catalog.Content) {},
		"Reversed": func(c *catalog.Content) {
			slices.Reverse(c.Terms)
			slices.Reverse(c.Sources)
			slices.Reverse(c.Questions)
			slices.Reverse(c.Lessons)
		},
	} {
		t.Run(name, func(t *testing.T) {
			content := catalogtest.Content(t)
			content.Terms = append(content.Terms, &catalog.Term{Slug: "acceptance", Name: "acceptance", Definition: "A yes.", Citations: content.Terms[0].Citations})
			rearrange(content)
			s := build(t, content)
			for list, tt := range map[string]struct{ want, got []string }{
				"TermsByName":        {[]string{"term/acceptance", "term/increment", "term/timebox"}, idsOf(s.Terms())},
				"SourcesByTitle":     {[]string{"source/article", "source/guide"}, idsOf(s.Sources())},
				"LessonsByObjective": {[]string{"lesson/empiricism", "lesson/artifacts"}, idsOf(s.Lessons())},
				"QuestionsBySlug": {[]string{
					"question/broken-plan", "question/commitments", "question/daily-fifteen", "question/event-order",
					"question/pillars", "question/planning-length", "question/usable-step",
				}, idsOf(s.Questions())},
				"QuestionsOfATopicBySlug": {[]string{
					"question/broken-plan", "question/daily-fifteen", "question/pillars", "question/planning-length",
				}, idsOf(s.Topic("AA1").Questions())},
				"QuestionsOfAnObjectiveBySlug": {[]string{
					"question/broken-plan", "question/daily-fifteen", "question/planning-length",
				}, idsOf(s.Objective("AA1.2").Questions())},
				"TopicsAsAuthored":         {[]string{"topic/AA1", "topic/BB1"}, idsOf(s.Topics())},
				"QuizzesAsAuthored":        {[]string{"quiz/mixed", "quiz/artifacts"}, idsOf(s.Quizzes())},
				"TopicsOfAQuizAsAuthored":  {[]string{"topic/AA1", "topic/BB1"}, idsOf(s.Quiz("mixed").Topics())},
				"CertificationsAsAuthored": {[]string{"certification/cspo", "certification/a-cspo"}, idsOf(s.Role("product-owner").Certifications())},
			} {
				if diff := cmp.Diff(tt.want, tt.got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", list, diff)
				}
			}
		})
	}
}

func TestSnapshotHoldsOnlyWhatIsReady(t *testing.T) {
	for _, status := range []catalog.ContentStatus{catalog.Draft, catalog.Hidden, catalog.Deprecated} {
		t.Run(string(status), func(t *testing.T) {
			content := catalogtest.Content(t)
			content.Courses = nil // a course needs its lesson and its quiz
			const hidden = "zyxhidden"
			lesson, question, quiz := content.Lessons[1], content.Questions[0], content.Quizzes[0]
			lesson.Status, lesson.Title = status, hidden
			question.Status, question.Stem = status, "Which two "+hidden+"?"
			quiz.Status, quiz.Title = status, hidden
			s := build(t, content)

			for _, id := range []string{lesson.ID(), question.ID(), quiz.ID()} {
				if n := s.Node(id); n != nil {
					t.Errorf("%s is a node", id)
				}
			}
			if s.Lesson(lesson.Slug) != nil || s.Question(question.Slug) != nil || s.Quiz(quiz.Slug) != nil {
				t.Error("it is found by its slug")
			}
			if slices.Contains(s.Lessons(), lesson) || slices.Contains(s.Questions(), question) || slices.Contains(s.Quizzes(), quiz) {
				t.Error("a list contains it")
			}
			o := s.Objective(question.ObjectiveCode)
			if slices.Contains(o.Questions(), question) || slices.Contains(o.Topic().Questions(), question) || slices.Contains(o.Lessons(), lesson) {
				t.Error("its objective refers to it")
			}
			if o.QuestionCount() != len(o.Questions()) || o.Topic().QuestionCount() != len(o.Topic().Questions()) {
				t.Error("a count includes it")
			}
			page, err := s.QuestionPage(nil, catalog.PageRequest{})
			if err != nil || slices.Contains(page.Items, question) || page.Total != len(s.Questions()) {
				t.Errorf("a page of %d has it, %v", page.Total, err)
			}
			if hits, err := found(t, s, hidden, nil); err != nil || len(hits) > 0 {
				t.Errorf("the search finds it: %v, %v", hits, err)
			}
		})
	}
}

func TestNodes(t *testing.T) {
	s := build(t, catalogtest.Content(t))
	nodes, err := s.Nodes([]string{"term/timebox", "term/missing", "", "objective/AA1.1", "term/timebox"})
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, 0, len(nodes))
	for _, n := range nodes {
		if n == nil {
			got = append(got, "nil")
			continue
		}
		got = append(got, n.ID())
	}
	if diff := cmp.Diff([]string{"term/timebox", "nil", "nil", "objective/AA1.1", "term/timebox"}, got); diff != "" {
		t.Errorf("nodes differ (-want +got):\n%s", diff)
	}
	if _, err := s.Nodes(make([]string, 100)); err != nil {
		t.Errorf("100 ids: %v", err)
	}
	if _, err := s.Nodes(make([]string, 101)); fault.CodeOf(err) != fault.InvalidInput {
		t.Errorf("101 ids: %v, want INVALID_INPUT", err)
	}
}

// A look-up by slug finds only objects of its own kind.
func TestLookUpOfOtherKind(t *testing.T) {
	s := build(t, catalogtest.Content(t))
	if s.Quiz("artifacts") == nil || s.Lesson("artifacts") == nil {
		t.Error("a slug shared by two kinds finds both")
	}
	if s.Term("artifacts") != nil || s.Role("cspo") != nil || s.Topic("AA1.1") != nil || s.Term("") != nil || s.Term("../term/increment") != nil {
		t.Error("a missing object is found")
	}
}

func TestEmbeddedContent(t *testing.T) {
	content := embedded(t)
	types := map[catalog.QuestionType]int{}
	perTopic := map[string]int{}
	for _, q := range content.Questions {
		types[q.Type]++
		code, _, _ := strings.Cut(q.ObjectiveCode, ".")
		perTopic[code]++
	}
	s := build(t, content)

	cspo := s.Certification("cspo")
	if cspo == nil {
		t.Fatal("there is no CSPO")
	}
	exact := map[string]struct{ want, got any }{
		"Code":             {"CSPO", cspo.Code},
		"Issuer":           {"Scrum Alliance", cspo.Issuer.Name},
		"IssuerNonProfit":  {true, cspo.Issuer.NonProfit},
		"Open":             {true, cspo.Eligibility.Open},
		"Days":             {2, cspo.Training.Days},
		"ExamRequired":     {false, cspo.Training.ExamRequired},
		"RenewalMonths":    {24, cspo.Renewal.EveryMonths},
		"Fee":              {"100 USD", fmt.Sprintf("%v %s", cspo.Renewal.Fee.Amount, cspo.Renewal.Fee.Currency)},
		"RenewalSteps":     {3, len(cspo.Renewal.Steps)},
		"Steps":            {3, len(cspo.Steps)},
		"Usages":           {5, len(cspo.Usages)},
		"Responsibilities": {5, len(cspo.Role().Responsibilities)},
		"Skills":           {5, len(cspo.Role().Skills)},
		"Topics":           {10, len(s.Topics())},
		"QuestionTypes":    {7, len(types)},
	}
	for name, tt := range exact {
		if tt.want != tt.got {
			t.Errorf("%s: got %v, want %v", name, tt.got, tt.want)
		}
	}
	objectives := 0
	for _, topic := range s.Topics() {
		objectives += len(topic.Objectives)
	}
	atLeast := map[string]struct{ want, got int }{
		"Audiences":  {9, len(cspo.Audiences)},
		"Objectives": {49, objectives},
		"Terms":      {40, len(s.Terms())},
		"Questions":  {60, len(s.Questions())},
		"Quizzes":    {len(s.Topics()) + 1, len(s.Quizzes())},
		"Courses":    {1, len(s.Courses())},
	}
	for name, tt := range atLeast {
		if tt.got < tt.want {
			t.Errorf("%s: %d, want at least %d", name, tt.got, tt.want)
		}
	}
	for _, topic := range s.Topics() {
		if perTopic[topic.Code] < 6 {
			t.Errorf("%s has %d questions, want at least 6", topic.ID(), perTopic[topic.Code])
		}
		if !slices.ContainsFunc(s.Lessons(), func(l *catalog.Lesson) bool { return l.Objective().Topic() == topic }) {
			t.Errorf("%s has no lesson", topic.ID())
		}
	}
}
