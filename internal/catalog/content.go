package catalog

import "strings"

// Content is everything that is published together, as authored: each list
// in the order in which clients see it. Seed files have this shape.
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

// Node is a piece of content with a global id.
type Node interface{ ID() string }

// globalID joins a kind and a slug, as in question/po1-owning-backlog-01.
func globalID(kind ContentKind, slug string) string {
	if kind == KindStep {
		return "step/" + slug
	}
	return strings.ToLower(string(kind)) + "/" + slug
}

// idOr returns the id that an item got when it was linked, or puts it together.
func idOr(linked string, kind ContentKind, slug string) string {
	if linked != "" {
		return linked
	}
	return globalID(kind, slug)
}
