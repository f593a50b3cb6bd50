package catalog

import "github.com/scrumkb/scrumkb/internal/catalog/markdown"

// linker connects the items of a valid Content by pointers, so that a query
// follows them without look-ups. It gives each item its id, which queries
// would put together again and again.
type linker struct {
	nodes    map[string]Node
	retired  map[string]Node
	renderer markdown.Renderer
	broken   []string // references that cannot be left out, and lead nowhere
}

// to returns the published item with the id, or the zero value.
func to[T Node](l *linker, kind ContentKind, slug string) T {
	n, _ := l.nodes[kind.ID(slug)].(T)
	return n
}

// must is to for a reference that something cannot do without. by is what it
// belongs to.
func must[T Node](l *linker, by string, kind ContentKind, slug string) (target T, found bool) {
	if target, found = l.nodes[kind.ID(slug)].(T); !found {
		l.broken = append(l.broken, by+" to "+kind.ID(slug))
	}
	return target, found
}

// toEach is to for a list of references; it omits unpublished items.
func toEach[T Node](l *linker, kind ContentKind, slugs []string) []T {
	linked := make([]T, 0, len(slugs))
	for _, slug := range slugs {
		if n, ok := l.nodes[kind.ID(slug)].(T); ok {
			linked = append(linked, n)
		}
	}
	return linked
}

// register makes every item findable, before any of them is linked.
func (l *linker) register(c *Content) {
	c.Walk(func(kind ContentKind, slug string, _ ContentStatus, item Node) {
		l.nodes[kind.ID(slug)] = item
	})
}

// rename makes questions findable by their former slugs, and gives them the
// slug by which records know them.
func (l *linker) rename(c *Content, renamed map[string]string) {
	former := formerSlugs(renamed)
	for _, q := range c.Questions {
		q.origin = origin(former, q.Slug)
		for slug, i := q.Slug, 0; i < len(former); i++ {
			before, ok := former[slug]
			if !ok {
				break
			}
			slug = before
			if id := KindQuestion.ID(slug); l.nodes[id] == nil {
				l.nodes[id] = q
			}
		}
	}
}

// link fails with a [*BrokenError].
func (l *linker) link(c *Content) error {
	for _, source := range c.Sources {
		source.id = source.ID()
	}
	for _, t := range c.Topics {
		l.topic(t)
	}
	for _, r := range c.Roles {
		l.role(r)
	}
	for _, cert := range c.Certifications {
		l.certification(cert)
	}
	for _, lesson := range c.Lessons {
		if err := l.lesson(lesson); err != nil {
			return err
		}
	}
	for _, t := range c.Terms {
		t.id = t.ID()
		t.Aliases = orEmpty(t.Aliases)
		t.related = toEach[*Term](l, KindTerm, t.RelatedSlugs)
		l.citations(t.id, t.Citations)
	}
	reserves := c.Reserves()
	for _, q := range c.Questions {
		l.question(q)
		if q.reserved = q.InReserve(reserves); !q.reserved {
			q.objective.practisable++
		}
	}
	if len(l.broken) > 0 {
		return &BrokenError{References: l.broken}
	}
	for _, q := range c.Quizzes {
		q.id = q.ID()
		q.link(c)
	}
	for _, course := range c.Courses {
		l.course(course)
	}
	return nil
}

func (l *linker) citations(by string, citations []*Citation) {
	for _, c := range citations {
		c.source, _ = must[*Source](l, by, KindSource, c.SourceSlug)
	}
}

func (l *linker) topic(t *Topic) {
	t.id = t.ID()
	t.quizzes = []*Quiz{}
	for _, o := range t.Objectives {
		o.id = o.ID()
		o.quizzes = []*Quiz{}
		o.topic = t
		o.prerequisites = toEach[*LearningObjective](l, KindObjective, o.PrerequisiteCodes)
		o.lessons, o.facts = []*Lesson{}, []Fact{}
	}
}

func (l *linker) role(r *Role) {
	r.id = r.ID()
	r.Delivers = orEmpty(r.Delivers)
	r.certifications = []*Certification{}
	l.citations(r.id, r.Citations)
	for _, s := range r.Skills {
		s.id, s.role = s.ID(), r
		s.responsibilities = []*Responsibility{}
		s.objectives = toEach[*LearningObjective](l, KindObjective, s.ObjectiveCodes)
		l.citations(s.id, s.Citations)
	}
	for _, f := range r.Responsibilities {
		f.id, f.role = f.ID(), r
		f.skills = toEach[*Skill](l, KindSkill, f.SkillSlugs)
		f.objectives = toEach[*LearningObjective](l, KindObjective, f.ObjectiveCodes)
		l.citations(f.id, f.Citations)
		for _, s := range f.skills {
			s.responsibilities = append(s.responsibilities, f)
		}
		for _, o := range f.objectives {
			o.facts = append(o.facts, f)
		}
	}
	for _, s := range r.Skills {
		for _, o := range s.objectives {
			o.facts = append(o.facts, s)
		}
	}
}

func (l *linker) certification(c *Certification) {
	c.id = c.ID()
	if role, found := must[*Role](l, c.id, KindRole, c.RoleSlug); found {
		c.role = role
		role.certifications = append(role.certifications, c)
	}
	c.next = toEach[*Certification](l, KindCertification, c.NextSlugs)
	l.citations(c.id, c.Citations)
	for _, a := range c.Audiences {
		a.id, a.certification = a.ID(), c
		l.citations(a.id, a.Citations)
	}
	for _, b := range c.Benefits {
		b.id, b.certification = b.ID(), c
		l.citations(b.id, b.Citations)
	}
	for _, u := range c.Usages {
		u.id, u.certification = u.ID(), c
		l.citations(u.id, u.Citations)
	}
	l.citations(c.id, c.Eligibility.Citations)
	c.Eligibility.Recommended = orEmpty(c.Eligibility.Recommended)
	l.citations(c.id, c.Training.Citations)
	c.Training.Covers = orEmpty(c.Training.Covers)
	c.Training.Awards = orEmpty(c.Training.Awards)
	c.Training.ExampleLocations = orEmpty(c.Training.ExampleLocations)
	l.citations(c.id, c.Renewal.Citations)
	for _, steps := range [][]*Step{c.Steps, c.Renewal.Steps} {
		for i, s := range steps {
			s.id, s.position = s.ID(), i+1
			l.citations(s.id, s.Citations)
		}
	}
	for _, claim := range c.Claims {
		for _, s := range claim.Statements {
			l.citations(c.id, []*Citation{s.Citation})
		}
	}
}

func (l *linker) lesson(lesson *Lesson) error {
	lesson.id = lesson.ID()
	if o, found := must[*LearningObjective](l, lesson.id, KindObjective, lesson.ObjectiveCode); found {
		lesson.objective = o
		o.lessons = append(o.lessons, lesson)
	}
	l.citations(lesson.id, lesson.Citations)
	return lesson.render(l.renderer, l.nodes)
}

func (lesson *Lesson) render(renderer markdown.Renderer, nodes map[string]Node) error {
	text, err := renderer.Render(lesson.Markdown)
	if err != nil {
		return err
	}
	lesson.text = text
	lesson.mentions = []Node{}
	for _, id := range text.Links {
		if n := nodes[id]; n != nil {
			lesson.mentions = append(lesson.mentions, n)
		}
	}
	return nil
}

func (l *linker) question(q *Question) {
	q.Tags = orEmpty(q.Tags)
	q.name()
	if o, found := must[*LearningObjective](l, q.id, KindObjective, q.ObjectiveCode); found {
		q.objective = o
		o.questions = append(o.questions, q)
		o.topic.questions = append(o.topic.questions, q)
	}
	l.citations(q.id, q.Citations)
}

// name computes the ids and instructions of a question and its parts once.
func (q *Question) name() {
	q.id = q.ID()
	q.instruction = q.Instruction()
	for _, o := range q.Options {
		o.question = q
		o.id = o.ID()
	}
	for _, p := range q.Prompts {
		p.question = q
		p.id = p.ID()
	}
}

func (l *linker) course(c *Course) {
	c.id = c.ID()
	c.certification = to[*Certification](l, KindCertification, c.CertificationSlug)
	units := make(map[string]*Unit, len(c.Units))
	for i, u := range c.Units {
		units[u.Slug] = u
		u.course, u.position = c, i+1
		u.id = u.ID()
		if u.lesson = to[*Lesson](l, KindLesson, u.LessonSlug); u.lesson == nil {
			u.lesson, _ = l.retired[KindLesson.ID(u.LessonSlug)].(*Lesson)
		}
		u.quiz = to[*Quiz](l, KindQuiz, u.QuizSlug)
		u.step = to[*Step](l, KindStep, u.CertificationStep)
	}
	for _, u := range c.Units {
		u.prerequisites = make([]*Unit, 0, len(u.After))
		for _, slug := range u.After {
			if before := units[slug]; before != nil {
				u.prerequisites = append(u.prerequisites, before)
			}
		}
	}
	c.summarise()
}

// orEmpty keeps lists from becoming null for clients.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
