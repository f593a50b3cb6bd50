package catalog

import "strings"

// EarlierQuestion returns a copy of an earlier version of a question, linked to
// this edition. retired provides sources that the edition no longer has; a
// missing objective gets a placeholder, so that old records still say what they
// were about.
func (s *Snapshot) EarlierQuestion(stored *Question, retired func(slug string) (*Source, error)) (*Question, error) {
	q := *stored
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
		if citation.source = s.Source(c.SourceSlug); citation.source == nil {
			var err error
			if citation.source, err = retired(c.SourceSlug); err != nil {
				return nil, err
			}
		}
		q.Citations = append(q.Citations, &citation)
	}
	return &q, nil
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
// this edition. A unit whose lesson or quiz is no longer in the edition has
// none.
func (s *Snapshot) EarlierCourse(stored *Course) *Course {
	c := *stored
	c.Units = make([]*Unit, 0, len(stored.Units))
	for _, u := range stored.Units {
		unit := *u
		c.Units = append(c.Units, &unit)
	}
	(&linker{nodes: s.nodes}).course(&c)
	return &c
}
