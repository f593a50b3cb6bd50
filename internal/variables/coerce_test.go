package variables_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/variables"
)

var schema = gqlparser.MustLoadSchema(&ast.Source{Input: `
	scalar Day
	enum Mood { CALM CROSS }
	input Choice @oneOf { name: String number: Int }
	input Box { mood: Mood! = CALM size: Int! choice: Choice boxes: [Box!] }
	type Query {
		int(of: Int, needs: Int! = 1): Int
		ints(of: [Int]): Int
		float(of: Float): Int
		string(of: String): Int
		id(of: ID): Int
		boolean(of: Boolean): Int
		mood(of: Mood): Int
		moods(of: [Mood!]): Int
		day(of: Day): Int
		choice(of: Choice): Int
		box(of: Box): Int
	}
`})

// coerce runs a document with variables in JSON.
func coerce(t *testing.T, document, given string) (map[string]any, error) {
	t.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(schema, document, rules.NewDefaultRules())
	if errs != nil {
		t.Fatal(errs)
	}
	var values map[string]any
	decoder := json.NewDecoder(strings.NewReader(given))
	decoder.UseNumber()
	if err := decoder.Decode(&values); err != nil {
		t.Fatal(err)
	}
	op := doc.Operations[0]
	return variables.Coerce(schema, op, variables.Needed(op), values)
}

func TestCoerce(t *testing.T) {
	list := func(items ...any) []any { return items }
	object := func(name string, value any) map[string]any { return map[string]any{name: value} }
	tests := map[string]struct {
		kind, given string
		want        any
	}{
		"Int":                     {"Int", `5`, int64(5)},
		"IntWrittenWithPoint":     {"Int", `5.0`, int64(5)},
		"IntWithExponent":         {"Int", `1e1`, int64(10)},
		"IntBounds":               {"[Int]", `[2147483647, -2147483648]`, list(int64(2147483647), int64(-2147483648))},
		"Float":                   {"Float", `2.5`, 2.5},
		"FloatFromInt":            {"Float", `2`, 2.0},
		"String":                  {"String", `"5"`, "5"},
		"IDFromInt":               {"ID", `7`, "7"},
		"IDFromIntWithPoint":      {"ID", `7.0`, "7"},
		"IDFromLargeInt":          {"ID", `9007199254740993`, "9007199254740993"},
		"Boolean":                 {"Boolean", `false`, false},
		"Enum":                    {"Mood", `"CALM"`, "CALM"},
		"SingleBecomesList":       {"[Mood!]", `"CROSS"`, list("CROSS")},
		"ListOfNulls":             {"[Int]", `[null]`, list(nil)},
		"Null":                    {"Int", `null`, nil},
		"CustomScalarIsUnchanged": {"Day", `3`, json.Number("3")},
		"OneOf":                   {"Choice", `{"number": 1.0}`, object("number", int64(1))},
		"Nested": {"Box", `{"size": 1, "boxes": [{"size": 2.0, "mood": "CROSS"}]}`,
			map[string]any{"size": int64(1), "boxes": list(map[string]any{"size": int64(2), "mood": "CROSS"})}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := coerce(t, use(tt.kind), `{"v": `+tt.given+`}`)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]any{"v": tt.want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// use is a document with a variable of a type.
func use(kind string) string {
	field := strings.ToLower(strings.Trim(kind, "[]!"))
	if strings.HasPrefix(kind, "[") {
		field += "s"
	}
	return `query($v: ` + kind + `) { ` + field + `(of: $v) }`
}

func TestRefused(t *testing.T) {
	tests := map[string]struct{ kind, given, field, message string }{
		"IntAsString":           {"Int", `"5"`, "v", `not "5"`},
		"IntWithFraction":       {"Int", `5.5`, "v", "not 5.5"},
		"IntOf33Bits":           {"Int", `2147483648`, "v", "at most 32 bits"},
		"IntOutOfRange":         {"Int", `1e999999999`, "v", "not 1e999999999"},
		"FloatAsString":         {"Float", `"2.5"`, "v", "a number"},
		"FloatOutOfRange":       {"Float", `1e999`, "v", "a number"},
		"StringAsInt":           {"String", `5`, "v", "not 5"},
		"StringAsBoolean":       {"String", `true`, "v", "not true"},
		"IDAsFraction":          {"ID", `1.5`, "v", "not 1.5"},
		"IDAsBoolean":           {"ID", `true`, "v", "not true"},
		"BooleanAsString":       {"Boolean", `"true"`, "v", `not "true"`},
		"EnumInLowerCase":       {"Mood", `"calm"`, "v", `value of Mood, not "calm"`},
		"EnumAsNumber":          {"Mood", `0`, "v", "not 0"},
		"EnumInList":            {"[Mood!]", `["CALM", "cross"]`, "v[1]", `not "cross"`},
		"NullInList":            {"[Mood!]", `[null]`, "v[0]", "must not be null"},
		"ObjectAsList":          {"Box", `[]`, "v", "not a list"},
		"UnknownField":          {"Box", `{"size": 1, "colour": 2}`, "v.colour", "is not a field of Box"},
		"FieldMissing":          {"Box", `{}`, "v.size", "is missing"},
		"FieldNull":             {"Box", `{"size": null}`, "v.size", "must not be null"},
		"FieldWithDefault":      {"Box", `{"size": 1, "mood": null}`, "v.mood", "must not be null"},
		"NestedField":           {"Box", `{"size": 1, "boxes": [{"size": 1}, {"size": "2"}]}`, "v.boxes[1].size", `not "2"`},
		"OneOfWithTwo":          {"Choice", `{"name": "a", "number": 1}`, "v", "exactly one"},
		"OneOfWithNone":         {"Choice", `{}`, "v", "exactly one"},
		"OneOfWithNull":         {"Choice", `{"name": null}`, "v", "exactly one"},
		"RequiredIsNull":        {"Int!", `null`, "v", "must not be null"},
		"LongStringIsNotQuoted": {"Int", `"` + strings.Repeat("x", 100) + `"`, "v", "a string of 100 bytes"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := coerce(t, use(tt.kind), `{"v": `+tt.given+`}`)
			wantInvalid(t, err, tt.field, tt.message)
		})
	}
	t.Run("RequiredIsMissing", func(t *testing.T) {
		_, err := coerce(t, use("Int!"), `{}`)
		wantInvalid(t, err, "v", "is missing")
	})
}

func TestNullWhereAValueIsRequired(t *testing.T) {
	tests := map[string]string{
		"Include":       `query($v: Boolean = true) { int @include(if: $v) }`,
		"Skip":          `query($v: Boolean = true) { int @skip(if: $v) }`,
		"OfAFragment":   `query($v: Boolean = true) { ...f } fragment f on Query { ... @include(if: $v) { ...g } } fragment g on Query { int }`,
		"Argument":      `query($v: Int = 1) { int(needs: $v) }`,
		"WithItsOwn":    `query($v: Int) { int(needs: $v) }`,
		"FieldOfObject": `query($v: Int = 1) { box(of: { size: $v }) }`,
		"ItemOfList":    `query($v: Mood = CALM) { moods(of: [CROSS, $v]) }`,
	}
	for name, document := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := coerce(t, document, `{"v": null}`)
			wantInvalid(t, err, "v", "must not be null")
			if _, err := coerce(t, document, `{}`); err != nil {
				t.Errorf("when omitted: %v", err)
			}
		})
	}
}

func TestOmittedVariables(t *testing.T) {
	got, err := coerce(t, `query($v: Int, $w: Mood = CROSS) { int(of: $v) mood(of: $w) }`, `{"other": 1}`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"w": "CROSS"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestLiteralRanges(t *testing.T) {
	tests := map[string]struct {
		document string
		valid    bool
	}{
		"LargestInt":       {`{ int(of: 2147483647) }`, true},
		"LargerInt":        {`{ int(of: 2147483648) }`, false},
		"InADefault":       {`query($v: Int = 2147483648) { int(of: $v) }`, false},
		"LargerCustom":     {`{ day(of: 99999999999999999999) }`, false},
		"LargerFloat":      {`{ float(of: 1e999) }`, false},
		"CustomWithNumber": {`{ day(of: 3) }`, true},
	}
	all := rules.NewDefaultRules()
	all.AddRule(variables.LiteralsRule.Name, variables.LiteralsRule.RuleFunc)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, errs := gqlparser.LoadQueryWithRules(schema, tt.document, all); (errs == nil) != tt.valid {
				t.Errorf("errors = %v, want valid = %t", errs, tt.valid)
			}
		})
	}
}

func wantInvalid(t *testing.T, err error, field, message string) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Code != fault.InvalidInput || f.Field != field || !strings.Contains(f.Message, message) {
		t.Errorf("error = %#v, want INVALID_INPUT of %s with %q", err, field, message)
	}
}
