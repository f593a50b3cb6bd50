package catalog

import "github.com/scrumkb/scrumkb/internal/catalog/markdown"

// linker connects the items of a valid Content by pointers, so that a query
// follows them without look-ups. It gives each item its id, which queries
// would put together again and again.
type linker struct {
	nodes    map[string]Node
	renderer markdown.Renderer
}

// to returns the published item with the id, or the zero value.
func to[T Node](l *linker, kind ContentKind, slug string) T {
	n, _ := l.nodes[kind.ID(slug)].(T)
	return n
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
		l.citations(t.Citations)
	}
	reserves := c.Reserves()
	for _, q := range c.Questions {
		l.question(q)
		if q.reserved = q.InReserve(reserves); !q.reserved {
			q.objective.practisable++
		}
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

func (l *linker) citations(citations []*Citation) {
	for _, c := range citations {
		c.source = to[*Source](l, KindSource, c.SourceSlug)
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
	l.citations(r.Citations)
	for _, s := range r.Skills {
		s.id, s.role = s.ID(), r
		s.responsibilities = []*Responsibility{}
		s.objectives = toEach[*LearningObjective](l, KindObjective, s.ObjectiveCodes)
		l.citations(s.Citations)
	}
	for _, f := range r.Responsibilities {
		f.id, f.role = f.ID(), r
		f.skills = toEach[*Skill](l, KindSkill, f.SkillSlugs)
		f.objectives = toEach[*LearningObjective](l, KindObjective, f.ObjectiveCodes)
		l.citations(f.Citations)
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
	c.role = to[*Role](l, KindRole, c.RoleSlug)
	c.role.certifications = append(c.role.certifications, c)
	c.next = toEach[*Certification](l, KindCertification, c.NextSlugs)
	l.citations(c.Citations)
	for _, a := range c.Audiences {
		a.id, a.certification = a.ID(), c
		l.citations(a.Citations)
	}
	for _, b := range c.Benefits {
		b.id, b.certification = b.ID(), c
		l.citations(b.Citations)
	}
	for _, u := range c.Usages {
		u.id, u.certification = u.ID(), c
		l.citations(u.Citations)
	}
	l.citations(c.Eligibility.Citations)
	c.Eligibility.Recommended = orEmpty(c.Eligibility.Recommended)
	l.citations(c.Training.Citations)
	c.Training.Covers = orEmpty(c.Training.Covers)
	c.Training.Awards = orEmpty(c.Training.Awards)
	c.Training.ExampleLocations = orEmpty(c.Training.ExampleLocations)
	l.citations(c.Renewal.Citations)
	for _, steps := range [][]*Step{c.Steps, c.Renewal.Steps} {
		for i, s := range steps {
			s.id, s.position = s.ID(), i+1
			l.citations(s.Citations)
		}
	}
	for _, claim := range c.Claims {
		for _, s := range claim.Statements {
			l.citations([]*Citation{s.Citation})
		}
	}
}

func (l *linker) lesson(lesson *Lesson) error {
	lesson.id = lesson.ID()
	lesson.objective = to[*LearningObjective](l, KindObjective, lesson.ObjectiveCode)
	lesson.objective.lessons = append(lesson.objective.lessons, lesson)
	l.citations(lesson.Citations)

	text, err := l.renderer.Render(lesson.Markdown)
	if err != nil {
		return err
	}
	lesson.text = text
	lesson.mentions = []Node{}
	for _, id := range text.Links {
		if n := l.nodes[id]; n != nil {
			lesson.mentions = append(lesson.mentions, n)
		}
	}
	return nil
}

func (l *linker) question(q *Question) {
	q.Tags = orEmpty(q.Tags)
	q.objective = to[*LearningObjective](l, KindObjective, q.ObjectiveCode)
	q.objective.questions = append(q.objective.questions, q)
	q.objective.topic.questions = append(q.objective.topic.questions, q)
	q.name()
	l.citations(q.Citations)
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
		u.lesson = to[*Lesson](l, KindLesson, u.LessonSlug)
		u.quiz = to[*Quiz](l, KindQuiz, u.QuizSlug)
		u.step = to[*Step](l, KindStep, u.CertificationStep)
	}
	for _, u := range c.Units {
		u.prerequisites = make([]*Unit, 0, len(u.After))
		for _, slug := range u.After {
			u.prerequisites = append(u.prerequisites, units[slug])
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
