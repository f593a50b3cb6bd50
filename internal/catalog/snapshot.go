package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/scrumkb/scrumkb/internal/catalog/markdown"
	"github.com/scrumkb/scrumkb/internal/catalog/search"
	"github.com/scrumkb/scrumkb/internal/fault"
)

// Snapshot is one edition of the published content, linked and indexed. It
// never changes and is safe for concurrent use.
type Snapshot struct {
	revision Revision
	content  Content
	nodes    map[string]Node // by global id, and renamed questions also by their former ones
	retired  map[string]Node
	held     map[string]Node
	search   *search.Index
	pages    searchPages
}

// Build links and indexes an edition. It takes the items over: the caller must
// not use them afterwards. It fails with a [*BrokenError] if references lead
// nowhere.
func Build(edition *Edition) (*Snapshot, error) {
	edition.Content.ApplyDefaults()
	published := *edition.Content
	published.sort()

	l := &linker{nodes: map[string]Node{}, renderer: markdown.New()}
	l.register(&published)
	l.rename(&published, edition.Renamed)
	if err := l.link(&published); err != nil {
		return nil, fmt.Errorf("linking revision %d: %w", edition.Revision.Number, err)
	}
	index, err := search.New(findable(&published))
	if err != nil {
		return nil, fmt.Errorf("indexing content: %w", err)
	}
	pages, err := newSearchPages()
	if err != nil {
		return nil, err
	}
	s := &Snapshot{revision: edition.Revision, content: published, nodes: l.nodes, held: edition.Held, search: index, pages: pages}
	if err := s.retire(edition.Retired, l.renderer); err != nil {
		return nil, fmt.Errorf("linking retired content: %w", err)
	}
	return s, nil
}

// sort puts the lists whose order is not the author's into the order that the
// schema promises.
func (c *Content) sort() {
	c.Terms = slices.SortedStableFunc(slices.Values(c.Terms), func(a, b *Term) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	c.Sources = slices.SortedStableFunc(slices.Values(c.Sources), func(a, b *Source) int {
		return cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
	})
	c.Questions = slices.SortedFunc(slices.Values(c.Questions), func(a, b *Question) int {
		return cmp.Compare(a.Slug, b.Slug)
	})
	place := map[string]int{}
	for _, t := range c.Topics {
		for _, o := range t.Objectives {
			place[o.Code] = len(place)
		}
	}
	c.Lessons = slices.SortedStableFunc(slices.Values(c.Lessons), func(a, b *Lesson) int {
		return cmp.Compare(place[a.ObjectiveCode], place[b.ObjectiveCode])
	})
}

// Revision returns the revision of this edition.
func (s *Snapshot) Revision() Revision { return s.revision }

// Held returns the items of the edition by the ids of their versions, with which
// the next edition need not read them. Take copies: see [CopyOf].
func (s *Snapshot) Held() map[string]Node { return s.held }

// Roles returns all roles in content order.
func (s *Snapshot) Roles() []*Role { return s.content.Roles }

// Certifications returns all certifications in content order.
func (s *Snapshot) Certifications() []*Certification { return s.content.Certifications }

// Topics returns all topics in the blueprint's order.
func (s *Snapshot) Topics() []*Topic { return s.content.Topics }

// Lessons returns all lessons in the order of their objectives.
func (s *Snapshot) Lessons() []*Lesson { return s.content.Lessons }

// Terms returns the glossary in the order of names.
func (s *Snapshot) Terms() []*Term { return s.content.Terms }

// Sources returns all sources in the order of titles.
func (s *Snapshot) Sources() []*Source { return s.content.Sources }

// Questions returns the question bank in the order of slugs.
func (s *Snapshot) Questions() []*Question { return s.content.Questions }

// Quizzes returns all quizzes in content order.
func (s *Snapshot) Quizzes() []*Quiz { return s.content.Quizzes }

// Courses returns all courses in content order.
func (s *Snapshot) Courses() []*Course { return s.content.Courses }

// Node returns the object with the global id, or nil.
func (s *Snapshot) Node(id string) Node { return s.nodes[id] }

// NodeOrRetired returns the object with the global id, also if it is a question
// or a lesson that is no longer published, or nil.
func (s *Snapshot) NodeOrRetired(id string) Node {
	if n := s.nodes[id]; n != nil {
		return n
	}
	return s.retired[id]
}

// RecordID returns the global id by which records know the object with the
// global id: for a renamed question, the first that it had.
func (s *Snapshot) RecordID(id string) string {
	if q, ok := s.nodes[id].(*Question); ok {
		return KindQuestion.ID(q.Origin())
	}
	return id
}

// maxNodes limits one look-up of nodes, like a page of a list.
const maxNodes = maxPageSize

// Nodes returns the objects with the global ids in the same order, with nil
// for unknown ids. It fails with fault.InvalidInput for more than 100 ids.
func (s *Snapshot) Nodes(ids []string) ([]Node, error) {
	if len(ids) > maxNodes {
		return nil, fault.Invalid("ids", "at most %[2]d ids can be looked up at once, not %[1]d", len(ids), maxNodes)
	}
	nodes := make([]Node, 0, len(ids))
	for _, id := range ids {
		nodes = append(nodes, s.nodes[id])
	}
	return nodes, nil
}

// Role returns the role with the slug, or nil.
func (s *Snapshot) Role(slug string) *Role { return find[*Role](s, KindRole, slug) }

// Certification returns the certification with the slug, or nil.
func (s *Snapshot) Certification(slug string) *Certification {
	return find[*Certification](s, KindCertification, slug)
}

// Topic returns the topic with the code, or nil.
func (s *Snapshot) Topic(code string) *Topic { return find[*Topic](s, KindTopic, code) }

// Objective returns the learning objective with the code, or nil.
func (s *Snapshot) Objective(code string) *LearningObjective {
	return find[*LearningObjective](s, KindObjective, code)
}

// Lesson returns the lesson with the slug, or nil.
func (s *Snapshot) Lesson(slug string) *Lesson { return find[*Lesson](s, KindLesson, slug) }

// Term returns the glossary entry with the slug, or nil.
func (s *Snapshot) Term(slug string) *Term { return find[*Term](s, KindTerm, slug) }

// Source returns the source with the slug, or nil.
func (s *Snapshot) Source(slug string) *Source { return find[*Source](s, KindSource, slug) }

// Question returns the question that has the slug or had it before it was
// renamed, or nil.
func (s *Snapshot) Question(slug string) *Question { return find[*Question](s, KindQuestion, slug) }

// Quiz returns the quiz with the slug, or nil.
func (s *Snapshot) Quiz(slug string) *Quiz { return find[*Quiz](s, KindQuiz, slug) }

// Course returns the course with the slug, or nil.
func (s *Snapshot) Course(slug string) *Course { return find[*Course](s, KindCourse, slug) }

func find[T Node](s *Snapshot, kind ContentKind, slug string) T {
	n, _ := s.nodes[kind.ID(slug)].(T)
	return n
}
