package seed

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/goccy/go-yaml/ast"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// item is the location of one authored item, with the fields that could not be
// read.
type item struct {
	id     string // its global id
	file   *file
	places map[string]position // of the values, by their path in the item; "" is the item
	broken []string            // paths that decoding has reported
}

// decoder decodes one item from its node. Unlike the YAML library's decoder,
// which stops at the first mistake, it reports all of them, and keeps the
// position of every value.
type decoder struct {
	item     *item
	today    catalog.Date // dates must not be later, unless it is ""
	mistakes Mistakes
}

func (d *decoder) report(path string, at position, format string, args ...any) {
	d.item.broken = append(d.item.broken, path)
	if path != "" {
		format = "%s: " + format
		args = append([]any{path}, args...)
	}
	d.mistakes = append(d.mistakes, d.item.file.mistake(at, format, args...))
}

// value decodes a node into dst, of any type that content uses.
func (d *decoder) value(dst reflect.Value, node ast.Node, path string) {
	at := start(node)
	d.item.places[path] = at
	if isRefused(node) {
		d.item.broken = append(d.item.broken, path)
		return
	}
	if isNull(node) {
		d.report(path, at, "is empty; leave the field out or give it a value")
		return
	}
	switch dst.Kind() {
	case reflect.Pointer:
		dst.Set(reflect.New(dst.Type().Elem()))
		d.value(dst.Elem(), node, path)
	case reflect.Struct:
		d.object(dst, node, path)
	case reflect.Slice:
		d.list(dst, node, path)
	default:
		d.scalar(dst, node, path)
	}
}

func isNull(node ast.Node) bool {
	_, null := node.(*ast.NullNode)
	return node == nil || null
}

// isRefused reports whether file.refuse has already reported the node.
func isRefused(node ast.Node) bool {
	switch node.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return true
	default:
		return false
	}
}

// start returns where a value begins: for a mapping, at its first key.
func start(node ast.Node) position {
	if node == nil {
		return position{line: 1, column: 1}
	}
	if m, ok := node.(ast.MapNode); ok {
		if pairs := m.MapRange(); pairs.Next() {
			return positionOf(pairs.Key().GetToken())
		}
	}
	return positionOf(node.GetToken())
}

func (d *decoder) object(dst reflect.Value, node ast.Node, path string) {
	mapping, ok := node.(ast.MapNode)
	if !ok {
		d.report(path, start(node), "must have fields (name: value), not %s", describe(node))
		return
	}
	fields := fieldsOf(dst)
	seen := map[string]bool{}
	for pairs := mapping.MapRange(); pairs.Next(); {
		key := pairs.Key()
		if _, merge := key.(*ast.MergeKeyNode); merge {
			d.item.broken = append(d.item.broken, path) // file.refuse has reported it
			continue
		}
		at := positionOf(key.GetToken())
		name, plain := keyText(key)
		field, known := fields[name]
		switch {
		case !plain || !known:
			d.report(join(path, name), at, "there is no such field%s", suggestion(name, fields))
		case seen[name]:
			d.report(join(path, name), at, "the field is given twice")
		default:
			seen[name] = true
			d.value(field.value, pairs.Value(), join(path, name))
		}
	}
	for _, name := range orderOf(dst.Type()) {
		if fields[name].required && !seen[name] {
			d.report(join(path, name), start(node), "the field is missing")
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func keyText(key ast.MapKeyNode) (name string, plain bool) {
	s, ok := key.(*ast.StringNode)
	if ok {
		return s.Value, true
	}
	if t := key.GetToken(); t != nil {
		return t.Value, false
	}
	return "", false
}

// field is a struct field with its name in content files.
type field struct {
	value    reflect.Value
	required bool // without omitempty
}

// fieldsOf returns the fields by their names in files, including those of
// inlined structs.
func fieldsOf(dst reflect.Value) map[string]field {
	fields := map[string]field{}
	for i := range dst.NumField() {
		name, options, ok := tagOf(dst.Type().Field(i))
		switch {
		case !ok:
		case options == "inline":
			for n, f := range fieldsOf(dst.Field(i)) {
				fields[n] = f
			}
		default:
			fields[name] = field{value: dst.Field(i), required: options != "omitempty"}
		}
	}
	return fields
}

// orderOf returns the names of a struct's fields in source order.
func orderOf(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		name, options, ok := tagOf(t.Field(i))
		switch {
		case !ok:
		case options == "inline":
			names = append(names, orderOf(t.Field(i).Type)...)
		default:
			names = append(names, name)
		}
	}
	return names
}

// tagOf parses a field's yaml tag; ok is false for a field that files do not
// have.
func tagOf(f reflect.StructField) (name, options string, ok bool) {
	tag, tagged := f.Tag.Lookup("yaml")
	if !tagged || tag == "-" || !f.IsExported() {
		return "", "", false
	}
	name, options, _ = strings.Cut(tag, ",")
	return name, options, true
}

// suggestion returns the name of a field that is spelt similarly.
func suggestion(name string, fields map[string]field) string {
	best, found := "", 3 // a difference of three letters means another word
	for candidate := range fields {
		if d := levenshtein.ComputeDistance(name, candidate); d < found || d == found && best != "" && candidate < best {
			best, found = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

func (d *decoder) list(dst reflect.Value, node ast.Node, path string) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		d.report(path, start(node), "must be a list, not %s", describe(node))
		return
	}
	dst.Set(reflect.MakeSlice(dst.Type(), len(sequence.Values), len(sequence.Values)))
	for i, element := range sequence.Values {
		// Rules may rely on every element being there, even if it is reported
		// as empty.
		if dst.Index(i).Kind() == reflect.Pointer {
			dst.Index(i).Set(reflect.New(dst.Index(i).Type().Elem()))
		}
		d.value(dst.Index(i), element, fmt.Sprintf("%s[%d]", path, i))
	}
}
