package catalog_test

import (
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
)

// BenchmarkBuild builds a snapshot of the built-in content.
func BenchmarkBuild(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		content := embedded(b) // which Build takes over
		b.StartTimer()
		if _, err := catalog.Build(catalogtest.Edition(content, catalog.Revision{Number: 1})); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSearch finds a page of hits for words that are not cached: spaces
// turn the same words into a different query.
func BenchmarkSearch(b *testing.B) {
	s := build(b, embedded(b))
	for name, query := range map[string]string{
		"OneWord":      "velocity",
		"TwoWords":     "product goal",
		"Question":     "who can cancel a sprint",
		"TypingErrors": "prodcut gaol",
		"Unfinished":   "sprint plan",
		"NotFound":     "xylophone",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if _, err := s.SearchPage(query+strings.Repeat(" ", n%150), nil, catalog.PageRequest{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("NewTypingErrors", func(b *testing.B) {
		b.ReportAllocs()
		for n := 0; b.Loop(); n++ {
			wrong := "retro" + string([]rune{rune('a' + n%26), rune('a' + n/26%26), rune('a' + n/676%26)})
			if _, err := s.SearchPage(wrong+" gaol", nil, catalog.PageRequest{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
