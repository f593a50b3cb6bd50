package seed_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/seed"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestEmbeddedContentHasNoMistake(t *testing.T) {
	if _, err := seed.Load(seed.Embedded(), nil); err != nil {
		t.Error(err)
	}
}

// TestBroken loads the valid files together with one broken file at a time,
// and compares every mistake with the golden file beside it.
func TestBroken(t *testing.T) {
	paths, err := filepath.Glob("testdata/broken/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no broken files: %v", err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		t.Run(name, func(t *testing.T) {
			_, err := seed.Load(with(t, "more.yaml", string(read(t, path))), nil)
			var mistakes seed.Mistakes
			if !errors.As(err, &mistakes) {
				t.Fatalf("err = %v, want mistakes", err)
			}
			golden := strings.TrimSuffix(path, ".yaml") + ".txt"
			got := mistakes.Error() + "\n"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(read(t, golden)), got); diff != "" {
				t.Errorf("mistakes differ from %s (-update rewrites it):\n%s", golden, diff)
			}
		})
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// with returns the valid files and one more.
func with(t *testing.T, name, text string) fs.FS {
	t.Helper()
	return fstest.MapFS{
		"base.yaml": {Data: read(t, "testdata/valid/base.yaml")},
		name:        {Data: []byte(text)},
	}
}

func TestLoad(t *testing.T) {
	loaded, err := seed.Load(os.DirFS("testdata/valid"), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := loaded.Content
	if got, want := c.Lessons[0].Markdown, "Decide from what is known. See the [values](#term/values)\nand the [Guide](https://example.org/guide)."; got != want {
		t.Errorf("body = %q, want %q", got, want)
	}
	if got, want := *c.Sources[0].Edition, "2020"; got != want {
		t.Errorf("edition = %q, want %q", got, want)
	}
	if got, want := c.Roles[0].Skills[0].ID(), "skill/facilitation"; got != want {
		t.Errorf("inlined fact = %q, want %q", got, want)
	}
	if got, want := c.Certifications[0].Renewal.Fee, (catalog.Money{Amount: "100", Currency: "USD"}); got != want {
		t.Errorf("fee = %v, want %v", got, want)
	}
	if got, want := c.Quizzes[0].GradeMethod, catalog.HighestGrade; got != want {
		t.Errorf("grade method = %q, want the default %q", got, want)
	}
	if got, want := c.Topics[0].Objectives[1].PrerequisiteCodes, []string{"SF1.1"}; !cmp.Equal(got, want) {
		t.Errorf("prerequisites = %v, want %v", got, want)
	}
}

func TestLoadBesideOtherContent(t *testing.T) {
	base, err := seed.Load(os.DirFS("testdata/valid"), nil)
	if err != nil {
		t.Fatal(err)
	}
	const term = `
terms:
  - slug: sprint
    name: Sprint
    definition: Another definition.
    related: [values]
    citations: [{ source: guide }]
`
	files := fstest.MapFS{"own/terms.yml": {Data: []byte(term)}}
	loaded, err := seed.Load(files, base.Content)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(loaded.Content.Terms); got != 1 {
		t.Errorf("%d terms were loaded, want the files' one", got)
	}
	if _, err := seed.Load(files, nil); err == nil || !strings.Contains(err.Error(), "there is no source/guide") {
		t.Errorf("err = %v, want the source that is only beside to be missed", err)
	}
}

func TestLoadReportsFilesTogether(t *testing.T) {
	files := fstest.MapFS{
		"b.yaml":     {Data: []byte("terms:\n  - slug: [\n")},
		"a/1.yaml":   {Data: []byte("trems: []\n")},
		"c.yml":      {Data: []byte("terms:\n  - text\n  - { slug: a, name: 1, definition: d, citations: [], extra: 1 }\n")},
		"latin.yaml": {Data: []byte("# caf\xe9\n")},
		"large.yaml": {Data: []byte("#" + strings.Repeat(" ", 2<<20))},
		"notes.txt":  {Data: []byte("[[[")},
	}
	_, err := seed.Load(files, nil)
	var mistakes seed.Mistakes
	if !errors.As(err, &mistakes) {
		t.Fatalf("err = %v, want mistakes", err)
	}
	var got []string
	for _, m := range mistakes {
		got = append(got, m.Position()+" "+m.Message)
	}
	want := []string{
		`a/1.yaml:1:1 trems: there is no such list; did you mean "terms"?`,
		`b.yaml:2:11 YAML: sequence end token ']' not found`,
		`c.yml:2:5 must have fields (name: value), not the text "text"`,
		`c.yml:3:22 name: must be text, not 1; put it in quotes: "1"`,
		`c.yml:3:51 citations: needs at least one entry`,
		`c.yml:3:55 extra: there is no such field`,
		`large.yaml:1:1 the file is larger than 2 MiB`,
		`latin.yaml:1:6 the file is not UTF-8`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoadOfNothing(t *testing.T) {
	if _, err := seed.Load(fstest.MapFS{}, nil); err == nil {
		t.Error("no error for a directory without files")
	}
	if _, err := seed.Load(os.DirFS("testdata/none"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("err = %v, want fs.ErrNotExist", err)
	}
}

func TestLoadIsBounded(t *testing.T) {
	tests := map[string]string{
		"DeepFlow":        strings.Repeat("[", 1<<16),
		"DeepMappings":    strings.Repeat("{a: ", 1<<16),
		"DeepEntries":     strings.Repeat("- ", 1<<16),
		"DeepKeys":        strings.Repeat("? ", 1<<16),
		"Bomb":            "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nterms: [*c]\n",
		"Merge":           "terms:\n  - <<: {slug: a}\n",
		"Tag":             "terms: !!binary aGk=\n",
		"WindowsNewlines": "terms:\r\n  - slug: A\r\n    nmae: x\r\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := seed.Load(fstest.MapFS{"f.yaml": {Data: []byte(text)}}, nil)
			var mistakes seed.Mistakes
			if !errors.As(err, &mistakes) {
				t.Fatalf("err = %v, want mistakes", err)
			}
		})
	}
}

func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/broken/*.yaml", "testdata/valid/*.yaml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := seed.Load(fstest.MapFS{"f.yaml": {Data: data}}, nil)
		var mistakes seed.Mistakes
		if err != nil && !errors.As(err, &mistakes) {
			t.Fatalf("err = %v, want mistakes or nothing", err)
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, m := range mistakes {
			if m.File != "f.yaml" || m.Line < 1 || m.Line > lines || m.Column < 1 {
				t.Errorf("%q is at %d:%d of %d lines", m.Message, m.Line, m.Column, lines)
			}
		}
	})
}
