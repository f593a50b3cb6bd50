package seed_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/scrumkb/scrumkb/seed"
)

const oneSource = "sources:\n  - { slug: guide, title: The Guide, publisher: Its authors, verified_at: 2026-11-01 }\n"

func TestLoadReadsWhatEditorsWrite(t *testing.T) {
	for name, text := range map[string]string{
		"a.yaml": oneSource, "b.YAML": "\uFEFF" + strings.ReplaceAll(oneSource, "guide", "guide-b"),
		"c.yml": strings.ReplaceAll(strings.ReplaceAll(oneSource, "guide", "guide-c"), "\n", "\r\n"),
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, name), text)
		loaded, err := seed.Load(os.DirFS(dir), nil)
		if err != nil || len(loaded.Content.Sources) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLoadReportsWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "bad.yaml"), "sources: 7\n")
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	_, err := seed.Load(os.DirFS(dir), nil)
	mistakes, ok := errors.AsType[seed.Mistakes](err)
	if !ok || len(mistakes) != 3 {
		t.Fatalf("got %v, want a mistake of each file", err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
