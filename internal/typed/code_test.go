package typed_test

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/typed"
)

var invitation = typed.Code{Length: 12, Group: 4}

func TestCodeIsRead(t *testing.T) {
	const want = "K7QF2M9X0T1D"
	for name, text := range map[string]string{
		"Shown":                "K7QF-2M9X-0T1D",
		"Bare":                 "K7QF2M9X0T1D",
		"Small":                "k7qf-2m9x-0t1d",
		"LettersForDigits":     "K7QF-2M9X-OTlD",
		"CapitalI":             "K7QF-2M9X-oTID",
		"Spaces":               " K7QF 2M9X\t0T1D\n",
		"NoBreakSpaces":        "K7QF\u00a02M9X\u202f0T1D",
		"SoftHyphens":          "K7QF\u00ad2M9X\u00ad0T1D",
		"NoBreakHyphen":        "K7QF\u20112M9X\u20100T1D",
		"Dashes":               "K7QF–2M9X—0T1D",
		"Minus":                "K7QF−2M9X－0T1D",
		"Dots":                 "K7QF.2M9X·0T1D.",
		"JapaneseKeys":         "Ｋ７ＱＦー２Ｍ９Ｘー０Ｔ１Ｄ",
		"Middle":               "K7QF・2M9X•0T1D",
		"Underscores":          "K7QF_2M9X_0T1D",
		"Invisible":            "\ufeffK7QF\u200b2M9X\u200e0T1D\u202c",
		"HyphenatedCharacters": "K-7-Q-F-2-M-9-X-0-T-1-D",
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := invitation.Read(text); !ok || got != want {
				t.Errorf("%+q: %q, %v", text, got, ok)
			}
		})
	}
}

func TestCodeIsRefused(t *testing.T) {
	for _, text := range []string{
		"", "-", "K7QF-2M9X-0T1", "K7QF-2M9X-0T1DX", "U7QF-2M9X-0T1D", "Ä7QF-2M9X-0T1D", "K7QF-2M9X-0T1!", "K7QF/2M9X/0T1D",
		"K7QF\x002M9X0T1D", "K7QF2M9X0T1\xff", "К7QF2M9X0T1D", // a Cyrillic К
		strings.Repeat("-", 1000) + "K7QF2M9X0T1D",
	} {
		if got, ok := invitation.Read(text); ok || got != "" {
			t.Errorf("%+q is %q, %v", text, got, ok)
		}
	}
}

func TestDrawnCode(t *testing.T) {
	got, err := invitation.Draw(bytes.NewReader([]byte{0, 1, 31, 32, 63, 64, 255, 10, 18, 20, 21, 22}))
	if err != nil || got != "01Z0Z0ZAJMNP" {
		t.Errorf("%q, %v", got, err)
	}
	if shown := invitation.Show(got); shown != "01Z0-Z0ZA-JMNP" {
		t.Errorf("shown as %q", shown)
	}
	if _, err := invitation.Draw(strings.NewReader("short")); err == nil {
		t.Error("a code without randomness")
	}
}

func TestShownCodeIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := typed.Code{Length: rapid.IntRange(1, 40).Draw(t, "length"), Group: rapid.IntRange(1, 8).Draw(t, "group")}
		drawn, err := code.Draw(bytes.NewReader(rapid.SliceOfN(rapid.Byte(), code.Length, code.Length).Draw(t, "chance")))
		if err != nil {
			t.Fatal(err)
		}
		if read, ok := code.Read(strings.ToLower(code.Show(drawn))); !ok || read != drawn {
			t.Errorf("%s is read as %s, %v", drawn, read, ok)
		}
	})
}

func FuzzCode(f *testing.F) {
	f.Add("K7QF-2M9X-0T1D")
	f.Add("ﷺ")
	f.Fuzz(func(t *testing.T, text string) {
		code, ok := invitation.Read(text)
		if again, fine := invitation.Read(code); ok && (!fine || again != code || len(code) != invitation.Length) {
			t.Errorf("%+q is read as %q, and that as %q", text, code, again)
		}
	})
}
