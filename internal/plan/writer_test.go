package plan

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"pgregory.net/rapid"
)

// written returns a Writer's output, and whether it failed.
func written(write func(w *Writer)) (string, bool) {
	w := &Writer{}
	write(w)
	return string(w.out), w.failed
}

func marshalled(m graphql.Marshaler) string {
	var out bytes.Buffer
	m.MarshalGQL(&out)
	return out.String()
}

func TestScalarsAreWrittenAsByGqlgen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Any bytes: both pass on invalid UTF-8.
		text := string(rapid.SliceOf(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("\"\\\n\t\r\x00\x1f\x7f\x80 a")))).Draw(t, "text"))
		if got, _ := written(func(w *Writer) { w.String(text) }); got != marshalled(graphql.MarshalString(text)) {
			t.Fatalf("%q is written as %s", text, got)
		}
		number := rapid.Float64().Draw(t, "number")
		if got, _ := written(func(w *Writer) { w.Float(number) }); got != marshalled(graphql.MarshalFloat(number)) {
			t.Fatalf("%g is written as %s", number, got)
		}
		count := rapid.Int().Draw(t, "count")
		if got, _ := written(func(w *Writer) { w.Int(count) }); got != marshalled(graphql.MarshalInt(count)) {
			t.Fatalf("%d is written as %s", count, got)
		}
		instant := time.UnixMicro(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "instant")).UTC()
		if got, _ := written(func(w *Writer) { w.Time(instant, true) }); got != marshalled(graphql.MarshalTime(instant)) {
			t.Fatalf("%s is written as %s", instant, got)
		}
	})
}

func TestUnencodableValuesFail(t *testing.T) {
	for name, write := range map[string]func(w *Writer){
		"NoValue":  func(w *Writer) { w.Nil(true) },
		"NoTime":   func(w *Writer) { w.Time(time.Time{}, true) },
		"NaN":      func(w *Writer) { w.Float(math.NaN()) },
		"Infinity": func(w *Writer) { w.Float(math.Inf(-1)) },
	} {
		if _, failed := written(write); !failed {
			t.Errorf("%s is written", name)
		}
	}
	for name, write := range map[string]func(w *Writer){
		"NoValue": func(w *Writer) { w.Nil(false) },
		"NoTime":  func(w *Writer) { w.Time(time.Time{}, false) },
	} {
		if got, failed := written(write); failed || got != "null" {
			t.Errorf("%s, which may be: %s, failed %t", name, got, failed)
		}
	}
}

// encodings is how many texts an answer of 12 KB contains.
func texts() []string {
	all := make([]string, 0, 150)
	for i := range 150 {
		all = append(all, strings.Repeat("The Product Goal is in the Product Backlog. ", 1+i%4)[:40+i%4*40])
	}
	return all
}

// BenchmarkTexts measures the possible gain of storing texts encoded: the
// difference between copying them and scanning for characters to escape.
func BenchmarkTexts(b *testing.B) {
	all := texts()
	encoded := make([]string, 0, len(all))
	for _, text := range all {
		encoded = append(encoded, marshalled(graphql.MarshalString(text)))
	}
	w := &Writer{}
	b.Run("Encoded", func(b *testing.B) {
		for b.Loop() {
			w.out = w.out[:0]
			for _, text := range all {
				w.String(text)
			}
		}
		b.SetBytes(int64(len(w.out)))
	})
	b.Run("Copied", func(b *testing.B) {
		for b.Loop() {
			w.out = w.out[:0]
			for _, text := range encoded {
				w.out = append(w.out, text...)
			}
		}
		b.SetBytes(int64(len(w.out)))
	})
}
