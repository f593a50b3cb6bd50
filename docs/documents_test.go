package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// root is the repository's root, as seen from this directory.
const root = ".."

// A longer page should be split, and longer lines do not fit in half a window.
const (
	pageLines     = 120 // of README and CONTRIBUTING
	lineLength    = 160
	decisionWidth = 110 // of docs/decisions
)

// documents maps the paths of all documents, from the root, to their texts.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"README.md", "CONTRIBUTING.md", "docs/*.md", "docs/decisions/*.md"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			texts[filepath.ToSlash(name)] = string(text)
		}
	}
	return texts
}

func TestDocumentsAreShort(t *testing.T) {
	for name, text := range documents(t) {
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		if !strings.HasPrefix(name, "docs/") && len(lines) > pageLines {
			t.Errorf("%s has %d lines, more than %d", name, len(lines), pageLines)
		}
		limit := lineLength
		if strings.HasPrefix(name, "docs/decisions/") {
			limit = decisionWidth
		}
		for i, line := range lines {
			if n := utf8.RuneCountInString(line); n > limit {
				t.Errorf("%s:%d has %d characters, more than %d", name, i+1, n, limit)
			}
		}
	}
}

var (
	fenced  = regexp.MustCompile("(?ms)^```.*?\n```$")
	inCode  = regexp.MustCompile("`[^`\n]+`")
	linked  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

func TestLinksResolve(t *testing.T) {
	texts := documents(t)
	count := 0
	for name, text := range texts {
		prose := inCode.ReplaceAllString(fenced.ReplaceAllString(text, ""), "")
		for _, found := range linked.FindAllStringSubmatch(prose, -1) {
			target, fragment, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, ":") {
				continue // not ours
			}
			count++
			file := name
			if target != "" {
				file = filepath.ToSlash(filepath.Join(filepath.Dir(name), target))
			}
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s links to %s: %v", name, found[1], err)
			} else if fragment != "" && !anchors(texts[file])[fragment] {
				t.Errorf("%s links to %s, which has no such heading", name, found[1])
			}
		}
	}
	if count < 20 {
		t.Errorf("%d links", count)
	}
}

// anchors returns the anchors that GitHub gives to a document's headings.
func anchors(text string) map[string]bool {
	names := map[string]bool{}
	for _, found := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		name := strings.ToLower(strings.ReplaceAll(found[1], "`", ""))
		name = regexp.MustCompile(`[^\p{L}\p{N}\s_-]`).ReplaceAllString(name, "")
		names[strings.ReplaceAll(name, " ", "-")] = true
	}
	return names
}

// TestPathsExist checks everything in code font in CONTRIBUTING and the
// decisions that looks like a path: it has a slash or one of this repository's
// file extensions.
func TestPathsExist(t *testing.T) {
	count := 0
	for name, text := range documents(t) {
		if name != "CONTRIBUTING.md" && !strings.HasPrefix(name, "docs/decisions/") {
			continue
		}
		for _, found := range inCode.FindAllString(fenced.ReplaceAllString(text, ""), -1) {
			path := strings.Trim(found, "`")
			if !isPath(path) {
				continue
			}
			count++
			matches, err := filepath.Glob(filepath.Join(root, placeholder.ReplaceAllString(path, "*")))
			if err != nil || len(matches) == 0 {
				t.Errorf("%s names %s, which does not exist", name, path)
			}
		}
		for _, path := range layout(text) {
			count++
			if _, err := os.Stat(filepath.Join(root, path)); err != nil {
				t.Errorf("%s lays out %s, which does not exist", name, path)
			}
		}
	}
	if count < 40 {
		t.Errorf("%d paths", count)
	}
}

// placeholder matches the part of a path that a reader fills in.
var placeholder = regexp.MustCompile(`<[^>]+>`)

var (
	pathLike = regexp.MustCompile(`^[\w.<>*-]+(/[\w.<>*-]*)*$`)
	topLevel = regexp.MustCompile(`^(internal|resolvers|seed|graph|docs|clients|bench|\.ci)(/|$)`)
	file     = regexp.MustCompile(`^[\w.<>*-]+\.(go|md|yml|yaml|json|graphqls|mod|sum)$`)
)

func isPath(text string) bool {
	return pathLike.MatchString(text) && (topLevel.MatchString(text) && strings.Contains(text, "/") || file.MatchString(text)) ||
		text == "Makefile" || text == "Dockerfile"
}

// layout returns the paths in a document's first plain code block: the first
// word of each line, below the less indented directories above it.
func layout(text string) []string {
	block := regexp.MustCompile("(?ms)^```text$\n(.*?)\n```$").FindStringSubmatch(text)
	if block == nil {
		return nil
	}
	var paths, above []string
	for line := range strings.Lines(block[1]) {
		entry := strings.TrimLeft(line, " ")
		depth := (len(line) - len(entry)) / 2
		words := strings.Fields(entry)
		if len(words) == 0 || depth > len(above) {
			continue // continues the line above
		}
		above = append(above[:depth:depth], strings.TrimSuffix(words[0], "/"))
		paths = append(paths, filepath.Join(above...))
	}
	return paths
}

// TestEveryDependencyIsListed compares go.mod with docs/decisions/dependencies.md.
func TestEveryDependencyIsListed(t *testing.T) {
	listed := documents(t)["docs/decisions/dependencies.md"]
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, found := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(text), -1) {
		count++
		if !strings.Contains(listed, "| "+found[1]+" |") {
			t.Errorf("docs/decisions/dependencies.md does not say what %s is for", found[1])
		}
	}
	if count < 20 {
		t.Errorf("%d dependencies", count)
	}
}
