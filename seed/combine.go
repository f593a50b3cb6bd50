package seed

import (
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// joined returns a with those items of b whose ids are not in a.
func joined(a, b *catalog.Content) *catalog.Content {
	return &catalog.Content{
		Sources:        joinedList(a.Sources, b.Sources),
		Roles:          joinedList(a.Roles, b.Roles),
		Certifications: joinedList(a.Certifications, b.Certifications),
		Topics:         joinedList(a.Topics, b.Topics),
		Lessons:        joinedList(a.Lessons, b.Lessons),
		Terms:          joinedList(a.Terms, b.Terms),
		Questions:      joinedList(a.Questions, b.Questions),
		Quizzes:        joinedList(a.Quizzes, b.Quizzes),
		Courses:        joinedList(a.Courses, b.Courses),
	}
}

func joinedList[T catalog.Node](a, b []T) []T {
	taken := make(map[string]bool, len(a))
	for _, item := range a {
		taken[item.ID()] = true
	}
	all := append([]T{}, a...)
	for _, item := range b {
		if !taken[item.ID()] {
			all = append(all, item)
		}
	}
	return all
}

// without returns the content without the items with these ids.
func without(c *catalog.Content, ids map[string]bool) *catalog.Content {
	return &catalog.Content{
		Sources:        withoutList(c.Sources, ids),
		Roles:          withoutList(c.Roles, ids),
		Certifications: withoutList(c.Certifications, ids),
		Topics:         withoutList(c.Topics, ids),
		Lessons:        withoutList(c.Lessons, ids),
		Terms:          withoutList(c.Terms, ids),
		Questions:      withoutList(c.Questions, ids),
		Quizzes:        withoutList(c.Quizzes, ids),
		Courses:        withoutList(c.Courses, ids),
	}
}

func withoutList[T catalog.Node](list []T, ids map[string]bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(item T) bool { return ids[item.ID()] })
}

// without returns what was loaded without the items with these ids.
func (l *Loaded) without(ids map[string]bool) *Loaded {
	rest := &Loaded{Content: without(l.Content, ids), items: map[catalog.ContentKind][]*item{}}
	for kind, items := range l.items {
		rest.items[kind] = slices.DeleteFunc(slices.Clone(items), func(i *item) bool { return ids[i.id] })
	}
	return rest
}
