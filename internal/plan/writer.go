package plan

import (
	"context"
	"io"
	"math"
	"math/bits"
	"strconv"
	"time"

	"github.com/scrumkb/scrumkb/internal/answer"
)

// Writer holds what a plan has written so far. Generated code calls it; its
// methods encode values as gqlgen's marshallers do.
type Writer struct {
	out    []byte
	failed bool
	done   func(*Writer)

	answer    *answer.Answer
	announced int // bytes of out that the answer knows of
	ended     bool

	ctx   context.Context //nolint:containedctx // of the field at which the plan begins
	index []int           // for each list that is being written, the item's index
	nulls []null
}

// portion is after how many bytes a writer announces them.
const portion = 16 << 10

// announce tells the answer what was written since the last time. When the
// answer has ended, what was written is dropped: it keeps its memory, and what
// follows takes no more.
func (w *Writer) announce() {
	w.ended = w.ended || w.answer.Grow(len(w.out)-w.announced) != nil
	if w.ended {
		w.out = w.out[:0]
	}
	w.announced = len(w.out)
}

// MarshalGQL implements graphql.Marshaler. It may be called once.
func (w *Writer) MarshalGQL(out io.Writer) {
	_, _ = out.Write(w.out) // as in gqlgen: a response's buffer accepts everything
	w.done(w)
}

// Fail abandons the plan: the executor starts over, and finds the error.
func (w *Writer) Fail() { w.failed = true }

// Lead begins a member of an object.
func (w *Writer) Lead(s *Step) {
	if len(w.out)-w.announced > portion {
		w.announce()
	}
	w.out = append(w.out, s.Lead...)
}

// EndObject ends an object.
func (w *Writer) EndObject() { w.out = append(w.out, '}') }

// BeginList begins a list.
func (w *Writer) BeginList() {
	w.out, w.index = append(w.out, '['), append(w.index, 0)
}

// Item begins item i of a list.
func (w *Writer) Item(i int) {
	w.index[len(w.index)-1] = i
	if len(w.out)-w.announced > portion {
		w.announce()
	}
	if i > 0 {
		w.out = append(w.out, ',')
	}
}

// EndList ends a list.
func (w *Writer) EndList() {
	w.out, w.index = append(w.out, ']'), w.index[:len(w.index)-1]
}

// Nil writes null. It fails if the value must not be null.
func (w *Writer) Nil(required bool) {
	w.failed = w.failed || required
	w.out = append(w.out, "null"...)
}

// Bool writes a Boolean.
func (w *Writer) Bool(v bool) { w.out = strconv.AppendBool(w.out, v) }

// Int writes an Int.
func (w *Writer) Int(v int) { w.out = strconv.AppendInt(w.out, int64(v), 10) }

// Float writes a Float. It fails for values that JSON cannot represent.
func (w *Writer) Float(v float64) {
	w.failed = w.failed || math.IsInf(v, 0) || math.IsNaN(v)
	w.out = strconv.AppendFloat(w.out, v, 'g', -1, 64)
}

// Time writes an instant; the zero time is null.
func (w *Writer) Time(v time.Time, required bool) {
	if v.IsZero() {
		w.Nil(required)
		return
	}
	w.out = append(w.out, '"')
	w.out = v.AppendFormat(w.out, time.RFC3339Nano)
	w.out = append(w.out, '"')
}

// String writes a String, an ID or any other value that is a string in JSON.
func (w *Writer) String(v string) {
	w.out = append(w.out, '"')
	from := 0
	for i := plain(v, 0); i < len(v); i = plain(v, i+1) {
		w.out = append(w.out, v[from:i]...)
		w.out = appendEscaped(w.out, v[i])
		from = i + 1
	}
	w.out = append(w.out, v[from:]...)
	w.out = append(w.out, '"')
}

// plain returns the index of the first byte of v, from at, that must be
// escaped: a quote, a backslash or a control character, or len(v) if there is
// none. It examines eight bytes at a time.
func plain(v string, at int) int {
	const (
		ones  = 0x0101010101010101
		highs = 0x8080808080808080
	)
	for ; at+8 <= len(v); at += 8 {
		b := v[at : at+8]
		word := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		quote, slash := word^(ones*'"'), word^(ones*'\\')
		// A borrow marks bytes that are smaller than what is subtracted. It may
		// run into the next byte, but only from one that is marked too.
		found := ((word - ones*0x20) &^ word) | ((quote - ones) &^ quote) | ((slash - ones) &^ slash)
		if found &= highs; found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	for ; at < len(v); at++ {
		if c := v[at]; c < 0x20 || c == '"' || c == '\\' {
			return at
		}
	}
	return len(v)
}

func appendEscaped(out []byte, c byte) []byte {
	const hex = "0123456789ABCDEF"
	switch c {
	case '\t':
		return append(out, `\t`...)
	case '\r':
		return append(out, `\r`...)
	case '\n':
		return append(out, `\n`...)
	case '"', '\\':
		return append(out, '\\', c)
	}
	return append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
}
