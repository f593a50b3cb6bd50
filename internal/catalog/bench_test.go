package catalog_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// BenchmarkBuild makes a snapshot of the program's own content.
func BenchmarkBuild(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		content := embedded(b) // which Build takes over
		b.StartTimer()
		if _, err := catalog.Build(content, catalog.Revision{Number: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

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
			for b.Loop() {
				if _, err := found(b, s, query, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
