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

	items    map[catalog.ContentKind][]*item // in the order of Content's lists
	beside   *catalog.Content
	mistakes Mistakes // found while reading
	partial  bool     // whether something could not be read
}

// Read reads every .yaml and .yml file of a file system, in the order of their
// paths. It ignores names that begin with a dot, and follows links.
//
// It keeps mistakes for [Loaded.Check], [Preview] and [Apply], which report
// them together with their own. Read itself fails only if files cannot be read,
// or there are none.
//
// A date in a file after today is a mistake, unless today is "".
func Read(fsys fs.FS, today catalog.Date) (*Loaded, error) {
	files, mistakes, err := readFiles(fsys)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 && len(mistakes) == 0 {
		return nil, errors.New("there are no .yaml files")
	}
	l := &Loaded{
		Content:  &catalog.Content{},
		items:    map[catalog.ContentKind][]*item{},
		beside:   &catalog.Content{},
		mistakes: mistakes,
		partial:  len(mistakes) > 0,
	}
	for _, f := range files {
		found, complete := l.add(f, today)
		l.mistakes = append(l.mistakes, found...)
		l.partial = l.partial || !complete
	}
	l.Content.ApplyDefaults()
	return l, nil
}

// Load reads files and checks them; see [Read] and [Loaded.Check]. If there are
// mistakes, it also returns what could be read, for reports; with any other
// error it returns nil.
func Load(fsys fs.FS, beside *catalog.Content) (*Loaded, error) {
	l, err := Read(fsys, "")
	if err != nil {
		return nil, err
	}
	return l, l.Check(beside)
}

// Check fails with [Mistakes] unless the content can be published and follows
// the item-writing rules. CheckBank checks the bank as a whole.
//
// The files may refer to the content beside, such as that of a database, and
// replace its items with the same id. beside is nil if the files are complete.
func (l *Loaded) Check(beside *catalog.Content) error {
	if beside != nil {
		l.beside = beside
	}
	return l.faults(l).asError()
}

// faults returns what reading has found, which rules for items are violated,
// and what prevents the outcome of after from being published; after is what
// remains of l when a plan keeps some stored items. If part of the files could
// not be read, faults omits what that part may solve.
func (l *Loaded) faults(after *Loaded) Mistakes {
	return slices.Concat(l.mistakes, l.locate(l.solid(check.ItemProblems(l.Content))), after.locate(l.solid(check.Problems(after.outcome()))))
}

func (l *Loaded) solid(problems []check.Problem) []check.Problem {
	if !l.partial {
		return problems
	}
	return slices.DeleteFunc(problems, func(p check.Problem) bool { return p.Absent })
}

// outcome returns the content of the files, followed by the content beside them
// that they do not replace.
func (l *Loaded) outcome() *catalog.Content { return joined(l.Content, l.beside) }

// add decodes a file into the content. It reports whether every item of the
// file can be referred to.
func (l *Loaded) add(f *file, today catalog.Date) (mistakes Mistakes, complete bool) {
	root, mistakes := f.parse()
	if root == nil {
		return mistakes, false
	}
	complete = len(mistakes) == 0
	mapping, ok := root.(ast.MapNode)
	if !ok {
		return append(mistakes, f.mistake(start(root), "must hold lists of content (questions: ...), not %s", describe(root))), false
	}
	lists := fieldsOf(reflect.ValueOf(l.Content).Elem())
	seen := map[string]bool{}
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
		case isNull(pairs.Value()) && f.cut:
			seen[name] = true // some of its items were removed
		default:
			seen[name] = true
			found, all := l.addList(f, list.value, pairs.Value(), today)
			mistakes = append(mistakes, found...)
			complete = complete && all
		}
	}
	return mistakes, complete
}

// addList decodes the items of one list and appends them to dst.
func (l *Loaded) addList(f *file, dst reflect.Value, node ast.Node, today catalog.Date) (mistakes Mistakes, complete bool) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		return Mistakes{f.mistake(start(node), "must be a list, not %s", describe(node))}, false
	}
	complete = true
	for _, element := range sequence.Values {
		d := decoder{item: &item{file: f, places: map[string]position{}}, today: today}
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

// nameless reports whether an item, or a part of it, cannot be referred to
// because its identifier could not be read.
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
