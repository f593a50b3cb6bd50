package catalog

import "github.com/scrumkb/scrumkb/internal/catalog/markdown"

// Lesson is a short reading that teaches one objective.
type Lesson struct {
	Slug          string        `yaml:"slug" bson:"slug"`
	Status        ContentStatus `yaml:"status,omitempty" bson:"-"` // seed files: READY when left out
	Title         string        `yaml:"title" bson:"title"`
	Summary       string        `yaml:"summary" bson:"summary"` // one sentence
	ObjectiveCode string        `yaml:"objective" bson:"objective"`
	Markdown      string        `yaml:"body" bson:"body"` // Markdown; links to other content are written [text](#kind/slug)
	Citations     []*Citation   `yaml:"citations" bson:"citations"`

	id        string
	retired   bool
	objective *LearningObjective
	mentions  []Node
	text      markdown.Text
}

// ID returns lesson/<slug>.
func (l *Lesson) ID() string { return idOr(l.id, KindLesson, l.Slug) }

// Objective returns the objective that the lesson teaches.
func (l *Lesson) Objective() *LearningObjective { return l.objective }

// Retired reports whether the lesson is no longer published. Those who are
// enrolled in a course with it can still read it.
func (l *Lesson) Retired() bool { return l.retired }

// Mentions returns the content that the body links to, in the order of the
// first link to each.
func (l *Lesson) Mentions() []Node { return l.mentions }

// TextFormat is a format for text.
type TextFormat string

const (
	Markdown TextFormat = "MARKDOWN"
	HTML     TextFormat = "HTML"
)

// Body returns the lesson's text in the format; nil means Markdown.
func (l *Lesson) Body(format *TextFormat) string {
	if format != nil && *format == HTML {
		return l.text.HTML
	}
	return l.Markdown
}

// ReadingMinutes estimates how long the lesson takes to read, in whole
// minutes, at least 1.
func (l *Lesson) ReadingMinutes() int { return l.text.Minutes }

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
