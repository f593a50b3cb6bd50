package check

import "github.com/scrumkb/scrumkb/internal/catalog"

// index knows all existing content, and which of it is published.
type index struct {
	published map[string]bool // by global id; ids that are not keys do not exist
	firsts    map[string]any  // by global id: the item, or the first of several
	objective map[string]*catalog.LearningObjective
	topicOf   map[string]string // objective code to topic code
	ready     []*catalog.Question
	reserves  []string // tags
}

func newIndex(c *catalog.Content) *index {
	x := &index{
		published: map[string]bool{},
		firsts:    map[string]any{},
		objective: map[string]*catalog.LearningObjective{},
		topicOf:   map[string]string{},
		reserves:  c.Reserves(),
	}
	c.Walk(x.put)
	for _, t := range c.Topics {
		for _, o := range t.Objectives {
			if x.objective[o.Code] == nil {
				x.objective[o.Code] = o
				x.topicOf[o.Code] = t.Code
			}
		}
	}
	for _, q := range c.Questions {
		if q.Status == catalog.Ready {
			x.ready = append(x.ready, q)
		}
	}
	return x
}

func (x *index) put(kind catalog.ContentKind, slug string, status catalog.ContentStatus, item catalog.Node) {
	id := kind.ID(slug)
	x.published[id] = x.published[id] || status == catalog.Ready
	if _, taken := x.firsts[id]; !taken {
		x.firsts[id] = item
	}
}

// unique reports an item whose slug or code is already taken by an earlier one
// of its kind.
func (p place) unique(kind catalog.ContentKind, field, slug string, item any) {
	id := kind.ID(slug)
	if first := p.v.index.firsts[id]; slug != "" && first != item {
		p.field(field).report("%s already exists", id)
	}
}

// refersTo requires the target to exist, and to be published if the referring
// item is.
func (p place) refersTo(kind catalog.ContentKind, slug string, status catalog.ContentStatus) {
	p.refersToID(kind.ID(slug), "", status)
}

func (p place) refersToID(id, near string, status catalog.ContentStatus) {
	published, exists := p.v.index.published[id]
	switch {
	case !exists:
		p.add(near, true, "there is no %s", id)
	case status == catalog.Ready && !published:
		p.add(near, false, "%s is not published", id)
	}
}

// refersToEach is refersTo for a list without repetitions.
func (p place) refersToEach(field string, kind catalog.ContentKind, slugs []string, status catalog.ContentStatus) {
	each(p.field(field), slugs, func(p place, slug string) { p.refersTo(kind, slug, status) })
}
