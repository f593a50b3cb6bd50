package catalog_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/seed"
)

func TestExplore(t *testing.T) {
	l, err := seed.Load(os.DirFS("/tmp/explore/seed/content"), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := catalog.Build(l.Content, catalog.Revision{Number: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"product goal", "who can cancel a sprint", "renewal fee", "SEU", "definition of done", "prodcut gaol", "sprint", "product owner", "PO1.3", "PO1", "daily scrum", "CSPO", "cspo renewal", "how long is the training", "exam", "backlog refinement", "velocity", "definiton of done", "stakeholder", "what does a product owner do", "timebox", "A-CSPO", "retrospektive", "scrum mastr", "mvp", "increment", "how to become a product owner", "benefits of certification", "sprint goal", "prod", "dod", "sprint plan", "scrum allianc", "scrum guide", "who orders the product backlog", "is there an exam", "cost"} {
		hits, err := s.Search(t.Context(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("== %s (%d)\n", q, len(hits))
		for _, h := range hits[:min(6, len(hits))] {
			title := h.Title
			if len(title) > 70 {
				title = title[:70]
			}
			fmt.Printf("   %.3f %s — %s\n", h.Score, h.Node.ID(), title)
		}
	}
	fmt.Println(len(s.Terms()), len(s.Questions()), len(s.Lessons()))
}
