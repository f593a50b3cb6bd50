package catalog

import (
	"strings"

	"github.com/scrumkb/scrumkb/internal/catalog/markdown"
)

// EarlierQuestion returns a copy of an earlier version of a question, linked to
// this edition. A missing objective or source gets a placeholder, so that old
// records still say what they were about.
func (s *Snapshot) EarlierQuestion(stored *Question) *Question {
	q := *stored
	q.retired = s.Question(q.Slug) == nil
	q.Tags = orEmpty(q.Tags)
	q.objective = s.objectiveOrStandIn(q.ObjectiveCode)
	q.Options = make([]*Option, 0, len(stored.Options))
	for _, o := range stored.Options {
		option := *o
		q.Options = append(q.Options, &option)
	}
	q.Prompts = make([]*Prompt, 0, len(stored.Prompts))
	for _, p := range stored.Prompts {
		prompt := *p
		q.Prompts = append(q.Prompts, &prompt)
	}
	q.name()
	q.Citations = make([]*Citation, 0, len(stored.Citations))
	for _, c := range stored.Citations {
		citation := *c
		citation.source = s.sourceOrStandIn(c.SourceSlug)
		q.Citations = append(q.Citations, &citation)
	}
	return &q
}

func (s *Snapshot) sourceOrStandIn(slug string) *Source {
	if source := s.Source(slug); source != nil {
		return source
	}
	if source, ok := s.retired[KindSource.ID(slug)].(*Source); ok {
		return source
	}
	return &Source{Slug: slug, Title: slug}
}

// retire links what is no longer published, in this order.
func (s *Snapshot) retire(retired *Content, renderer markdown.Renderer) error {
	s.retired = map[string]Node{}
	if retired == nil {
		return nil
	}
	for _, source := range retired.Sources {
		source.id = source.ID()
		s.retired[source.id] = source
	}
	for _, lesson := range retired.Lessons {
		lesson.id, lesson.retired = lesson.ID(), true
		lesson.objective = s.objectiveOrStandIn(lesson.ObjectiveCode)
		for _, c := range lesson.Citations {
			c.source = s.sourceOrStandIn(c.SourceSlug)
		}
		if err := lesson.render(renderer, s.nodes); err != nil {
			return err
		}
		s.retired[lesson.id] = lesson
	}
	for _, question := range retired.Questions {
		q := s.EarlierQuestion(question)
		s.retired[q.id] = q
	}
	return nil
}

func (s *Snapshot) objectiveOrStandIn(code string) *LearningObjective {
	if o := s.Objective(code); o != nil {
		return o
	}
	topicCode, _, _ := strings.Cut(code, ".")
	topic := s.Topic(topicCode)
	if topic == nil {
		topic = &Topic{Code: topicCode, Title: topicCode}
	}
	return &LearningObjective{Code: code, Title: code, Bloom: Knowledge, topic: topic}
}

// EarlierCourse returns a copy of an earlier version of a course, linked to
// this edition. Its units have retired lessons, but no retired quizzes.
func (s *Snapshot) EarlierCourse(stored *Course) *Course {
	c := *stored
	c.retired = s.Course(c.Slug) == nil
	c.Units = make([]*Unit, 0, len(stored.Units))
	for _, u := range stored.Units {
		unit := *u
		c.Units = append(c.Units, &unit)
	}
	(&linker{nodes: s.nodes, retired: s.retired}).course(&c)
	return &c
}
