package seed_test

import (
	"os"
	"testing"

	"github.com/scrumkb/scrumkb/seed"
)

// samples are the files that the documentation shows to those who add content.
const samples = "../docs/samples/content"

func TestSamplesCanBeAdded(t *testing.T) {
	own, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := seed.Load(os.DirFS(samples), own.Content)
	if err != nil {
		t.Fatal(err)
	}
	c := loaded.Content
	if len(c.Sources)*len(c.Terms)*len(c.Lessons)*len(c.Questions)*len(c.Quizzes)*len(c.Courses) == 0 {
		t.Error("a kind of content has no sample")
	}
}
