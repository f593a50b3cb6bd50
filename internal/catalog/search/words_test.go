package search

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWordsOf(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"Plain":           {"The Sprint, in short.", "the sprint in short"},
		"FullWidth":       {"ｓｐｒｉｎｔ　ｇｏａｌ", "sprint goal"},
		"Decomposed":      {"cafe\u0301", "café"},
		"NotSeen":         {"spr\u200bint go\u00adal \ufeffdone", "sprint goal done"},
		"Apostrophe":      {"O’Neill o'neill o`neill oʼneill", "oneill oneill oneill oneill"},
		"Possessive":      {"the owner’s users' day", "the owner users day"},
		"Quoted":          {"'done' ‘done’", "done done"},
		"Hyphen":          {"time-box time‑box", "time box time box"},
		"Code":            {"PO1.3", "po1 3"},
		"SharpS":          {"STRASSE straße", "strasse strasse"},
		"NothingToRead":   {"?! — 🏉", ""},
		"InvalidEncoding": {"a\xffb", "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, w := range wordsOf(tt.text) {
				got = append(got, w.text)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWordsOfSaysWhereTheyStand(t *testing.T) {
	text := "One “O’Neill”. Time-box"
	var got []string
	for _, w := range wordsOf(text) {
		said := text[w.start:w.end]
		if w.hyphen {
			said = "-" + said
		}
		if w.begins {
			said = "." + said
		}
		got = append(got, said)
	}
	if diff := cmp.Diff([]string{"One", "O’Neill", ".Time", "-box"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestStem(t *testing.T) {
	for _, same := range [][]string{
		{"goal", "goals"}, {"story", "stories"}, {"refine", "refining", "refined"},
		{"accountability", "accountabilities", "accountable"},
	} {
		for _, word := range same {
			if stem(word) != stem(same[0]) {
				t.Errorf("%s and %s: %s and %s", same[0], word, stem(same[0]), stem(word))
			}
		}
	}
	if stem("accountability") == stem("account") {
		t.Error("an accountability is an account")
	}
}
