package arch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/scrumkb/scrumkb"

// root is the module's directory, seen from here.
const root = "../.."

// allowed lists, for each package by its path in the module, which others it
// may import. Imports point one way; a new package needs a line.
var allowed = map[string][]string{
	".":                {"internal/command"},
	"internal/command": {"graph", "internal/catalog", "internal/catalog/archive", "internal/credential", "internal/demo", "internal/fault", "internal/identity", "internal/plan", "internal/progress", "internal/quiz", "internal/records", "internal/server", "internal/server/certificates", "internal/server/graphiql", "internal/store", "internal/store/mongostore", "internal/store/sqlitestore", "internal/xapi", "resolvers", "seed"},

	"graph/internal/gengraph":                 {},
	"graph/internal/gengraph/internal/shapes": {},

	"internal/server":                     {"internal/answer", "internal/fault", "internal/identity", "internal/limit", "internal/metric", "internal/server/document", "internal/server/failure", "internal/server/kept"},
	"internal/server/kept":                {"internal/server/document"},
	"internal/server/document":            {"internal/fault", "internal/server/failure", "internal/variables"},
	"internal/server/failure":             {"internal/fault"},
	"internal/server/certificates":        {"internal/credential", "internal/fault", "internal/progress/certificate"},
	"internal/server/graphiql":            {},
	"internal/server/internal/testschema": {"internal/fault"},

	"resolvers":                     {"graph", "internal/answer", "internal/bookmark", "internal/catalog", "internal/cohort", "internal/fault", "internal/identity", "internal/journey", "internal/nodeid", "internal/notice", "internal/progress/activity", "internal/progress/certificate", "internal/progress/course", "internal/progress/guide", "internal/progress/mastery", "internal/progress/profile", "internal/progress/statement", "internal/quiz", "internal/records"},
	"graph":                         {"internal/bookmark", "internal/catalog", "internal/cohort", "internal/fault", "internal/identity", "internal/journey", "internal/notice", "internal/plan", "internal/progress/activity", "internal/progress/certificate", "internal/progress/course", "internal/progress/guide", "internal/progress/mastery", "internal/progress/statement", "internal/quiz", "internal/scalar"},
	"internal/scalar":               {"internal/catalog", "internal/fault"},
	"internal/variables":            {"internal/fault"},
	"internal/plan":                 {"internal/answer"},
	"internal/answer":               {"internal/fault", "internal/limit"},
	"internal/limit":                {"internal/fault", "internal/metric"},
	"internal/metric":               {},
	"internal/quiz":                 {"internal/catalog", "internal/fault", "internal/nodeid", "internal/store", "internal/typed", "internal/watch"},
	"internal/progress":             {"internal/catalog", "internal/fault", "internal/notice", "internal/progress/activity", "internal/progress/certificate", "internal/progress/course", "internal/progress/mastery", "internal/progress/profile", "internal/progress/statement", "internal/quiz", "internal/store", "internal/typed", "internal/watch", "internal/xapi"},
	"internal/progress/course":      {"internal/catalog", "internal/quiz", "internal/store"},
	"internal/progress/mastery":     {"internal/catalog", "internal/fault", "internal/quiz", "internal/store"},
	"internal/progress/activity":    {"internal/catalog", "internal/quiz", "internal/store"},
	"internal/progress/profile":     {"internal/catalog", "internal/fault", "internal/store", "internal/typed"},
	"internal/progress/certificate": {"internal/credential", "internal/fault", "internal/nodeid", "internal/quiz", "internal/store", "internal/typed"},
	"internal/progress/statement":   {"internal/fault", "internal/store", "internal/xapi"},
	"internal/progress/guide":       {"internal/catalog", "internal/fault", "internal/journey", "internal/progress", "internal/progress/activity", "internal/progress/certificate", "internal/progress/course", "internal/progress/mastery", "internal/quiz"},
	"internal/bookmark":             {"internal/catalog", "internal/fault", "internal/store", "internal/typed"},
	"internal/notice":               {"internal/catalog", "internal/fault", "internal/nodeid", "internal/progress/course", "internal/store"},
	"internal/journey":              {"internal/catalog", "internal/fault", "internal/nodeid", "internal/progress/activity", "internal/progress/profile", "internal/store", "internal/typed"},
	"internal/cohort":               {"internal/catalog", "internal/fault", "internal/nodeid", "internal/progress", "internal/progress/course", "internal/progress/mastery", "internal/progress/profile", "internal/progress/statement", "internal/quiz", "internal/store", "internal/typed"},
	"internal/owndata":              {"internal/fault", "internal/limit", "internal/store"},
	"internal/records":              {"internal/bookmark", "internal/cohort", "internal/credential", "internal/journey", "internal/notice", "internal/owndata", "internal/progress", "internal/progress/certificate", "internal/progress/guide", "internal/progress/profile", "internal/progress/statement", "internal/quiz", "internal/store", "internal/xapi"},
	"internal/demo":                 {"internal/catalog", "internal/cohort", "internal/fault", "internal/journey", "internal/nodeid", "internal/progress/course", "internal/progress/profile", "internal/quiz", "internal/quiz/respond", "internal/records"},
	"internal/quiz/respond":         {"internal/catalog", "internal/quiz"},
	"internal/xapi":                 {},
	"internal/typed":                {"internal/fault"},
	"internal/watch":                {},

	"internal/catalog":          {"internal/catalog/markdown", "internal/catalog/search", "internal/fault", "internal/typed"},
	"internal/catalog/archive":  {"internal/catalog", "internal/catalog/check", "internal/fault", "internal/store"},
	"internal/catalog/check":    {"internal/catalog", "internal/catalog/search", "internal/typed"},
	"internal/catalog/markdown": {},
	"internal/catalog/search":   {"internal/fault", "internal/typed"},

	"seed":                    {"internal/catalog", "internal/catalog/archive", "internal/catalog/check", "internal/fault", "internal/typed"},
	"seed/internal/genschema": {"internal/catalog"},

	"internal/store":             {"internal/fault"},
	"internal/store/mongostore":  {"internal/fault", "internal/store"},
	"internal/store/sqlitestore": {"internal/fault", "internal/store"},
	"internal/credential":        {},
	"internal/fault":             {},
	"internal/nodeid":            {},
	"internal/identity":          {"internal/fault"},

	// For tests.
	"docs":                         {},
	"internal/arch":                {},
	"internal/catalogtest":         {"internal/catalog", "internal/catalog/archive", "internal/catalog/check", "internal/fault", "internal/store", "internal/store/sqlitestore", "internal/store/storetest", "seed"},
	"internal/records/recordstest": {"internal/catalog", "internal/catalogtest", "internal/cohort", "internal/fault", "internal/nodeid", "internal/quiz", "internal/quiz/quiztest", "internal/records", "internal/store", "internal/store/sqlitestore", "internal/store/storetest", "internal/xapi"},
	"internal/quiz/quiztest":       {"internal/catalog", "internal/catalogtest", "internal/fault", "internal/quiz", "internal/quiz/respond", "internal/store"},
	"internal/store/storetest":     {"internal/fault", "internal/store"},
	"internal/transcript":          {},
}

// restricted lists the packages that may import certain dependencies. A path
// matches a whole import path or its prefix up to a slash.
var restricted = map[string][]string{
	// bson is the encoding of documents in both databases.
	"go.mongodb.org/mongo-driver/v2/mongo": {"internal/store/mongostore"},
	"go.mongodb.org/mongo-driver/v2/event": {"internal/store/mongostore"},
	"go.mongodb.org/mongo-driver/v2/bson":  {"internal/store/mongostore", "internal/store/sqlitestore"},
	"database/sql":                         {"internal/store/sqlitestore"},
	"github.com/ncruces/go-sqlite3":        {"internal/store/sqlitestore"},
	"github.com/99designs/gqlgen":          {"graph", "graph/internal/gengraph", "internal/command", "internal/plan", "internal/scalar", "internal/server", "internal/server/document", "internal/server/internal/testschema", "internal/server/kept", "resolvers"},
	"github.com/vektah/gqlparser/v2":       {"graph", "graph/internal/gengraph", "internal/command", "internal/plan", "internal/server", "internal/server/document", "internal/server/failure", "internal/server/internal/testschema", "internal/variables", "resolvers"},
	"github.com/coder/websocket":           {"internal/server"},
	"net/http":                             {"internal/identity", "internal/server", "internal/server/certificates", "internal/server/graphiql", "internal/server/kept"},
	"github.com/alecthomas/kong":           {"internal/command"},
	"github.com/yuin/goldmark":             {"internal/catalog/check", "internal/catalog/markdown"},
	"github.com/microcosm-cc/bluemonday":   {"internal/catalog/markdown"},
	"testing":                              {"internal/catalogtest", "internal/quiz/quiztest", "internal/records/recordstest", "internal/store/storetest"},
}

type goPackage struct {
	Dir        string
	ImportPath string
	Imports    []string // excluding test files
	GoFiles    []string

	IgnoredGoFiles []string // files for other systems or build tags
}

func packages(t *testing.T) map[string]goPackage {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=Dir,ImportPath,Imports,GoFiles,IgnoredGoFiles", "./...")
	list.Dir = root
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]goPackage{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		found[inModule(p.ImportPath)] = p
	}
}

// inModule returns a package's path in the module, or "" for packages of other
// modules.
func inModule(path string) string {
	if path == module {
		return "."
	}
	inner, ok := strings.CutPrefix(path, module+"/")
	if !ok {
		return ""
	}
	return inner
}

func TestImportsPointOneWay(t *testing.T) {
	found := packages(t)
	for name, p := range found {
		may, ok := allowed[name]
		if !ok {
			t.Errorf("%s is not in the table: list the packages it may import", name)
			continue
		}
		for _, imported := range p.Imports {
			if inner := inModule(imported); inner != "" && !slices.Contains(may, inner) {
				t.Errorf("%s imports %s, which the table does not allow", name, inner)
			}
		}
	}
	for name := range allowed {
		if _, ok := found[name]; !ok {
			t.Errorf("%s is in the table but does not exist", name)
		}
	}
}

// The table itself must not allow cycles.
func TestTableHasNoCycles(t *testing.T) {
	var visit func(name string, path []string)
	visit = func(name string, path []string) {
		if slices.Contains(path, name) {
			t.Errorf("a circle: %s", strings.Join(append(path, name), " → "))
			return
		}
		for _, next := range allowed[name] {
			visit(next, append(slices.Clone(path), name))
		}
	}
	for name := range allowed {
		visit(name, nil)
	}
}

func TestRestrictedImports(t *testing.T) {
	for name, p := range packages(t) {
		for _, imported := range p.Imports {
			for known, by := range restricted {
				if (imported == known || strings.HasPrefix(imported, known+"/")) && !slices.Contains(by, name) {
					t.Errorf("%s imports %s, which only %s may import", name, imported, strings.Join(by, ", "))
				}
			}
		}
	}
}

func TestNoInitFunctions(t *testing.T) {
	for name, p := range packages(t) {
		for _, file := range p.GoFiles {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.SkipObjectResolution|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if ast.IsGenerated(parsed) {
				continue
			}
			for _, d := range parsed.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					t.Errorf("%s/%s has an init function", name, file)
				}
			}
		}
	}
}

// longest is the maximum number of lines in a file, and largest the maximum
// number of files in a package, not counting tests and generated files:
// anything bigger holds more than one concept.
const (
	longest = 450
	largest = 28
)

func TestFilesAreShortAndPackagesSmall(t *testing.T) {
	for name, p := range packages(t) {
		files := 0
		for _, file := range slices.Concat(p.GoFiles, p.IgnoredGoFiles) {
			text, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.HasPrefix(text, []byte("// Code generated ")) || strings.HasSuffix(file, "_test.go") {
				continue
			}
			files++
			if lines := bytes.Count(text, []byte("\n")); lines > longest {
				t.Errorf("%s/%s has %d lines, more than %d", name, file, lines, longest)
			}
		}
		if files > largest {
			t.Errorf("%s has %d files, more than %d", name, files, largest)
		}
	}
}
