package profile

import (
	"archive/zip"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

var update = flag.Bool("update", false, "rewrite zones.txt")

// The zones to choose from are those of Go's own database, which is part of
// the program: every machine has these, and none has more.
func TestZonesMatchGo(t *testing.T) {
	goroot, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	database, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = database.Close() }()
	var names []string
	for _, file := range database.File {
		if !strings.HasSuffix(file.Name, "/") && file.Name != "Factory" { // of machines without a configured zone
			names = append(names, file.Name)
		}
	}
	slices.Sort(names)
	want := strings.Join(names, "\n") + "\n"
	if *update {
		if err := os.WriteFile("zones.txt", []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if zoneNames != want {
		t.Error("zones.txt does not list the zones of this Go; run this test with -update")
	}
}

func TestZonesAreDistinct(t *testing.T) {
	names := strings.Fields(zoneNames)
	for _, name := range names {
		if read, ok := readZone(strings.ToUpper(name)); !ok || read != name {
			t.Errorf("%s is read as %q", name, read)
		}
		if _, err := time.LoadLocation(name); err != nil {
			t.Error(err)
		}
	}
	if len(names) < 500 {
		t.Errorf("there are %d zones", len(names))
	}
}
