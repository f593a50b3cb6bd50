package catalogtest

import "github.com/scrumkb/scrumkb/internal/catalog"

// Edition returns the authored content as it is published when nothing was
// before: without drafts, and with what is hidden or deprecated as retired.
func Edition(content *catalog.Content, revision catalog.Revision) *catalog.Edition {
	published, retired := *content, &catalog.Content{}
	published.Lessons, retired.Lessons = split(content.Lessons, func(l *catalog.Lesson) catalog.ContentStatus { return l.Status })
	published.Questions, retired.Questions = split(content.Questions, func(q *catalog.Question) catalog.ContentStatus { return q.Status })
	published.Quizzes, _ = split(content.Quizzes, func(q *catalog.Quiz) catalog.ContentStatus { return q.Status })
	published.Courses, _ = split(content.Courses, func(c *catalog.Course) catalog.ContentStatus { return c.Status })
	return &catalog.Edition{Revision: revision, Content: &published, Retired: retired, Renamed: renamed(content)}
}

func split[T any](items []T, status func(T) catalog.ContentStatus) (published, retired []T) {
	for _, item := range items {
		switch status(item) {
		case catalog.Draft:
		case catalog.Hidden, catalog.Deprecated:
			retired = append(retired, item)
		default:
			published = append(published, item)
		}
	}
	return published, retired
}

func renamed(content *catalog.Content) map[string]string {
	renamed := map[string]string{}
	for _, q := range content.Questions {
		if q.Was != "" {
			renamed[q.Was] = q.Slug
		}
	}
	return renamed
}
