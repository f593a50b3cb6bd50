package catalog

import "slices"

// Section draws questions that match all of its filters; a filter with several
// values is met by any of them.
type Section struct {
	Title          string         `yaml:"title,omitempty" bson:"title,omitempty"`
	TopicCodes     []string       `yaml:"topics,omitempty" bson:"topics,omitempty"`
	ObjectiveCodes []string       `yaml:"objectives,omitempty" bson:"objectives,omitempty"`
	Tags           []string       `yaml:"tags,omitempty" bson:"tags,omitempty"`
	Difficulties   []Difficulty   `yaml:"difficulties,omitempty" bson:"difficulties,omitempty"`
	Types          []QuestionType `yaml:"types,omitempty" bson:"types,omitempty"`
	Pick           int            `yaml:"pick,omitempty" bson:"pick,omitempty"`           // the number of questions; all matching ones if omitted
	ByWeight       bool           `yaml:"by_weight,omitempty" bson:"by_weight,omitempty"` // distributes the pick over the topics by their weight
	InOrder        bool           `yaml:"in_order,omitempty" bson:"in_order,omitempty"`   // keeps the bank's order in place of shuffling
}

// Fits reports whether the section may draw the question, which belongs to
// the given topic.
func (s *Section) Fits(q *Question, topicCode string) bool {
	return anyOf(s.TopicCodes, topicCode) &&
		anyOf(s.ObjectiveCodes, q.ObjectiveCode) &&
		anyOf(s.Difficulties, q.Difficulty) &&
		anyOf(s.Types, q.Type) &&
		(len(s.Tags) == 0 || slices.ContainsFunc(q.Tags, func(tag string) bool { return slices.Contains(s.Tags, tag) }))
}

// anyOf is met by every value when the filter is empty.
func anyOf[T comparable](filter []T, value T) bool {
	return len(filter) == 0 || slices.Contains(filter, value)
}
