package seed_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/seed"
)

func TestWriteReport(t *testing.T) {
	loaded, err := seed.Load(os.DirFS("testdata/valid"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := seed.WriteReport(&out, loaded.Report()); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/report.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(read(t, golden)), out.String()); diff != "" {
		t.Errorf("report differs from %s (-update rewrites it):\n%s", golden, diff)
	}
}

func TestCheckBankPlacesItsFindings(t *testing.T) {
	loaded, err := seed.Load(os.DirFS("testdata/valid"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var mistakes seed.Mistakes
	if err := loaded.CheckBank(); !errors.As(err, &mistakes) {
		t.Fatalf("err = %v, want mistakes", err)
	}
	if got, want := mistakes[0].Position()+" "+mistakes[0].Message, "base.yaml:63:11 objectives[0]: SF1.1 has 1 of 4 questions"; got != want {
		t.Errorf("first finding = %q, want %q", got, want)
	}
}

func TestEmbeddedBankIsAsWanted(t *testing.T) {
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := loaded.CheckBank(); err != nil {
		t.Error(err)
	}
}
