package scalar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/scalar"
)

func TestUnmarshalDate(t *testing.T) {
	for _, good := range []string{"2026-11-26", "2028-02-29", "0001-01-01", "9999-12-31"} {
		if d, err := scalar.UnmarshalDate(good); err != nil || string(d) != good {
			t.Errorf("%s: %s, %v", good, d, err)
		}
	}
	bad := []any{
		"banana", "2026-2-3", "2026-02-30", "2026-02-29", "", " 2026-11-26", "2026-11-26T00:00:00Z",
		"10000-01-01", "2026-13-01", "2026-00-10", "2026/11/26", json.Number("20261126"), int64(20261126), true, nil,
	}
	for _, value := range bad {
		if d, err := scalar.UnmarshalDate(value); fault.CodeOf(err) != fault.InvalidInput {
			t.Errorf("%v: %s, %v, want %s", value, d, err, fault.InvalidInput)
		}
	}
}

func TestUnmarshalDateTime(t *testing.T) {
	half := time.Date(2026, 11, 26, 9, 30, 0, 0, time.UTC)
	good := map[string]time.Time{
		"2026-11-26T09:30:00Z":            half,
		"2026-11-26t09:30:00z":            half,
		"2026-11-26T10:30:00+01:00":       half,
		"2026-11-25T09:31:00-23:59":       half,
		"2026-11-26T09:30:00.125Z":        half.Add(125 * time.Millisecond),
		"2026-11-26T09:30:00.0000000001Z": half,
		"2026-11-26T09:30:00-00:00":       half,
	}
	for text, want := range good {
		if got, err := scalar.UnmarshalDateTime(text); err != nil || !got.Equal(want) {
			t.Errorf("%s: %s, %v, want %s", text, got, err, want)
		}
	}
	bad := []any{
		"2026-11-26T09:30:00,125Z", "2026-11-26T09:30:00+24:00", "2026-11-26T09:30:00+01:60", "2026-11-26T9:30:00Z",
		"2026-11-26 09:30:00", "2026-11-26 09:30:00Z", "2026-11-26T09:30:00", "2026-11-26T09:30Z", "2026-11-26", "",
		"2026-11-26T24:00:00Z", "2026-11-26T09:30:60Z", "2026-02-29T09:30:00Z", "2026-11-26T09:30:00.Z",
		"2026-11-26T09:30:00+0100", "2026-11-26T09:30:00Zz", json.Number("1"), nil,
	}
	for _, value := range bad {
		if got, err := scalar.UnmarshalDateTime(value); fault.CodeOf(err) != fault.InvalidInput {
			t.Errorf("%v: %s, %v, want %s", value, got, err, fault.InvalidInput)
		}
	}
}

func FuzzUnmarshalDateTime(f *testing.F) {
	f.Add("2026-11-26T09:30:00.125+01:00")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := scalar.UnmarshalDateTime(text)
		if err != nil {
			return
		}
		again, err := scalar.UnmarshalDateTime(got.Format(time.RFC3339Nano))
		if err != nil || !again.Equal(got) {
			t.Errorf("%q is %s, which reads as %s, %v", text, got, again, err)
		}
	})
}
