// Package catalog holds the content: the facts of a role and its
// certifications, topics and learning objectives, lessons, terms, questions,
// quizzes and courses, and the published snapshot that answers queries.
//
// Its one law: a [Snapshot] never changes, and everything reachable from it
// belongs to the same revision.
package catalog
