package graphiql_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAssetsArePinned compares the embedded third-party files with the list of
// their origins.
func TestAssetsArePinned(t *testing.T) {
	list, err := os.ReadFile("assets/PINNED")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(list)) {
		if fields := strings.Fields(line); len(fields) == 4 && fields[0] != "#" {
			want[fields[1]] = fields[0]
		}
	}

	got := map[string]string{}
	embedded, err := filepath.Glob("assets/*.gz")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range embedded {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(gunzip(t, body))
		got[strings.TrimSuffix(filepath.Base(file), ".gz")] = hex.EncodeToString(sum[:])
	}
	if len(got) == 0 {
		t.Fatal("nothing is embedded")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sha256 of the assets (-pinned +embedded):\n%s", diff)
	}
}
