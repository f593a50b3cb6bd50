package arch_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestMap prints which packages of the module each package imports, with its
// number of files: go test ./internal/arch -run TestMap -v
func TestMap(t *testing.T) {
	if !testing.Verbose() {
		t.Skip("prints a map; run it with -v")
	}
	found := packages(t)
	for _, name := range slices.Sorted(maps.Keys(found)) {
		var inner []string
		for _, imported := range found[name].Imports {
			if i := inModule(imported); i != "" {
				inner = append(inner, i)
			}
		}
		slices.Sort(inner)
		t.Logf("%s (%d files) → %s", name, len(found[name].GoFiles), strings.Join(inner, ", "))
	}
}
