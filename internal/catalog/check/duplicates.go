package check

import (
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/search"
)

// nearDuplicate is the Jaccard index of two stems' words at which
// the stems count as the same question. Stems that share a pattern, such as
// those asking for the timeboxes of two events, stay below it.
const nearDuplicate = 0.8

// duplicates reports each question whose stem an earlier one nearly has.
func (v *validation) duplicates() {
	ignored := search.FunctionWords()
	stems := make([]map[string]bool, len(v.content.Questions))
	for i, q := range v.content.Questions {
		if q.Status != catalog.Ready {
			continue
		}
		stems[i] = map[string]bool{}
		for _, w := range wordsOf(q.Stem) {
			if !ignored[w] {
				stems[i][singular(w)] = true
			}
		}
		for j := range i {
			if s := jaccard(stems[i], stems[j]); s >= nearDuplicate {
				v.item(catalog.KindQuestion, i).field("stem").report("repeats %s: the stems share %s of their words", v.content.Questions[j].ID(), percent(s))
				break
			}
		}
	}
}

// jaccard returns the size of the intersection over that of the union, and 0
// for two empty sets.
func jaccard(a, b map[string]bool) float64 {
	common := 0
	for w := range a {
		if b[w] {
			common++
		}
	}
	if union := len(a) + len(b) - common; union > 0 {
		return float64(common) / float64(union)
	}
	return 0
}
