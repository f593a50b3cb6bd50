package check

import (
	"slices"
	"strings"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// maxTopicWeight limits the weight of one topic.
const maxTopicWeight = 1000

func (v *validation) topic(p place, t *catalog.Topic) {
	if !topicPattern.MatchString(t.Code) {
		p.field("code").report("%q is not a topic code such as PO1", t.Code)
	}
	p.unique(catalog.KindTopic, "code", t.Code, t)
	p.text("title", t.Title)
	p.text("summary", t.Summary)
	p.between("weight", t.Weight, 1, maxTopicWeight)
	some(p, "objectives", t.Objectives)
	for i, o := range t.Objectives {
		v.learningObjective(p.field("objectives").at(i), t, o)
	}
}

func (v *validation) learningObjective(p place, t *catalog.Topic, o *catalog.LearningObjective) {
	switch {
	case !objectivePattern.MatchString(o.Code):
		p.field("code").report("%q is not an objective code such as PO1.3", o.Code)
	case !strings.HasPrefix(o.Code, t.Code+"."):
		p.field("code").report("%s does not begin with its topic's code %s", o.Code, t.Code)
	}
	p.unique(catalog.KindObjective, "code", o.Code, o)
	p.text("title", o.Title)
	oneOf(p.field("bloom"), o.Bloom)
	p.refersToEach("prerequisites", catalog.KindObjective, o.PrerequisiteCodes, catalog.Ready)
}

// objectiveCycles reports objectives that are their own prerequisites.
func (v *validation) objectiveCycles() {
	before := func(code string) []string {
		if o := v.index.objective[code]; o != nil {
			return o.PrerequisiteCodes
		}
		return nil
	}
	var codes []string
	for _, t := range v.content.Topics {
		for _, o := range t.Objectives {
			codes = append(codes, o.Code)
		}
	}
	closing := closingEdges(codes, before)
	for i, t := range v.content.Topics {
		for j, o := range t.Objectives {
			for k, code := range o.PrerequisiteCodes {
				if loop, ok := closing[[2]string{o.Code, code}]; ok {
					v.item(catalog.KindTopic, i).field("objectives").at(j).field("prerequisites").at(k).
						report("is part of a cycle: %s", loop)
				}
			}
		}
	}
}

// closingEdges searches depth-first from each node in turn and returns every
// edge that closes a cycle, with the cycle written as "a ← b ← a".
func closingEdges(nodes []string, before func(string) []string) map[[2]string]string {
	closing := map[[2]string]string{}
	done := map[string]bool{}
	var way []string
	var visit func(string)
	visit = func(node string) {
		if done[node] {
			return
		}
		way = append(way, node)
		for _, next := range before(node) {
			if start := slices.Index(way, next); start >= 0 {
				closing[[2]string{node, next}] = strings.Join(append(slices.Clone(way[start:]), next), " ← ")
				continue
			}
			visit(next)
		}
		way = way[:len(way)-1]
		done[node] = true
	}
	for _, node := range nodes {
		visit(node)
	}
	return closing
}
