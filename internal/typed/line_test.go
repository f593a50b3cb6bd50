package typed_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/typed"
)

const longest = 100

func TestLine(t *testing.T) {
	for name, tt := range map[string]struct{ given, want string }{ // "" is refused
		"Plain":                       {"Anna Müller", "Anna Müller"},
		"Trimmed":                     {" \u00a0Anna\t", "Anna"},
		"SpacesFolded":                {"山田\u3000太郎  III", "山田 太郎 III"},
		"Composed":                    {"Mu\u0308ller", "M\u00fcller"},
		"OneCharacter":                {"Ø", "Ø"},
		"Persian":                     {"مهدی\u200cپور", "مهدی\u200cپور"},
		"PersianAfterLatin":           {"iPhone\u200cها", "iPhone\u200cها"},
		"JoinerAtTheEnd":              {"مهدی\u200c", "مهدی"},
		"Hindi":                       {"क्\u200dष", "क्\u200dष"},
		"IdeographVariant":            {"葛\U000e0100城", "葛\U000e0100城"},
		"Emoji":                       {"Team ❤\ufe0f 👩\u200d💻", "Team ❤\ufe0f 👩\u200d💻"},
		"ArabicNumberSign":            {"\u0600١٢", "\u0600١٢"},
		"Digits":                      {"R2-D2", "R2-D2"},
		"Longest":                     {strings.Repeat("й", longest), strings.Repeat("й", longest)},
		"LongestAfterComposing":       {strings.Repeat("e\u0301", longest), strings.Repeat("\u00e9", longest)},
		"TooLong":                     {strings.Repeat("й", longest+1), ""},
		"FarTooLong":                  {strings.Repeat(" ", 100*longest) + "a", ""},
		"Empty":                       {"", ""},
		"OnlySpaces":                  {" \u3000 ", ""},
		"OnlyPunctuation":             {"...", ""},
		"OnlyJoiners":                 {"\u200d\u200d", ""},
		"OnlyAccents":                 {"\u0301", ""},
		"LineBreak":                   {"Anna\nMüller", ""},
		"Tab":                         {"Anna\tMüller", ""},
		"LineSeparator":               {"Anna\u2028Müller", ""},
		"Null":                        {"Anna\x00", ""},
		"Delete":                      {"An\x7fna", ""},
		"NextLine":                    {"An\u0085na", ""},
		"VerticalTab":                 {"A\x0bB", ""},
		"TurnedRound":                 {"\u202eannA", ""},
		"NotText":                     {"Ann\xff", ""},
		"ZeroWidthSpace":              {"An\u200bna", ""},
		"ByteOrderMark":               {"\ufeffAnna", ""},
		"SoftHyphen":                  {"An\u00adna", ""},
		"LatinJoiner":                 {"An\u200dna", ""},
		"HangulFiller":                {"\u3164", ""},
		"HangulFillerInside":          {"An\u3164na", ""},
		"HalfWidthFiller":             {"\uffa0", ""},
		"ChoseongFiller":              {"\u115f", ""},
		"JungseongFiller":             {"\u1160", ""},
		"GraphemeJoiner":              {"An\u034fna", ""},
		"BrailleBlank":                {"A\u2800B", ""},
		"NoCharacter":                 {"A\ufffeB", ""},
		"Noncharacter":                {"A\uffffB", ""},
		"SupplementaryNoncharacter":   {"A\U0001ffffB", ""},
		"Tags":                        {"A\U000e0041B", ""},
		"VariationSelectorAlone":      {"\ufe0fA", ""},
		"VariationSelectorAfterSpace": {"A \ufe0fB", ""},
		"Annotation":                  {"A\ufff9B", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := typed.Line("name", tt.given, longest)
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("%q: %q, %v; want %q", tt.given, got, err, tt.want)
			}
			if tt.want == "" {
				refused(t, err)
			}
		})
	}
}

func refused(t *testing.T, err error) {
	t.Helper()
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != fault.InvalidInput || f.Field != "name" {
		t.Errorf("%v is not an INVALID_INPUT of the field", err)
	}
}

func TestNote(t *testing.T) {
	for name, tt := range map[string]struct{ given, want string }{
		"OneLine":       {"Trained elsewhere.", "Trained elsewhere."},
		"Paragraphs":    {"\nOne  two \r\nthree\r\r\n\n\n four\tfive\u2029six\n\n", "One two\nthree\n\nfour five\n\nsix"},
		"Composed":      {"Mu\u0308ller", "M\u00fcller"},
		"Empty":         {" \n ", ""},
		"VerticalTab":   {"a\x0bb", ""},
		"Escape":        {"a\x1b[31mb", ""},
		"TurnedRound":   {"a\n\u202eb", ""},
		"ZeroWidth":     {"a\n\u200bb", ""},
		"TooLong":       {strings.Repeat("a\n", longest), ""},
		"NotText":       {"a\xffb", ""},
		"OnlyDashes":    {"---\n---", ""},
		"HangulFillers": {"\u3164\n\u3164", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := typed.Note("name", tt.given, longest)
			if got != tt.want {
				t.Errorf("%q: %q, %v; want %q", tt.given, got, err, tt.want)
			}
			if tt.want == "" {
				refused(t, err)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for text, want := range map[string]struct{ line, text bool }{
		"":                   {true, true},
		"A `B`":              {true, true},
		"Größe – „quoted“":   {true, true},
		"a\nb":               {false, true},
		"a\r\nb":             {false, true},
		"ä\r\nb":             {false, true},
		"ä\rb":               {false, false},
		"a\tb":               {false, true},
		"ä\tb":               {false, true},
		"A\x00B":             {false, false},
		"A\x0bB":             {false, false},
		"A\ufffeB":           {false, false},
		"A\u202eB":           {false, false},
		"\u200b":             {false, false},
		"co\u00adoperate":    {false, false},
		"a\u2028b":           {false, false},
		"\xff":               {false, false},
		"می\u200cخواهم\nبله": {false, true},
	} {
		if line, several := typed.CheckLine(text), typed.CheckText(text); (line == nil) != want.line || (several == nil) != want.text {
			t.Errorf("%q: as a line %v, as a text %v", text, line, several)
		}
	}
}

// awkward draws texts from characters that rules are about, and any others.
func awkward() *rapid.Generator[string] {
	runes := rapid.OneOf(
		rapid.SampledFrom([]rune(" \t\n\r.'\"-`´’“„«»–−·aAßẞſσςΣİıIŉﬁ㎏½Å…‗¨˝ΐᾳͅ\u0301\u0308\u0345\u00a0\u00ad\u034f\u115f\u1160\u200b\u200c\u200d\u2028\u202e\u2800\u3000\u3002\u3164\ufe0f\ufeff\uffa0\ufffe\U0001d159क्يهi̇가각\u1100\u1161\u11a8")),
		rapid.Rune(),
	)
	return rapid.StringOfN(runes, 0, 30, -1)
}

func TestNormalFormsAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { stable(t, awkward().Draw(t, "text")) })
}

// stable fails unless normalising twice is the same as once, and what a normal
// form is made of is never refused.
func stable(t interface{ Errorf(string, ...any) }, text string) {
	for name, normal := range map[string]func(string) (string, error){
		"Line":       func(s string) (string, error) { return typed.Line("name", s, longest) },
		"Note":       func(s string) (string, error) { return typed.Note("name", s, longest) },
		"Fold":       func(s string) (string, error) { return typed.Fold(s), nil },
		"FoldAnswer": func(s string) (string, error) { return typed.FoldAnswer(s), nil },
	} {
		once, err := normal(text)
		if err != nil {
			continue
		}
		if twice, err := normal(once); err != nil || twice != once {
			t.Errorf("%s of %+q is %+q, and of that %+q, %v", name, text, once, twice, err)
		}
	}
}

func FuzzNormalForms(f *testing.F) {
	for _, text := range []string{"Anna", "\u1fb4\u0345", "ŉ´s", "\"a.\".", "ﷺ", "a\u034f\u0301", "\u3164", "A\u200dB", "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		stable(t, text)
		if line, err := typed.Line("name", text, longest); err == nil && typed.CheckLine(line) != nil {
			t.Errorf("%+q is a line, and refused: %v", line, typed.CheckLine(line))
		}
	})
}
