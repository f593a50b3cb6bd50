package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// configured returns gqlgen's configuration for a schema over package shapes,
// to write into a directory of the test.
func configured(t *testing.T, schema string) *config.Config {
	t.Helper()
	cfg := config.DefaultConfig()
	cfg.Sources = []*ast.Source{{Name: "shapes.graphqls", Input: schema}}
	cfg.Exec.Filename = filepath.Join(t.TempDir(), "graph", "generated.go")
	cfg.Exec.Package = "graph"
	cfg.OmitGetters = true
	const shapes = "github.com/scrumkb/scrumkb/graph/internal/gengraph/internal/shapes"
	cfg.AutoBind = []string{shapes}
	cfg.Models["Box"] = config.TypeMapEntry{Fields: map[string]config.TypeMapField{"resolved": {Resolver: true}, "mine": {Resolver: true}}}
	cfg.Directives["cacheControl"] = config.DirectiveConfig{SkipRuntime: true}
	if err := os.Mkdir(filepath.Dir(cfg.Exec.Filename), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := cfg.LoadSchema(); err != nil {
		t.Fatal(err)
	}
	if err := cfg.Init(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

func generate(t *testing.T, schema string) (string, error) {
	t.Helper()
	cfg := configured(t, schema)
	data, err := codegen.BuildData(cfg)
	if err != nil {
		return "", err
	}
	if err := (plans{}).GenerateCode(data); err != nil {
		return "", err
	}
	written, err := os.ReadFile(plansFile(cfg))
	return string(written), err
}

func TestPlansOfEachShape(t *testing.T) {
	schema, err := os.ReadFile("testdata/shapes.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	got, err := generate(t, string(schema))
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/plans.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("plans differ from %s, -update rewrites it (-want +got):\n%s", golden, diff)
	}
	for _, left := range []string{"slow", "opened", "loud", "resolved"} {
		if strings.Contains(got, `"`+left+`"`) {
			t.Errorf("%s is planned, and the executor alone can do it", left)
		}
	}
}

// A schema in which gqlgen finds nothing to plan is one that this generator no
// longer understands: better no plans.go than one that plans nothing.
func TestNothingToPlanIsAMistake(t *testing.T) {
	_, err := generate(t, `type Query { count: Int! }`)
	if err == nil || !strings.Contains(err.Error(), "0 resolvers can be planned") {
		t.Errorf("%v", err)
	}
}
