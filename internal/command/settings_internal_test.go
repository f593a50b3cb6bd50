package command

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestEverySettingIsDocumented compares the tables of docs/operations.md with
// the command line: flags, their variables, and defaults if any.
func TestEverySettingIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string][]string{}
	row := regexp.MustCompile("(?m)^\\| `--(?:\\[no-\\])?([\\w-]+)` \\| (?:`(\\w+)`)? ?\\| ?(.*?) ?\\|")
	for _, found := range row.FindAllStringSubmatch(string(text), -1) {
		if _, twice := documented[found[1]]; twice {
			t.Errorf("--%s is in the tables twice", found[1])
		}
		documented[found[1]] = found[2:]
	}

	parser, err := kong.New(&settings{}, kong.Vars{"version": ""})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, leaf := range parser.Model.Leaves(false) {
		for _, group := range leaf.AllFlags(true) {
			for _, flag := range group {
				if flag.Name == "help" || flag.Name == "version" {
					continue
				}
				known[flag.Name] = true
				checkSetting(t, flag, documented[flag.Name])
			}
		}
	}
	for name := range documented {
		if !known[name] {
			t.Errorf("docs/operations.md has --%s, which no command takes", name)
		}
	}
	if len(known) < 20 {
		t.Errorf("%d flags", len(known))
	}
}

func checkSetting(t *testing.T, flag *kong.Flag, documented []string) {
	t.Helper()
	if documented == nil {
		t.Errorf("docs/operations.md does not have --%s", flag.Name)
		return
	}
	variable := ""
	if len(flag.Envs) > 0 {
		variable = flag.Envs[0]
	}
	if documented[0] != variable {
		t.Errorf("--%s has the variable %q, and %q in docs/operations.md", flag.Name, variable, documented[0])
	}
	if flag.IsBool() {
		return
	}
	if flag.Default != "" && !strings.Contains(documented[1], "`"+flag.Default+"`") {
		t.Errorf("--%s has the default %q, and %q in docs/operations.md", flag.Name, flag.Default, documented[1])
	}
}
