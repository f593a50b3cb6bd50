package seed

import (
	"fmt"
	"strings"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/check"
)

// locate turns problems of the outcome into mistakes with positions. It omits
// those that follow from what decoding has reported.
func (l *Loaded) locate(problems []check.Problem) Mistakes {
	var mistakes Mistakes
	outcome := l.outcome()
	for _, p := range problems {
		message := p.Message
		if p.Path != "" {
			message = p.Path + ": " + message
		}
		own := l.items[p.Kind]
		switch {
		case p.Index >= len(own):
			mistakes = append(mistakes, Mistake{Message: fmt.Sprintf("%s (in no file): %s", idOf(outcome, p), message)})
		case !own[p.Index].explains(p.Path):
			mistakes = append(mistakes, own[p.Index].mistake(p, message))
		}
	}
	return mistakes
}

// explains reports whether decoding has found a mistake at the path, above it
// or below it.
func (i *item) explains(path string) bool {
	for _, broken := range i.broken {
		if within(path, broken) || path != "" && within(broken, path) {
			return true
		}
	}
	return false
}

// within reports whether a path equals another one or continues it.
func within(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && (rest == "" || outer == "" || rest[0] == '.' || rest[0] == '[')
}

// mistake locates a problem: at its value, at the enclosing value if a field is
// missing, and at the exact part of the value if one is named.
func (i *item) mistake(p check.Problem, message string) Mistake {
	at := i.place(p.Path)
	if p.Near != "" {
		if near, found := i.file.find(p.Near, at); found {
			at = near
		}
	}
	return i.file.mistake(at, "%s", message)
}

func (i *item) place(path string) position {
	for {
		if at, ok := i.places[path]; ok || path == "" {
			return at
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
}

// idOf returns the global id of the item that a problem is about.
func idOf(c *catalog.Content, p check.Problem) string {
	switch p.Kind {
	case catalog.KindSource:
		return c.Sources[p.Index].ID()
	case catalog.KindRole:
		return c.Roles[p.Index].ID()
	case catalog.KindCertification:
		return c.Certifications[p.Index].ID()
	case catalog.KindTopic:
		return c.Topics[p.Index].ID()
	case catalog.KindLesson:
		return c.Lessons[p.Index].ID()
	case catalog.KindTerm:
		return c.Terms[p.Index].ID()
	case catalog.KindQuestion:
		return c.Questions[p.Index].ID()
	case catalog.KindQuiz:
		return c.Quizzes[p.Index].ID()
	case catalog.KindCourse:
		return c.Courses[p.Index].ID()
	default:
		panic("seed: a problem of kind " + string(p.Kind))
	}
}
