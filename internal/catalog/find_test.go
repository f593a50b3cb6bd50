package catalog_test

import (
	"errors"
	"html"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/fault"
)

// found returns all hits of a search.
func found(t testing.TB, s *catalog.Snapshot, text string, kinds []catalog.ContentKind) ([]*catalog.Hit, error) {
	t.Helper()
	most := 100
	request := catalog.PageRequest{First: &most}
	var hits []*catalog.Hit
	for {
		page, err := s.SearchPage(text, kinds, request)
		if err != nil {
			return nil, err
		}
		hits = append(hits, page.Items...)
		if !page.HasNext {
			return hits, nil
		}
		request.After = &page.Cursors[len(page.Cursors)-1]
	}
}

// TestSearchRanking searches as learners do. Each case names the node that
// must be among the first hits.
func TestSearchRanking(t *testing.T) {
	s := build(t, embedded(t))
	tests := map[string]struct {
		query  string
		want   string
		within int
	}{
		"Term":                  {"product goal", "term/product-goal", 1},
		"TermAmongLongerNames":  {"sprint", "term/sprint", 1},
		"TermInCapitals":        {"DAILY SCRUM", "term/daily-scrum", 1},
		"TermWithPunctuation":   {"  \"Definition of Done\"? ", "term/definition-of-done", 1},
		"TermInThePlural":       {"stakeholders", "term/stakeholder", 1},
		"Abbreviation":          {"SEU", "term/scrum-education-unit", 1},
		"AbbreviationInSmall":   {"dod", "term/definition-of-done", 1},
		"Role":                  {"product owner", "role/product-owner", 1},
		"RoleInAQuestion":       {"what does a product owner do", "role/product-owner", 3},
		"Certification":         {"cspo", "certification/cspo", 2},
		"CertificationByCode":   {"A-CSPO", "certification/a-cspo", 1},
		"TopicByCode":           {"PO1", "topic/PO1", 1},
		"ObjectiveByCode":       {"PO1.3", "objective/PO1.3", 1},
		"Source":                {"scrum guide", "source/scrum-guide", 1},
		"Question":              {"who can cancel a sprint", "lesson/purpose-of-the-sprint", 3},
		"Money":                 {"renewal fee", "lesson/renewing-the-cspo", 1},
		"Renewal":               {"cspo renewal", "lesson/renewing-the-cspo", 1},
		"OrderingTheBacklog":    {"who orders the product backlog", "lesson/ordering-for-outcomes", 1},
		"AllWordsBeforeSome":    {"backlog refinement", "term/product-backlog-refinement", 2},
		"LetterLeftOut":         {"definiton of done", "term/definition-of-done", 3},
		"LettersSwapped":        {"prodcut gaol", "term/product-goal", 3},
		"LetterChanged":         {"retrospektive", "term/sprint-retrospective", 3},
		"LetterMissingAtTheEnd": {"scrum mastr", "term/scrum-master", 3},
		"LetterTooMany":         {"velocitty", "term/velocity", 3},
		"UnfinishedWord":        {"sprint plan", "term/sprint-planning", 1},
		"UnfinishedOnlyWord":    {"stakeh", "term/stakeholder", 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			hits, err := found(t, s, tt.query, nil)
			if err != nil {
				t.Fatal(err)
			}
			best := make([]string, 0, len(hits))
			for _, h := range hits[:min(len(hits), 8)] {
				best = append(best, h.Node.ID())
			}
			if !slices.Contains(best[:min(len(best), tt.within)], tt.want) {
				t.Errorf("%q leads to %v, want %s among the first %d", tt.query, best, tt.want, tt.within)
			}
		})
	}
}

func TestSearchByKind(t *testing.T) {
	s := build(t, embedded(t))
	all, err := found(t, s, "product goal", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, kinds := range map[string][]catalog.ContentKind{
		"Terms":            {catalog.KindTerm},
		"TermsAndLessons":  {catalog.KindTerm, catalog.KindLesson},
		"QuestionsAndTerm": {catalog.KindQuestion, catalog.KindTerm, catalog.KindTerm},
	} {
		t.Run(name, func(t *testing.T) {
			hits, err := found(t, s, "product goal", kinds)
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for _, h := range all {
				if slices.Contains(kinds, h.Kind) {
					want = append(want, h.Node.ID())
				}
			}
			for _, h := range hits {
				if !slices.Contains(kinds, h.Kind) {
					t.Errorf("found %s, which is a %s", h.Node.ID(), h.Kind)
				}
				got = append(got, h.Node.ID())
			}
			// Without the filter, the search returns only its best 200.
			if diff := cmp.Diff(want, got[:min(len(want), len(got))]); diff != "" {
				t.Errorf("the filter changes the order (-all +filtered):\n%s", diff)
			}
		})
	}
}

func TestSearchIsBounded(t *testing.T) {
	s := build(t, embedded(t))
	hits, err := found(t, s, "scrum product sprint team owner", nil)
	if err != nil || len(hits) != 200 {
		t.Errorf("%d hits, %v; want the best 200", len(hits), err)
	}
	if !slices.IsSortedFunc(hits, func(a, b *catalog.Hit) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	}) {
		t.Error("a better hit comes later")
	}
	page, err := s.SearchPage("scrum product sprint team owner", nil, catalog.PageRequest{})
	if err != nil || len(page.Items) != 20 || page.Total != 200 || !page.HasNext {
		t.Errorf("page of %d, total %d, next %t, %v", len(page.Items), page.Total, page.HasNext, err)
	}
}

// A snapshot caches pages: each request must get its own, in any order.
func TestCachedPagesMatchTheirRequests(t *testing.T) {
	content := embedded(t)
	s := build(t, content)
	two, three := 2, 3
	first, err := build(t, content).SearchPage("product goal", nil, catalog.PageRequest{First: &two})
	if err != nil {
		t.Fatal(err)
	}
	cursor := first.Cursors[1]
	type asked struct {
		text  string
		kinds []catalog.ContentKind
		page  catalog.PageRequest
	}
	seen := map[string]bool{}
	for range 2 {
		for _, a := range []asked{
			{"product goal", nil, catalog.PageRequest{}},
			{"product goal", nil, catalog.PageRequest{First: &two}},
			{"product goal", nil, catalog.PageRequest{Last: &two}},
			{"product goal", nil, catalog.PageRequest{First: &three}},
			{"product goal", nil, catalog.PageRequest{First: &two, After: &cursor}},
			{"product goal", nil, catalog.PageRequest{First: &two, Before: &cursor}},
			{"product goal", []catalog.ContentKind{catalog.KindTerm}, catalog.PageRequest{}},
			{"product goal", []catalog.ContentKind{catalog.KindTerm, catalog.KindLesson}, catalog.PageRequest{}},
			{"product goal", []catalog.ContentKind{catalog.KindLesson, catalog.KindTerm, catalog.KindTerm}, catalog.PageRequest{}},
			{"sprint", nil, catalog.PageRequest{}},
		} {
			got, err := s.SearchPage(a.text, a.kinds, a.page)
			if err != nil {
				t.Fatal(err)
			}
			hits, err := found(t, s, a.text, a.kinds)
			if err != nil {
				t.Fatal(err)
			}
			id := func(h *catalog.Hit) string { return h.Node.ID() }
			all, err := catalog.Paginate("hits", hits, id, nil, catalog.PageRequest{})
			if err != nil {
				t.Fatal(err)
			}
			page := a.page
			if page.After != nil {
				page.After = &all.Cursors[1]
			}
			if page.Before != nil {
				page.Before = &all.Cursors[1]
			}
			want, err := catalog.Paginate("hits", hits, id, nil, page)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Items) != len(want.Items) || got.Total != want.Total || got.HasNext != want.HasNext || got.HasPrevious != want.HasPrevious {
				t.Fatalf("%v: got %v, want %v", a, got.Cursors, want.Cursors)
			}
			for i, hit := range got.Items {
				if w := want.Items[i]; hit.Node != w.Node || hit.Kind != w.Kind || hit.Title != w.Title || hit.Score != w.Score || hit.Snippet() != w.Snippet() {
					t.Errorf("%v: hit %d is %v, want %v", a, i, hit, w)
				}
			}
			seen[strings.Join(got.Cursors, " ")] = true
		}
	}
	if len(seen) != 9 {
		t.Errorf("%d different pages, want 9", len(seen))
	}
}

func TestCursorsBelongToTheirSearch(t *testing.T) {
	s := build(t, embedded(t))
	terms := []catalog.ContentKind{catalog.KindTerm}
	first, err := s.SearchPage("product goal", terms, catalog.PageRequest{})
	if err != nil || len(first.Cursors) == 0 {
		t.Fatalf("%d hits, %v", len(first.Cursors), err)
	}
	after := catalog.PageRequest{After: &first.Cursors[0]}
	if _, err := s.SearchPage("product goal", append(terms, terms...), after); err != nil {
		t.Errorf("the same search: %v", err)
	}
	for text, kinds := range map[string][]catalog.ContentKind{"product goal": nil, "product": terms} {
		_, err := s.SearchPage(text, kinds, after)
		if refused, ok := errors.AsType[*fault.Error](err); !ok || refused.Code != fault.InvalidInput || refused.Field != "after" {
			t.Errorf("%s in %v: %v", text, kinds, err)
		}
	}
}

func TestCursorsBelongToTheirFilter(t *testing.T) {
	s := build(t, embedded(t))
	first, err := s.QuestionPage(&catalog.QuestionFilter{Topics: []string{"PO1", "PO2"}}, catalog.PageRequest{})
	if err != nil || len(first.Cursors) == 0 {
		t.Fatalf("%d questions, %v", len(first.Cursors), err)
	}
	before := catalog.PageRequest{Before: &first.Cursors[0]}
	if _, err := s.QuestionPage(&catalog.QuestionFilter{Topics: []string{"topic/PO2", "PO1", "PO1"}}, before); err != nil {
		t.Errorf("the same filter: %v", err)
	}
	for _, other := range []*catalog.QuestionFilter{
		nil, {}, {Topics: []string{"PO1"}}, {Objectives: []string{"PO1", "PO2"}}, {Topics: []string{"PO1", "PO2"}, Types: []catalog.QuestionType{catalog.Numeric}},
	} {
		_, err := s.QuestionPage(other, before)
		if refused, ok := errors.AsType[*fault.Error](err); !ok || refused.Code != fault.InvalidInput || refused.Field != "before" {
			t.Errorf("%v: %v", other, err)
		}
	}
	all, err := s.QuestionPage(&catalog.QuestionFilter{}, catalog.PageRequest{First: new(1)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.QuestionPage(nil, catalog.PageRequest{After: &all.Cursors[0]}); err != nil {
		t.Errorf("an empty filter differs from none: %v", err)
	}
}

func TestSearchRefuses(t *testing.T) {
	s := build(t, catalogtest.Content(t))
	for name, tt := range map[string]struct {
		query string
		code  fault.Code
	}{
		"Empty":            {"", fault.InvalidInput},
		"Blank":            {" \t\n", fault.InvalidInput},
		"TooLong":          {strings.Repeat("ä", 201), fault.InvalidInput},
		"LongestAllowed":   {strings.Repeat("ä", 200), ""},
		"PunctuationAlone": {"?!*~\"", ""},
		"QueryOperators":   {`title:goal^4 +(NOT "x) AND \ -/`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := found(t, s, tt.query, nil); fault.CodeOf(err) != tt.code {
				t.Errorf("err = %v, want code %q", err, tt.code)
			}
		})
	}
}

func TestConcurrentSearches(t *testing.T) {
	s := build(t, embedded(t))
	ids := func(query string) []string {
		hits, err := found(t, s, query, nil)
		if err != nil {
			t.Error(err)
		}
		got := make([]string, 0, len(hits))
		for _, h := range hits {
			got = append(got, h.Node.ID()+" "+h.Snippet())
		}
		return got
	}
	queries := []string{"product goal", "renewal fee", "definiton of done", "sprint plan"}
	want := map[string][]string{}
	for _, q := range queries {
		want[q] = ids(q)
	}
	var all sync.WaitGroup
	for range 4 {
		for _, q := range queries {
			all.Go(func() {
				for range 5 {
					if diff := cmp.Diff(want[q], ids(q)); diff != "" {
						t.Errorf("%q finds different hits (-before +now):\n%s", q, diff)
					}
				}
			})
		}
	}
	all.Wait()
}

func FuzzSearch(f *testing.F) {
	s := build(f, catalogtest.Content(f))
	for _, query := range []string{"increment", "facil", "İstanbul", "a\x00b", "\xff\xfe", "e\u0301", "🏉 scrum", "*", "<mark>", strings.Repeat("ab ", 60)} {
		f.Add(query, false)
		f.Add(query, true)
	}
	f.Fuzz(func(t *testing.T, query string, terms bool) {
		var kinds []catalog.ContentKind
		if terms {
			kinds = []catalog.ContentKind{catalog.KindTerm}
		}
		hits, err := found(t, s, query, kinds)
		if err != nil {
			if fault.CodeOf(err) != fault.InvalidInput {
				t.Fatalf("err = %v", err)
			}
			return
		}
		for _, h := range hits {
			if terms && h.Kind != catalog.KindTerm {
				t.Errorf("found %s, which is not a term", h.Node.ID())
			}
			if s.Node(h.Node.ID()) != h.Node {
				t.Errorf("found %s, which is not in the snapshot", h.Node.ID())
			}
			plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(h.Snippet())
			if strings.ContainsAny(plain, "<>") || !utf8.ValidString(html.UnescapeString(plain)) {
				t.Errorf("the snippet is not escaped: %q", h.Snippet())
			}
		}
	})
}
