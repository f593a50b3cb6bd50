package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/transcript"
)

// TestTranscripts runs the console blocks in the README and in docs, each
// document in an empty directory of its own with the files that it shows: YAML
// blocks with a path after the language. A line that begins with a dollar sign
// is a command; the program's output follows.
func TestTranscripts(t *testing.T) {
	paths, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	ran := 0
	for _, path := range append(paths, "../../README.md") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Chdir(t.TempDir())
			values := transcript.Values{}
			for _, b := range transcript.Blocks(string(text)) {
				if b.Language == "yaml" && len(b.Info) == 1 {
					write(t, b.Info[0], b.Text)
				}
				if b.Language != "console" {
					continue
				}
				for _, step := range strings.Split("\n"+b.Text, "\n$ scrumkb ")[1:] {
					line, want, _ := strings.Cut(step, "\n")
					_, out, complaints := run(t, strings.Fields(values.Fill(line))...)
					if err := values.MatchText(want, complaints+out); err != nil {
						t.Errorf("block in line %d, scrumkb %s: %v", b.Line, line, err)
					}
					ran++
				}
			}
		})
	}
	if ran < 5 {
		t.Errorf("%d commands", ran)
	}
}
