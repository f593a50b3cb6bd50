package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"

	"github.com/goccy/go-yaml"
)

// Item is one authored piece of content before it is stored.
type Item struct {
	Kind     ContentKind
	ID       string // global id
	Position int    // among items of its kind, from 0
	Digest   string // of its authored form; see [Digest]
	Value    Node   // *Source, *Role, *Question …, without its status and former name

	Status ContentStatus // READY for kinds that have none
	Was    string        // the global id that it had before; "" if it was not renamed
}

// Items lists all items in an order in which none refers to a later one, except
// terms, lessons and courses to their own kind.
func (c *Content) Items() ([]Item, error) {
	var items []Item
	for _, list := range [][]Item{
		itemsOf(KindSource, c.Sources), itemsOf(KindTerm, c.Terms), itemsOf(KindTopic, c.Topics),
		itemsOf(KindRole, c.Roles), itemsOf(KindCertification, c.Certifications), itemsOf(KindLesson, c.Lessons),
		itemsOf(KindQuestion, c.Questions), itemsOf(KindQuiz, c.Quizzes), itemsOf(KindCourse, c.Courses),
	} {
		items = append(items, list...)
	}
	for i := range items {
		items[i].takeOff()
		d, err := Digest(items[i].Value)
		if err != nil {
			return nil, fmt.Errorf("summing up %s: %w", items[i].ID, err)
		}
		items[i].Digest = d
	}
	return items, nil
}

func itemsOf[T Node](kind ContentKind, values []T) []Item {
	items := make([]Item, 0, len(values))
	for i, v := range values {
		items = append(items, Item{Kind: kind, ID: v.ID(), Position: i, Value: v})
	}
	return items
}

// takeOff takes from the value what seed files alone say of it.
func (i *Item) takeOff() {
	i.Status = Ready
	take := func(status ContentStatus) {
		if status != "" {
			i.Status = status
		}
	}
	switch v := i.Value.(type) {
	case *Lesson:
		bare := *v
		bare.Status = ""
		take(v.Status)
		i.Value = &bare
	case *Question:
		bare := *v
		bare.Status, bare.Was = "", ""
		take(v.Status)
		if v.Was != "" {
			i.Was = KindQuestion.ID(v.Was)
		}
		i.Value = &bare
	case *Quiz:
		bare := *v
		bare.Status = ""
		take(v.Status)
		i.Value = &bare
	case *Course:
		bare := *v
		bare.Status = ""
		take(v.Status)
		i.Value = &bare
	}
}

// Digest returns the SHA-256, in hex, of what an author wrote: its YAML without
// empty fields. New fields in a later version of the program therefore do not
// change it.
func Digest(value Node) (string, error) {
	written, err := yaml.MarshalWithOptions(value, yaml.OmitEmpty())
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(written)
	return hex.EncodeToString(sum[:]), nil
}

// CopyOf returns a deep copy of an item as it was authored, so that it can be
// linked to another edition. What linking adds stays behind.
func CopyOf[T Node](item T) T {
	return authored(reflect.ValueOf(item)).Interface().(T)
}

// authored copies exported fields, and what they lead to.
func authored(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		c := reflect.New(v.Type().Elem())
		c.Elem().Set(authored(v.Elem()))
		return c
	case reflect.Struct:
		c := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				c.Field(i).Set(authored(v.Field(i)))
			}
		}
		return c
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			c.Index(i).Set(authored(v.Index(i)))
		}
		return c
	default:
		return v
	}
}
