package resolvers_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/resolvers"
)

// maxDescription is about eight lines: more belongs in docs.
const maxDescription = 700

// Front-end developers read descriptions in an editor and never see the code,
// so everything that a document can name needs one.
func TestSchemaIsDescribed(t *testing.T) {
	described := descriptions(resolvers.Schema(&resolvers.Root{}).Schema())
	for _, coordinate := range slices.Sorted(maps.Keys(described)) {
		if problem := problemOf(described[coordinate]); problem != "" {
			t.Errorf("%s: the description %s: %q", coordinate, problem, described[coordinate])
		}
	}
}

func TestProblemsOfDescriptions(t *testing.T) {
	for name, tt := range map[string]struct{ description, want string }{
		"Sentence":          {"The name.", ""},
		"Code":              {"`kind` decides.", ""},
		"Figure":            {"50 points.", ""},
		"QuotedEnd":         {"What to do, such as “Pick two.”", ""},
		"Missing":           {"", "is missing"},
		"Blank":             {" \n", "is missing"},
		"LowerCase":         {"the name.", "begins with a lower-case letter"},
		"NoPeriod":          {"The name", "does not end with a period"},
		"TooLong":           {"A" + strings.Repeat("a", maxDescription) + ".", "is too long"},
		"LongestInNonASCII": {"Ä" + strings.Repeat("ä", maxDescription-2) + ".", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := problemOf(tt.description); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// problemOf returns what is wrong with a description, or "".
func problemOf(description string) string {
	text := strings.TrimSpace(description)
	first, _ := utf8.DecodeRuneInString(text)
	switch {
	case text == "":
		return "is missing"
	case unicode.IsLower(first):
		return "begins with a lower-case letter"
	case !strings.HasSuffix(strings.TrimSuffix(text, "”"), "."):
		return "does not end with a period"
	case utf8.RuneCountInString(text) > maxDescription:
		return "is too long"
	}
	return ""
}

// descriptions returns the schema's descriptions by coordinate, without those
// of introspection and of the specification's scalars and directives.
func descriptions(schema *ast.Schema) map[string]string {
	all := map[string]string{"schema": schema.Description}
	arguments := func(of string, list ast.ArgumentDefinitionList) {
		for _, a := range list {
			all[of+"("+a.Name+":)"] = a.Description
		}
	}
	for name, definition := range schema.Types {
		if definition.BuiltIn {
			continue
		}
		all[name] = definition.Description
		for _, f := range definition.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue // gqlparser adds introspection to Query
			}
			all[name+"."+f.Name] = f.Description
			arguments(name+"."+f.Name, f.Arguments)
		}
		for _, v := range definition.EnumValues {
			all[name+"."+v.Name] = v.Description
		}
	}
	for name, directive := range schema.Directives {
		if directive.Position == nil || directive.Position.Src == nil || directive.Position.Src.BuiltIn {
			continue
		}
		all["@"+name] = directive.Description
		arguments("@"+name, directive.Arguments)
	}
	return all
}
