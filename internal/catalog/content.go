package catalog

import "strings"

// Content is everything that is published together, as authored: each list is
// in the order in which clients see it. Seed files have this structure.
type Content struct {
	Sources        []*Source        `yaml:"sources,omitempty"`
	Roles          []*Role          `yaml:"roles,omitempty"`
	Certifications []*Certification `yaml:"certifications,omitempty"`
	Topics         []*Topic         `yaml:"topics,omitempty"`
	Lessons        []*Lesson        `yaml:"lessons,omitempty"`
	Terms          []*Term          `yaml:"terms,omitempty"`
	Questions      []*Question      `yaml:"questions,omitempty"`
	Quizzes        []*Quiz          `yaml:"quizzes,omitempty"`
	Courses        []*Course        `yaml:"courses,omitempty"`
}

// ApplyDefaults fills in what authors may omit: status READY, scoring
// NET_CORRECT for MULTIPLE_RESPONSE, overdue handling AUTO_SUBMIT and grade
// method HIGHEST.
func (c *Content) ApplyDefaults() {
	for _, l := range c.Lessons {
		fillIn(&l.Status, Ready)
	}
	for _, q := range c.Questions {
		fillIn(&q.Status, Ready)
		if q.Type == MultipleResponse {
			fillIn(&q.Scoring, NetCorrect)
		}
	}
	for _, q := range c.Quizzes {
		fillIn(&q.Status, Ready)
		fillIn(&q.OverdueHandling, AutoSubmit)
		fillIn(&q.GradeMethod, HighestGrade)
	}
	for _, course := range c.Courses {
		fillIn(&course.Status, Ready)
	}
}

func fillIn[T ~string](value *T, byDefault T) {
	if *value == "" {
		*value = byDefault
	}
}

// Node is a piece of content with a global id.
type Node interface{ ID() string }

// ID joins a kind and a slug, as in question/po1-owning-backlog-01.
func (k ContentKind) ID(slug string) string { return k.prefix() + slug }

// Slug returns the slug or code in the global id of something of the kind. Any
// other text it returns as it is, so that callers may name an object by either.
func (k ContentKind) Slug(reference string) string {
	return strings.TrimPrefix(reference, k.prefix())
}

func (k ContentKind) prefix() string {
	if k == KindStep {
		return "step/"
	}
	return strings.ToLower(string(k)) + "/"
}

// idOr returns the id assigned when the item was linked, or computes it.
func idOr(linked string, kind ContentKind, slug string) string {
	if linked != "" {
		return linked
	}
	return kind.ID(slug)
}
