package answer

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
)

// later is a value that is made while it is sent.
type later struct {
	mark  []byte // stands for it in the answer
	write func(context.Context, io.Writer) error
	done  func()
}

// Later returns what a resolver of a JSON scalar returns in place of a value
// that is too long to be held in memory. write is called when the answer is sent
// as far as the value, and writes it as JSON on one line; its context ends with
// the request. done is called once, whether or not write was. If nobody follows
// the answer, the value is made at once.
func Later(ctx context.Context, write func(context.Context, io.Writer) error, done func()) (any, error) {
	a := From(ctx)
	if a == nil {
		defer done()
		var value bytes.Buffer
		err := write(ctx, &value)
		return json.RawMessage(value.Bytes()), err
	}
	mark := "later " + rand.Text() // which nobody can guess
	a.mu.Lock()
	defer a.mu.Unlock()
	a.later = append(a.later, later{[]byte(`"` + mark + `"`), write, done})
	return mark, nil
}

// HasLater reports whether parts of the answer are made while it is sent, so
// that neither its length nor how long that takes is known.
func (a *Answer) HasLater() bool {
	if a == nil {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.later) > 0
}

// Send writes a part of the encoded answer, with all values in place.
func (a *Answer) Send(ctx context.Context, w io.Writer, part []byte) error {
	for a.HasLater() {
		at, next := a.nextIn(part)
		if at < 0 {
			break
		}
		if _, err := w.Write(part[:at]); err != nil {
			return err
		}
		if err := next.write(ctx, w); err != nil {
			return fmt.Errorf("making a value while it is sent: %w", err)
		}
		part = part[at+len(next.mark):]
	}
	_, err := w.Write(part)
	return err
}

// nextIn returns the first value in part, and where its mark begins; -1 if there
// is none.
func (a *Answer) nextIn(part []byte) (at int, next later) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at = -1
	for _, l := range a.later {
		if i := bytes.Index(part, l.mark); i >= 0 && (at < 0 || i < at) {
			at, next = i, l
		}
	}
	return at, next
}
