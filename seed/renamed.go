package seed

import (
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/catalog/check"
)

// reused returns what in the files would let a question go under a number that
// another question had: learners' records know questions by their numbers.
func (l *Loaded) reused(newest *archive.Edition) Mistakes {
	entries := map[string]archive.Entry{}
	for _, e := range newest.Entries {
		entries[e.ID] = e
	}
	retired := map[string]*catalog.Question{}
	for _, q := range newest.Retired.Questions {
		retired[q.Slug] = q
	}
	var problems []check.Problem
	report := func(i int, path, message string) {
		problems = append(problems, check.Problem{Kind: catalog.KindQuestion, Index: i, Path: path, Message: message})
	}
	for i, q := range l.Content.Questions {
		if i >= len(l.items[catalog.KindQuestion]) {
			break
		}
		stored, exists := entries[q.ID()]
		next, renamed := newest.Renamed[q.Slug]
		before := retired[q.Slug]
		switch {
		case renamed:
			report(i, "slug", "this was the number of "+catalog.KindQuestion.ID(next)+"; give the question a new one")
		case q.Was != "" && exists && stored.Was == "" && entries[catalog.KindQuestion.ID(q.Was)].ID != "":
			report(i, "was", q.ID()+" is published already as another question than "+catalog.KindQuestion.ID(q.Was))
		case before != nil && (before.ObjectiveCode != q.ObjectiveCode || before.Type != q.Type):
			report(i, "slug", "this was the number of a question of another objective or type, which is retired; give the question a new one")
		}
	}
	return l.locate(problems)
}
