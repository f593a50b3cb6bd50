package resolvers_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
)

// nullable says of each nullable input field of mutations what null means. A new
// one without an entry fails TestOmittedIsNotNull.
var nullable = map[string]string{
	"SetBookmarkInput.note":       clears,
	"UpdateProfileInput.name":     clears,
	"UpdateProfileInput.timeZone": clears,

	"PracticeInput.topic": nothing, "PracticeInput.objective": nothing, "AnswerQuestionInput.confidence": nothing,
	"AnswerQuestionInput.expectedRevision": nothing, "AnswerQuestionInput.idempotencyKey": nothing, "LogSeuInput.idempotencyKey": nothing,
	"CreateCohortInput.idempotencyKey": nothing, "CompleteCertificationStepInput.doneOn": nothing, "WaiveUnitInput.note": nothing,
}

const (
	clears  = "null removes what is stored, and the field left out keeps it"
	nothing = "null says nothing, as the field left out does"
)

func TestOmittedIsNotNull(t *testing.T) {
	schema := schemaOf()
	found := map[string]bool{}
	var walk func(name string)
	walk = func(name string) {
		definition := schema.Types[name]
		for _, f := range definition.Fields {
			at := name + "." + f.Name
			if found[at] {
				continue
			}
			if definition.Directives.ForName("oneOf") == nil && !f.Type.NonNull && f.DefaultValue == nil {
				found[at] = true
			}
			walk(f.Type.Name())
		}
	}
	for _, f := range schema.Mutation.Fields {
		for _, a := range f.Arguments {
			walk(a.Type.Name())
		}
	}
	if got, want := slices.Sorted(maps.Keys(found)), slices.Sorted(maps.Keys(nullable)); !slices.Equal(got, want) {
		t.Errorf("nullable input fields are %v, and what null means is said of %v", got, want)
	}

	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	s.as(t, learner, `updateProfile(input: { name: "Anna", timeZone: "Europe/Berlin" }) { viewer { id } }`).ok(t)
	s.as(t, learner, `setBookmark(input: { node: "lesson/empiricism", note: "again" }) { bookmark { note } }`).ok(t)
	read := func() string {
		got := s.ask(t, learner, `{ viewer { name timeZone bookmarks { nodes { note } } } }`, nil).ok(t)
		note, _ := got.at("viewer.bookmarks.nodes.0.note").(string)
		return strings.Join([]string{got.str("viewer.name"), got.str("viewer.timeZone"), note}, "/")
	}
	for _, step := range []struct{ mutation, want string }{
		{`updateProfile(input: {}) { viewer { id } }`, "Anna/Europe/Berlin/again"},
		{`updateProfile(input: { name: null }) { viewer { id } }`, "/Europe/Berlin/again"},
		{`updateProfile(input: { timeZone: null }) { viewer { id } }`, "/UTC/again"},
		{`setBookmark(input: { node: "lesson/empiricism" }) { bookmark { note } }`, "/UTC/again"},
		{`setBookmark(input: { node: "lesson/empiricism", note: null }) { bookmark { note } }`, "/UTC/"},
	} {
		s.as(t, learner, step.mutation).ok(t)
		if got := read(); got != step.want {
			t.Errorf("after %s: %s, want %s", step.mutation, got, step.want)
		}
	}
}
