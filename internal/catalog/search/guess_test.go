package search

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMistyped(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b string
		want bool
	}{
		"Same":            {"goal", "goal", false},
		"LetterLeftOut":   {"gol", "goal", true},
		"LastLeftOut":     {"goa", "goal", true},
		"LetterTooMany":   {"ggoal", "goal", true},
		"LetterWrong":     {"goel", "goal", true},
		"LettersSwapped":  {"gaol", "goal", true},
		"LastSwapped":     {"gola", "goal", true},
		"TwoMistakes":     {"gaoll", "goal", false},
		"TwoWrong":        {"geel", "goal", false},
		"TwoTooMany":      {"goalss", "goal", false},
		"FarSwapped":      {"loag", "goal", false},
		"AnotherAlphabet": {"größe", "grösse", false},
		"Empty":           {"", "", false},
		"OneAndNone":      {"a", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mistyped([]rune(tt.a), []rune(tt.b)); got != tt.want {
				t.Errorf("%q and %q: %t", tt.a, tt.b, got)
			}
			if got := mistyped([]rune(tt.b), []rune(tt.a)); got != tt.want {
				t.Errorf("%q and %q: %t", tt.b, tt.a, got)
			}
		})
	}
}

func TestMistypedFindsEverySingleMistake(t *testing.T) {
	letters := rapid.SliceOfN(rapid.RuneFrom([]rune("abcä")), 2, 8)
	rapid.Check(t, func(t *rapid.T) {
		word := letters.Draw(t, "word")
		at := rapid.IntRange(0, len(word)-2).Draw(t, "at")
		typed := slices.Clone(word)
		switch rapid.IntRange(0, 3).Draw(t, "mistake") {
		case 0:
			typed = slices.Delete(typed, at, at+1)
		case 1:
			typed = slices.Insert(typed, at, 'x')
		case 2:
			typed[at] = 'x'
		case 3:
			typed[at], typed[at+1] = typed[at+1], typed[at]
		}
		if same := slices.Equal(word, typed); mistyped(typed, word) == same {
			t.Errorf("%q for %q: %t", string(typed), string(word), !same)
		}
	})
}

func TestMistypedTwice(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b string
		want bool
	}{
		"Same":            {"velocity", "velocity", true},
		"TwoLeftOut":      {"acountabilty", "accountability", true},
		"SwappedAndWrong": {"vleocaty", "velocity", true},
		"SwappedTwice":    {"vleoctiy", "velocity", true},
		"Three":           {"vlecaty", "velocity", false},
		"OtherBeginning":  {"felocaty", "velocity", false},
		"MuchLonger":      {"velocity", "velocityand", false},
		"TooLongForRows":  {"aaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
		"Empty":           {"", "ab", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mistypedTwice([]rune(tt.a), []rune(tt.b)); got != tt.want {
				t.Errorf("%q and %q: %t", tt.a, tt.b, got)
			}
			if got := mistypedTwice([]rune(tt.b), []rune(tt.a)); got != tt.want {
				t.Errorf("%q and %q: %t", tt.b, tt.a, got)
			}
		})
	}
}

// Guesses are cached with the edition.
func TestGuessesAreCached(t *testing.T) {
	x, err := New([]Document{{ID: "term/velocity", Title: "Velocity"}, {ID: "term/goal", Title: "Goal"}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		found, err := x.Find("velcoity", nil)
		if err != nil || len(found.Matches) != 1 || found.Matches[0].ID != "term/velocity" {
			t.Fatalf("found %v, %v", found, err)
		}
	}
	if kept := x.vocabulary.meant.Keys(); len(kept) != 1 || kept[0] != "velcoity" {
		t.Errorf("remembered %v", kept)
	}
	if allocations := testing.AllocsPerRun(10, func() { x.vocabulary.guesses("velcoity") }); allocations > 1 {
		t.Errorf("%v allocations to remember", allocations)
	}
}
