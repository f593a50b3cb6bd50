package search

import "strings"

// Document is something that can be found. Its texts never hold what a learner
// must not see, such as the key of a question.
type Document struct {
	ID    string // kind/slug
	Kind  string
	Title string
	Names []string // other words for the title
	Text  string

	// Question puts a document behind what explains the same subject.
	Question bool
}

// wholeNames are what people call the document: its slug or code and, unless
// it is a question, its titles.
func (d *Document) wholeNames() []string {
	_, slug, _ := strings.Cut(d.ID, "/")
	names := []string{wholeName(slug)}
	if !d.Question {
		for _, title := range d.titles() {
			names = append(names, wholeName(title))
		}
	}
	return names
}

func (d *Document) titles() []string { return append([]string{d.Title}, d.Names...) }

// textField is where the index has the text, by which alone places in it are
// known.
func (d *Document) textField() string {
	if d.Question {
		return "stem"
	}
	return "text"
}

// fields are the document as the index has it.
func (d *Document) fields() map[string]any {
	f := map[string]any{"kind": d.Kind, "name": d.wholeNames(), d.textField(): d.Text}
	if d.Question {
		f["tag"] = d.Names
	} else {
		f["title"] = d.titles()
	}
	return f
}
