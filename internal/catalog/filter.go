package catalog

import (
	"slices"
	"strings"
)

// QuestionFilter selects questions that meet all conditions; a condition with
// several values is met by any of them, and an empty one by all questions.
type QuestionFilter struct {
	Topics       []string
	Objectives   []string
	Types        []QuestionType
	Difficulties []Difficulty
	BloomLevels  []BloomLevel
	Tags         []string
}

// Select returns the selected questions in the same order.
func (f QuestionFilter) Select(questions []*Question) []*Question {
	selected := make([]*Question, 0, len(questions))
	for _, q := range questions {
		if f.selects(q) {
			selected = append(selected, q)
		}
	}
	return selected
}

func (f QuestionFilter) selects(q *Question) bool {
	return anyOf(f.Topics, q.objective.topic.Code) &&
		anyOf(f.Objectives, q.ObjectiveCode) &&
		anyOf(f.Types, q.Type) &&
		anyOf(f.Difficulties, q.Difficulty) &&
		anyOf(f.BloomLevels, q.Bloom) &&
		(len(f.Tags) == 0 || slices.ContainsFunc(q.Tags, func(tag string) bool { return slices.Contains(f.Tags, tag) }))
}

// QuestionPage returns a page of the selected questions, or of all if the
// filter is nil. Its cursors stay valid when the content changes: they denote a
// position in the order of slugs.
func (s *Snapshot) QuestionPage(filter *QuestionFilter, r PageRequest) (Page[*Question], error) {
	questions := s.content.Questions
	if filter != nil {
		questions = filter.Select(questions)
	}
	slug := func(q *Question) string { return q.Slug }
	place := func(key string) int {
		i, _ := slices.BinarySearchFunc(questions, key, func(q *Question, key string) int {
			return strings.Compare(q.Slug, key)
		})
		return i
	}
	return Paginate("questions", questions, slug, place, r)
}
