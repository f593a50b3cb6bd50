package check

import (
	"reflect"
	"slices"
	"strings"

	"github.com/scrumkb/scrumkb/internal/typed"
)

// lines are the fields of one line; other texts may have several. A new field
// is checked without an entry here.
var lines = []string{"name", "title", "code", "unit", "subject", "aliases", "accepted", "answer", "id", "slug"}

// characters reports every text of an item with control or invisible
// characters. Empty texts and enum values have none.
func (p place) characters(item any) { p.charactersOf(reflect.ValueOf(item), "") }

func (p place) charactersOf(v reflect.Value, field string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			p.charactersOf(v.Elem(), field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			p.at(i).charactersOf(v.Index(i), field)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			switch {
			case options == "inline":
				p.charactersOf(v.Field(i), field)
			case name != "" && name != "-":
				p.field(name).charactersOf(v.Field(i), name)
			}
		}
	case reflect.String:
		check := typed.CheckText
		if slices.Contains(lines, field) {
			check = typed.CheckLine
		}
		if err := check(v.String()); err != nil && !p.reported() {
			p.report("%s", err)
		}
	default: // numbers and switches
	}
}

// reported reports whether another rule has already rejected the value.
func (p place) reported() bool {
	return slices.ContainsFunc(p.v.problems, func(x Problem) bool {
		return x.Kind == p.kind && x.Index == p.index && x.Path == p.path
	})
}
