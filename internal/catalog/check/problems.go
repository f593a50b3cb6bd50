package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// Problem is one thing that is wrong with a Content.
type Problem struct {
	// Kind and Index identify the item: Index is its position in Content's list
	// of that kind. Kind is that of a top-level list; facts and objectives are
	// reported under the item that contains them.
	Kind  catalog.ContentKind
	Index int

	// Path leads from the item to the wrong value, as named in seed files, such
	// as options[2].feedback. It is "" for the item as a whole, and names the
	// field if that is missing.
	Path string

	// Near is the wrong part of the value, such as one link in a body; "" for
	// all of it.
	Near string

	// Absent reports that other content is missing, so that the problem says
	// little if part of the content could not be read.
	Absent bool

	Message string
}

// Publishable fills in defaults, and fails with an [*Error] if the content has
// problems.
func Publishable(c *catalog.Content) error {
	c.ApplyDefaults()
	if problems := Problems(c); len(problems) > 0 {
		return &Error{Problems: problems}
	}
	return nil
}

// Error says why content cannot be published.
type Error struct{ Problems []Problem }

func (e *Error) Error() string {
	first := e.Problems[0]
	return fmt.Sprintf("the content has %d problems; the first: %s %d: %s: %s",
		len(e.Problems), first.Kind, first.Index, first.Path, first.Message)
}

// Problems returns everything that prevents the content's publication: missing
// and malformed values, unknown enum values, duplicates, dangling references,
// cycles, keys that do not suit their question type, quizzes that could run out
// of questions. It expects that [Content.ApplyDefaults] was called, reports
// each problem once, and always in the same order: that of the lists of
// Content, then of their items.
//
// A published item may only refer to published items; others may refer to
// anything that exists.
func Problems(c *catalog.Content) []Problem {
	v := &validation{content: c, index: newIndex(c)}
	for i, s := range c.Sources {
		v.source(v.item(catalog.KindSource, i), s)
		v.item(catalog.KindSource, i).characters(s)
	}
	for i, r := range c.Roles {
		v.role(v.item(catalog.KindRole, i), r)
		v.item(catalog.KindRole, i).characters(r)
	}
	for i, cert := range c.Certifications {
		v.certification(v.item(catalog.KindCertification, i), cert)
		v.item(catalog.KindCertification, i).characters(cert)
	}
	for i, t := range c.Topics {
		v.topic(v.item(catalog.KindTopic, i), t)
		v.item(catalog.KindTopic, i).characters(t)
	}
	v.objectiveCycles()
	for i, l := range c.Lessons {
		v.lesson(v.item(catalog.KindLesson, i), l)
		v.item(catalog.KindLesson, i).characters(l)
	}
	for i, t := range c.Terms {
		v.term(v.item(catalog.KindTerm, i), t)
		v.item(catalog.KindTerm, i).characters(t)
	}
	for i, q := range c.Questions {
		v.question(v.item(catalog.KindQuestion, i), q)
		v.item(catalog.KindQuestion, i).characters(q)
	}
	for i, q := range c.Quizzes {
		v.quiz(v.item(catalog.KindQuiz, i), q)
		v.item(catalog.KindQuiz, i).characters(q)
	}
	for i, course := range c.Courses {
		v.course(v.item(catalog.KindCourse, i), course)
		v.item(catalog.KindCourse, i).characters(course)
	}
	return v.problems
}

// validation collects problems while walking a Content.
type validation struct {
	content  *catalog.Content
	index    *index
	problems []Problem
}

// place is the current position of a rule in the content.
type place struct {
	v     *validation
	kind  catalog.ContentKind
	index int
	path  string
}

func (v *validation) item(kind catalog.ContentKind, i int) place {
	return place{v: v, kind: kind, index: i}
}

// field returns the place of a field below p.
func (p place) field(name string) place {
	if p.path != "" {
		name = p.path + "." + name
	}
	p.path = name
	return p
}

// at returns the place of an element of the list p.
func (p place) at(i int) place {
	p.path = fmt.Sprintf("%s[%d]", p.path, i)
	return p
}

func (p place) report(format string, args ...any) { p.add("", false, format, args...) }

// reportNear reports a problem of a part of the value.
func (p place) reportNear(near, format string, args ...any) { p.add(near, false, format, args...) }

// reportAbsent reports a problem that other content would solve.
func (p place) reportAbsent(format string, args ...any) { p.add("", true, format, args...) }

func (p place) add(near string, absent bool, format string, args ...any) {
	p.v.problems = append(p.v.problems, Problem{
		Kind:    p.kind,
		Index:   p.index,
		Path:    p.path,
		Near:    near,
		Absent:  absent,
		Message: fmt.Sprintf(format, args...),
	})
}

// text requires a value that is more than white space.
func (p place) text(field, value string) {
	if strings.TrimSpace(value) == "" {
		p.field(field).report("is missing or empty")
	}
}

// optionalText requires a value, if given, to be more than white space.
func (p place) optionalText(field string, value *string) {
	if value != nil {
		p.text(field, *value)
	}
}

// texts requires every element to be more than white space.
func (p place) texts(field string, values []string) {
	for i, value := range values {
		if strings.TrimSpace(value) == "" {
			p.field(field).at(i).report("is empty")
		}
	}
}

// some requires at least one element.
func some[T any](p place, field string, values []T) {
	if len(values) == 0 {
		p.field(field).report("needs at least one entry")
	}
}

// between requires a number between its bounds, inclusive.
func (p place) between(field string, value, lowest, highest int) {
	if value < lowest || value > highest {
		p.field(field).report("is %d, not between %d and %d", value, lowest, highest)
	}
}

// enumOf is a type with known values.
type enumOf[T any] interface {
	~string
	Values() []T
}

// oneOf requires a value of its enum.
func oneOf[T interface {
	comparable
	enumOf[T]
}](p place, value T) {
	switch {
	case value == "":
		p.report("is missing or empty")
	case !slices.Contains(value.Values(), value):
		p.report("%q is not one of %s", value, enumeration(value.Values()))
	}
}

// each applies a check to every element, and reports elements that repeat an
// earlier one.
func each[T comparable](p place, values []T, check func(place, T)) {
	for i, value := range values {
		if slices.Contains(values[:i], value) {
			p.at(i).report("%v is listed twice", value)
			continue
		}
		check(p.at(i), value)
	}
}

// distinct reports a name that an earlier element of the list already has.
func distinct[T any](p place, field string, elements []T, name func(T) string) {
	seen := make(map[string]bool, len(elements))
	for i, e := range elements {
		n := name(e)
		if n != "" && seen[n] {
			p.at(i).field(field).report("%q is taken by an earlier entry in the list", n)
		}
		seen[n] = true
	}
}

func enumeration[T ~string](values []T) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	return strings.Join(names, ", ")
}
