package catalog

// Lesson is a short reading that teaches one objective.
type Lesson struct {
	Slug          string        `yaml:"slug" bson:"slug"`
	Status        ContentStatus `yaml:"status,omitempty" bson:"status"` // READY when left out
	Title         string        `yaml:"title" bson:"title"`
	Summary       string        `yaml:"summary" bson:"summary"` // one sentence
	ObjectiveCode string        `yaml:"objective" bson:"objective"`
	Markdown      string        `yaml:"body" bson:"body"` // Markdown; links to other content are written [text](#kind/slug)
	Citations     []*Citation   `yaml:"citations" bson:"citations"`

	id        string
	objective *LearningObjective
	mentions  []Node
	text      rendering
}

// ID returns lesson/<slug>.
func (l *Lesson) ID() string { return idOr(l.id, KindLesson, l.Slug) }

// Objective returns the objective that the lesson teaches.
func (l *Lesson) Objective() *LearningObjective { return l.objective }

// Mentions returns the content that the body links to, in the order of the
// first link to each.
func (l *Lesson) Mentions() []Node { return l.mentions }

// Term is an entry of the glossary.
type Term struct {
	Slug         string      `yaml:"slug" bson:"slug"`
	Name         string      `yaml:"name" bson:"name"`
	Aliases      []string    `yaml:"aliases,omitempty" bson:"aliases,omitempty"` // other names and abbreviations
	Definition   string      `yaml:"definition" bson:"definition"`
	RelatedSlugs []string    `yaml:"related,omitempty" bson:"related,omitempty"`
	Citations    []*Citation `yaml:"citations" bson:"citations"`

	id      string
	related []*Term
}

// ID returns term/<slug>.
func (t *Term) ID() string { return idOr(t.id, KindTerm, t.Slug) }

// Related returns the terms that help to understand this one.
func (t *Term) Related() []*Term { return t.related }
