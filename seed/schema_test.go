package seed_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/scrumkb/scrumkb/seed"
)

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(read(t, "content.schema.json")))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("content.schema.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("content.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}

func TestSchemaAcceptsContent(t *testing.T) {
	s := compiledSchema(t)
	for _, fsys := range []fs.FS{seed.Embedded(), os.DirFS("testdata/valid"), os.DirFS(samples)} {
		err := fs.WalkDir(fsys, ".", func(name string, _ fs.DirEntry, err error) error {
			if err != nil || path.Ext(name) != ".yaml" {
				return err
			}
			text, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			if err := validate(t, s, text); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Authors of content read the descriptions in their editor, and know no Go.
func TestSchemaSpeaksToAuthors(t *testing.T) {
	ours := regexp.MustCompile(`\b(nil|struct|slice|pointer|[A-Z][a-z]+[A-Z][A-Za-z]*)\b`)
	for _, line := range strings.Split(string(read(t, "content.schema.json")), "\n") {
		if _, text, found := strings.Cut(line, `"description": "`); found && ours.MatchString(text) {
			t.Errorf("the description %q says %q", text, ours.FindString(text))
		}
	}
}

func TestSchemaRefusesWhatTheLoaderRefuses(t *testing.T) {
	s := compiledSchema(t)
	for _, name := range []string{"unknown_field", "wrong_type", "bad_enum"} {
		t.Run(name, func(t *testing.T) {
			if err := validate(t, s, read(t, "testdata/broken/"+name+".yaml")); err == nil {
				t.Error("the schema accepts it")
			}
		})
	}
}
