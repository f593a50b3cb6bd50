package search

import "strings"

// Document is something that can be found. Its texts must not contain anything
// hidden from learners, such as the key of a question.
type Document struct {
	ID    string // kind/slug
	Kind  string
	Title string
	Names []string // other words for the title
	Text  string

	// Question ranks a document after those that explain the same subject. Its
	// title is its text, and its name that of its objective.
	Question bool
}

// titles find a document before its text does.
func (d *Document) titles() []string {
	if d.Question {
		return d.Names
	}
	return append([]string{d.Title}, d.Names...)
}

// names are what people call the document as a whole: its slug or code and,
// unless it is a question, its titles.
func (d *Document) names() []string {
	_, slug, _ := strings.Cut(d.ID, "/")
	if d.Question {
		return []string{slug}
	}
	return append(d.titles(), slug)
}
