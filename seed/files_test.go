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

// A directory that Kubernetes mounts from a ConfigMap: each name links into a
// hidden directory, which a link names as well.
func TestLoadReadsAMountedConfigMap(t *testing.T) {
	dir := t.TempDir()
	for _, made := range []string{"..2026_01_01", "..2026_01_01/more"} {
		if err := os.Mkdir(filepath.Join(dir, made), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "..2026_01_01", "a.yaml"), oneSource)
	write(t, filepath.Join(dir, "..2026_01_01", "more", "b.yaml"), strings.ReplaceAll(oneSource, "guide", "guide-b"))
	for name, to := range map[string]string{"..data": "..2026_01_01", "a.yaml": "..data/a.yaml", "more": "..data/more"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := seed.Load(os.DirFS(dir), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(loaded.Content.Sources); got != 2 {
		t.Errorf("%d sources, want both", got)
	}
}

func TestLoadPassesOverHiddenNames(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.yaml"), oneSource)
	write(t, filepath.Join(dir, "._a.yaml"), "\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X")
	write(t, filepath.Join(dir, ".draft.yaml"), "x: [")
	write(t, filepath.Join(dir, "a.yaml~"), "x: [")
	write(t, filepath.Join(dir, "#a.yaml#"), "x: [")
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, ".git", "x.yaml"), "x: [")
	if err := os.Symlink("somebody@host.1234", filepath.Join(dir, ".#a.yaml")); err != nil { // Emacs' lock
		t.Fatal(err)
	}
	loaded, err := seed.Load(os.DirFS(dir), nil)
	if err != nil || len(loaded.Content.Sources) != 1 {
		t.Errorf("err = %v, want the one source", err)
	}
}

func TestLoadEndsWhereLinksLeadInCircles(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.yaml"), oneSource)
	if err := os.Symlink(".", filepath.Join(dir, "again")); err != nil {
		t.Fatal(err)
	}
	_, err := seed.Load(os.DirFS(dir), nil)
	if err == nil || !strings.Contains(err.Error(), "again:1:1: is a link to a directory that contains it") {
		t.Errorf("err = %v, want the link", err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
