package seed

import (
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/check"
)

// Loaded is the content of a set of files, with defaults applied.
type Loaded struct {
	Content *catalog.Content

	items  map[catalog.ContentKind][]*item // in the order of Content's lists
	beside *catalog.Content
	faults error // what Load failed with
}

// Load reads every .yaml and .yml file of a file system, in the order of
// their paths, and checks that the content can be published and keeps to the
// item-writing rules. The bank as a whole is CheckBank's.
//
// The files may refer to what is beside them, such as the content of a
// database; an item of the files takes the place of the one there with the
// same id. It is nil when the files stand for themselves.
//
// Load fails with [Mistakes] when there is anything to correct. It then also
// returns what could be read, so that a report can be given. With any other
// error, of the file system, it returns nil.
func Load(fsys fs.FS, beside *catalog.Content) (*Loaded, error) {
	files, mistakes, err := readFiles(fsys)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 && len(mistakes) == 0 {
		return nil, errors.New("there are no .yaml files")
	}
	if beside == nil {
		beside = &catalog.Content{}
	}
	l := &Loaded{
		Content: &catalog.Content{},
		items:   map[catalog.ContentKind][]*item{},
		beside:  beside,
	}
	partial := len(mistakes) > 0
	for _, f := range files {
		found, complete := l.add(f)
		mistakes = append(mistakes, found...)
		partial = partial || !complete
	}
	l.Content.ApplyDefaults()
	mistakes = append(mistakes, l.locate(l.problems(partial))...)
	l.faults = mistakes.asError()
	return l, l.faults
}

// problems returns what is wrong with the content. When it was read in part
// they are without those that the unread part may solve.
func (l *Loaded) problems(partial bool) []check.Problem {
	var problems []check.Problem
	for _, p := range slices.Concat(check.Problems(l.outcome()), check.ItemProblems(l.Content)) {
		if !partial || !p.Absent {
			problems = append(problems, p)
		}
	}
	return problems
}

// outcome returns the content of the files, followed by what is beside them
// and not replaced by them.
func (l *Loaded) outcome() *catalog.Content { return joined(l.Content, l.beside) }

// add decodes a file into the content. It is complete when every item of the
// file is known afterwards by the name that others refer to.
func (l *Loaded) add(f *file) (mistakes Mistakes, complete bool) {
	root, mistakes := f.parse()
	if len(mistakes) > 0 {
		return mistakes, false
	}
	mapping, ok := root.(ast.MapNode)
	if !ok {
		return Mistakes{f.mistake(start(root), "wants lists of content (questions: ...), not %s", describe(root))}, false
	}
	lists := fieldsOf(reflect.ValueOf(l.Content).Elem())
	seen := map[string]bool{}
	complete = true
	for pairs := mapping.MapRange(); pairs.Next(); {
		at := positionOf(pairs.Key().GetToken())
		name, plain := keyText(pairs.Key())
		list, known := lists[name]
		switch {
		case !plain || !known:
			mistakes = append(mistakes, f.mistake(at, "%s: there is no such list%s", name, suggestion(name, lists)))
			complete = false
		case seen[name]:
			mistakes = append(mistakes, f.mistake(at, "%s: the list is given twice", name))
			complete = false
		default:
			seen[name] = true
			found, all := l.addList(f, list.value, pairs.Value())
			mistakes = append(mistakes, found...)
			complete = complete && all
		}
	}
	return mistakes, complete
}

// addList decodes the items of one list and appends them to dst.
func (l *Loaded) addList(f *file, dst reflect.Value, node ast.Node) (mistakes Mistakes, complete bool) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		return Mistakes{f.mistake(start(node), "wants a list, not %s", describe(node))}, false
	}
	complete = true
	for _, element := range sequence.Values {
		d := decoder{item: &item{file: f, places: map[string]position{}}}
		value := reflect.New(dst.Type().Elem().Elem())
		d.value(value.Elem(), element, "")
		mistakes = append(mistakes, d.mistakes...)
		if d.item.nameless() {
			complete = false
			continue
		}
		dst.Set(reflect.Append(dst, value))
		node := value.Interface().(catalog.Node)
		d.item.id = node.ID()
		l.items[kindOf(node)] = append(l.items[kindOf(node)], d.item)
	}
	return mistakes, complete
}

// nameless reports that the item, or something in it, cannot be referred to
// because what identifies it could not be read.
func (i *item) nameless() bool {
	for _, path := range i.broken {
		if path == "" || path == "slug" || path == "code" || strings.HasSuffix(path, ".slug") || strings.HasSuffix(path, ".code") {
			return true
		}
	}
	return false
}

// kindOf returns the kind of an item of one of Content's lists.
func kindOf(item catalog.Node) catalog.ContentKind {
	switch item.(type) {
	case *catalog.Source:
		return catalog.KindSource
	case *catalog.Role:
		return catalog.KindRole
	case *catalog.Certification:
		return catalog.KindCertification
	case *catalog.Topic:
		return catalog.KindTopic
	case *catalog.Lesson:
		return catalog.KindLesson
	case *catalog.Term:
		return catalog.KindTerm
	case *catalog.Question:
		return catalog.KindQuestion
	case *catalog.Quiz:
		return catalog.KindQuiz
	case *catalog.Course:
		return catalog.KindCourse
	default:
		panic("seed: content has a list that no kind belongs to")
	}
}
