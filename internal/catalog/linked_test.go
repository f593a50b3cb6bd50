package catalog_test

import (
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
)

// TestNothingIsComputedTwice reads everything reachable from a snapshot twice:
// each method must return the same existing value both times.
func TestNothingIsComputedTwice(t *testing.T) {
	s := build(t, catalogtest.Content(t))
	r := reader{t: t, seen: map[unsafe.Pointer]bool{}, usual: cost(reflect.ValueOf(s.Topics()[0]).MethodByName("ID"), nil)}
	for _, list := range []any{
		s.Roles(), s.Certifications(), s.Topics(), s.Lessons(), s.Terms(), s.Sources(), s.Questions(), s.Quizzes(), s.Courses(),
	} {
		r.read(reflect.ValueOf(list))
	}
	if len(r.seen) < 60 {
		t.Errorf("%d objects were read", len(r.seen))
	}
}

// reader reads everything that objects lead to.
type reader struct {
	t     *testing.T
	seen  map[unsafe.Pointer]bool
	usual float64 // the allocations of a call by reflection itself
}

func (r reader) read(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			r.read(v.Index(i))
		}
	case reflect.Interface:
		r.read(v.Elem())
	case reflect.Pointer:
		if !v.IsNil() && v.Elem().Kind() == reflect.Struct && !r.seen[v.UnsafePointer()] {
			r.seen[v.UnsafePointer()] = true
			r.object(v)
		}
	}
}

func (r reader) object(v reflect.Value) {
	for i := range v.Elem().NumField() {
		if f := v.Type().Elem().Field(i); f.IsExported() && f.Type.Kind() == reflect.Slice {
			r.read(v.Elem().Field(i))
		}
	}
	html := catalog.HTML
	for i := range v.NumMethod() {
		m, name := v.Method(i), v.Type().String()+"."+v.Type().Method(i).Name
		var arguments []reflect.Value
		switch takes := m.Type(); {
		case takes.NumOut() != 1:
			continue
		case takes.NumIn() == 1 && takes.In(0) == reflect.TypeFor[*catalog.TextFormat]():
			arguments = []reflect.Value{reflect.ValueOf(&html)}
		case takes.NumIn() > 0:
			continue
		}
		first, second := m.Call(arguments)[0], m.Call(arguments)[0]
		if where(first) != where(second) {
			r.t.Errorf("%s returns a new copy each time", name)
		}
		if n := cost(m, arguments); n > r.usual {
			r.t.Errorf("%s makes %v allocations", name, n-r.usual)
		}
		r.read(first)
	}
}

// where returns the address of a value, or 0 if it is copied.
func where(v reflect.Value) uintptr {
	switch v.Kind() {
	case reflect.String:
		if v.Len() > 0 {
			return uintptr(unsafe.Pointer(unsafe.StringData(v.String())))
		}
	case reflect.Slice, reflect.Pointer:
		return v.Pointer()
	}
	return 0
}

// cost counts the allocations of a call: the minimum of several runs, since
// other goroutines allocate at the same time.
func cost(method reflect.Value, arguments []reflect.Value) float64 {
	var counts []float64
	for range 3 {
		counts = append(counts, testing.AllocsPerRun(1, func() { method.Call(arguments) }))
	}
	return slices.Min(counts)
}
