package typed_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/typed"
)

func TestFold(t *testing.T) {
	for name, same := range map[string][]string{
		"Plain":          {"sprint goal", "Sprint Goal", " sprint\t\n goal ", "SPRINT\u00a0GOAL", "sprint\u3000goal", "ｓｐｒｉｎｔ　ｇｏａｌ"},
		"Accent":         {"café", "CAFÉ", "cafe\u0301", "CAFE\u0301", "caf\u00e9\u200b", "ca\u00adf\u00e9", "\ufeffcafé", "\u202acafé\u202c", "ｃａｆé", "caf\u034fé"},
		"Apostrophe":     {"don't know", "don’t know", "don´t know", "don`t know", "donʼt know", "don＇t know", "don′t know", "don‘t know"},
		"Quotes":         {`the "done" state`, "the “done” state", "the „done“ state", "the «done» state", "the 「done」 state", "the ″done″ state", "the ＂done＂ state"},
		"Hyphen":         {"time-box", "time\u2010box", "time\u2011box", "time–box", "time—box", "time−box", "time－box", "ＴＩＭＥ﹣ＢＯＸ"},
		"Sigma":          {"σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφοσ", "Σίσυφος"},
		"SharpS":         {"strasse", "Straße", "STRASSE", "STRAẞE", "ſtraſſe"},
		"Ligature":       {"workflow", "work\ufb02ow", "WORKFLOW"},
		"Symbols":        {"5 kg", "5 ㎏"},
		"Superscript":    {"m2", "m²"},
		"Ellipsis":       {"and so on...", "and so on…"},
		"Roman":          {"iv", "Ⅳ", "IV"},
		"Korean":         {"각", "\u1100\u1161\u11a8"},
		"IotaSubscript":  {"ᾳ\u0301", "ᾴ", "ΆΙ", "ᾼ\u0301"},
		"NApostrophe":    {"'n huis", "ŉ huis", "ʼn huis", "’N HUIS"},
		"InvisibleAlone": {"", "\u200b", "\u00ad", "\u3164", " \ufeff "},
	} {
		t.Run(name, func(t *testing.T) {
			for _, text := range same {
				if got := typed.Fold(text); got != typed.Fold(same[0]) {
					t.Errorf("%+q folds to %+q, %+q to %+q", text, got, same[0], typed.Fold(same[0]))
				}
			}
		})
	}
	if got := typed.Fold(" Don’t  STOP – “now” "); got != `don't stop - "now"` {
		t.Errorf("got %q", got)
	}
}

func TestFoldKeepsApart(t *testing.T) {
	for a, b := range map[string]string{
		"cafe": "café", "time box": "time-box", "timebox": "time-box", "dont": "don't", "a b": "ab", "1": "l", "a.b": "ab", "done.": "done", "ı": "i", "か": "が",
	} {
		if typed.Fold(a) == typed.Fold(b) {
			t.Errorf("%q and %q are one", a, b)
		}
	}
}

func TestFoldAnswer(t *testing.T) {
	for given, want := range map[string]string{
		"Café.":            "café",
		"café .":           "café",
		"“Café”":           "café",
		"«Café».":          "café",
		"\"Café.\"":        "café",
		"'done'":           "done",
		" ( done ) ":       "( done )",
		"and so on...":     "and so on...",
		"and so on…":       "and so on...",
		"done..":           "done..",
		"完了。":              "完了",
		".":                ".",
		`""`:               `""`,
		`"`:                `"`,
		"'tis done":        "'tis done",
		"3.5":              "3.5",
		"e.g.":             "e.g",
		"\"a\" and \"b":    "\"a\" and \"b",
		"Scrum\u200b.":     "scrum",
		"scrum\u200b .":    "scrum",
		"\u2018Done\u2019": "done",
	} {
		if got := typed.FoldAnswer(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

// Case, invisible characters and spaces make no difference wherever they stand.
func TestFoldIgnores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zäöüßσé'.-]{1,8}`), 1, 4).Draw(t, "words")
		noise := rapid.SampledFrom([]string{"\u200b", "\u00ad", "\ufeff", "\u202e", "\u2060", "\u034f", "\u3164"})
		space := rapid.SampledFrom([]string{" ", "  ", "\u00a0", "\t", "\u2003", " \u200b "})
		var typedBy strings.Builder
		for i, w := range words {
			if i > 0 {
				typedBy.WriteString(space.Draw(t, "space"))
			}
			if rapid.Bool().Draw(t, "capitals") {
				w = strings.ToUpper(w)
			}
			for _, r := range w {
				typedBy.WriteRune(r)
				if rapid.Bool().Draw(t, "noise?") {
					typedBy.WriteString(noise.Draw(t, "noise"))
				}
			}
		}
		if got, want := typed.Fold(typedBy.String()), typed.Fold(strings.Join(words, " ")); got != want {
			t.Errorf("%+q folds to %+q, want %+q", typedBy.String(), got, want)
		}
	})
}

// The short way for ASCII must give the same result as the long one.
func TestFoldOfASCII(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.Int32Range(0, 0x7f), 0, 20, -1).Draw(t, "text")
		if short, long := typed.Fold(text+" a"), strings.TrimSuffix(typed.Fold(text+" ä"), "ä")+"a"; short != long {
			t.Errorf("%+q: %+q and %+q", text, short, long)
		}
	})
}
