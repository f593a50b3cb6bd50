package catalog_test

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestRelevance checks searches against rules that say what they must find.
func TestRelevance(t *testing.T) {
	file, err := os.Open("testdata/relevance.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	s := build(t, embedded(t))
	queries := map[string]bool{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		query, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		queries[query] = true
		hits, err := found(t, s, query, nil)
		if err != nil {
			t.Fatal(err)
		}
		ids := make([]string, len(hits))
		for i, h := range hits {
			ids[i] = h.Node.ID()
		}
		if !holds(t, strings.Fields(line[len(quoted):]), ids) {
			t.Errorf("%s\n\tfinds %s", line, strings.Join(ids[:min(len(ids), 6)], " "))
		}
	}
	if len(queries) < 200 {
		t.Errorf("%d queries, want at least 200", len(queries))
	}
}

func holds(t *testing.T, rule, ids []string) bool {
	t.Helper()
	switch {
	case len(rule) == 2 && rule[0] == "=":
		return len(ids) > 0 && ids[0] == rule[1]
	case len(rule) == 2 && rule[0] == "3":
		return slices.Contains(ids[:min(len(ids), 3)], rule[1])
	case len(rule) == 3 && rule[1] == "<":
		first, second := slices.Index(ids, rule[0]), slices.Index(ids, rule[2])
		return first >= 0 && first < second
	}
	t.Fatalf("what is %q?", rule)
	return false
}
