package seed_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/seed"
)

func TestNumbers(t *testing.T) {
	for written, want := range map[string]float64{
		"1e-07": 1e-7, "1e3": 1000, "1E+3": 1000, "2.5e1": 25, "-1.5e2": -150, "15": 15, "-0.5": -0.5, ".5": 0.5, "+3": 3,
	} {
		loaded, err := seed.Read(fstest.MapFS{"q.yaml": {Data: []byte("questions:\n  - { slug: q, number: { value: " + written + " } }\n")}}, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := loaded.Content.Questions[0].Number.Value; got != want {
			t.Errorf("%s is read as %g, want %g", written, got, want)
		}
	}
}

func TestWholeNumbers(t *testing.T) {
	for written, want := range map[string]int{"3": 3, "1e1": 10, "2.0": 2} {
		loaded, err := seed.Read(fstest.MapFS{"t.yaml": {Data: []byte("topics:\n  - { code: SF1, weight: " + written + " }\n")}}, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := loaded.Content.Topics[0].Weight; got != want {
			t.Errorf("%s is read as %d, want %d", written, got, want)
		}
	}
}

func TestWhatIsNoNumber(t *testing.T) {
	for _, written := range []string{`"1e3"`, "1e", "e3", "0x10", "010", "1_000", "1e999", ".inf", ".nan", "many", "1e400"} {
		_, err := seed.Load(fstest.MapFS{"q.yaml": {Data: []byte("questions:\n  - { slug: q, number: { value: " + written + " } }\n")}}, nil)
		if err == nil || !strings.Contains(err.Error(), "number.value: must be a number, not ") {
			t.Errorf("%s: %v", written, err)
		}
	}
	for _, written := range []string{"1.5", "1e-1", "1e20"} {
		_, err := seed.Load(fstest.MapFS{"t.yaml": {Data: []byte("topics:\n  - { code: SF1, weight: " + written + " }\n")}}, nil)
		if err == nil || !strings.Contains(err.Error(), "weight: must be a whole number, not ") {
			t.Errorf("%s: %v", written, err)
		}
	}
}

func TestDatesInTheFuture(t *testing.T) {
	const text = `sources:
  - { slug: guide, title: The Guide, publisher: Its authors, verified_at: %s }
terms:
  - { slug: a, name: A, definition: A word., citations: [{ source: guide, verified_at: %s }] }
`
	for name, tt := range map[string]struct {
		today, source, citation string
		want                    []string
	}{
		"Past":    {"2026-11-26", "2026-11-25", "2026-11-26", nil},
		"Future":  {"2026-11-26", "2026-11-27", "2062-01-01", []string{"f.yaml:2:75: verified_at: 2026-11-27 is in the future", "f.yaml:4:88: citations[0].verified_at: 2062-01-01 is in the future"}},
		"NotSaid": {"", "2026-11-27", "2062-01-01", nil},
		"NoDate":  {"2026-11-26", "2026-11-25", "2026-31-12", []string{"\"2026-31-12\" is not a date"}},
	} {
		t.Run(name, func(t *testing.T) {
			loaded, err := seed.Read(fstest.MapFS{"f.yaml": {Data: fmt.Appendf(nil, text, tt.source, tt.citation)}}, catalog.Date(tt.today))
			if err != nil {
				t.Fatal(err)
			}
			err = loaded.Check(nil)
			if len(tt.want) == 0 && err != nil || len(tt.want) > 0 && err == nil {
				t.Fatalf("err = %v, want %q", err, tt.want)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is missing from\n%v", want, err)
				}
			}
		})
	}
}
