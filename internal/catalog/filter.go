package catalog

import (
	"cmp"
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
		anyOf(f.BloomLevels, q.Bloom)
}

// normal returns the canonical form of equivalent filters: codes in place of
// ids, and every value once, in order.
func (f QuestionFilter) normal() QuestionFilter {
	return QuestionFilter{
		Topics:       distinct(slugs(KindTopic, f.Topics)),
		Objectives:   distinct(slugs(KindObjective, f.Objectives)),
		Types:        distinct(f.Types),
		Difficulties: distinct(f.Difficulties),
		BloomLevels:  distinct(f.BloomLevels),
	}
}

// list returns a name that invalidates the cursors of other filters.
func (f QuestionFilter) list() string {
	return listName("questions", f.Topics, f.Objectives, texts(f.Types), texts(f.Difficulties), texts(f.BloomLevels))
}

func slugs(kind ContentKind, references []string) []string {
	slugs := make([]string, len(references))
	for i, r := range references {
		slugs[i] = kind.Slug(r)
	}
	return slugs
}

func texts[T ~string](values []T) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return texts
}

func distinct[T cmp.Ordered](values []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

// QuestionPage returns a page of the selected questions, or of all if the
// filter is nil. Its cursors stay valid when the content changes: they denote a
// position in the order of slugs.
func (s *Snapshot) QuestionPage(filter *QuestionFilter, r PageRequest) (Page[*Question], error) {
	questions, list := s.content.Questions, "questions"
	if filter != nil {
		f := filter.normal()
		questions, list = f.Select(questions), f.list()
	}
	slug := func(q *Question) string { return q.Slug }
	place := func(key string) int {
		i, _ := slices.BinarySearchFunc(questions, key, func(q *Question, key string) int {
			return strings.Compare(q.Slug, key)
		})
		return i
	}
	return Paginate(list, questions, slug, place, r)
}
