package owndata

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/limit"
	"github.com/scrumkb/scrumkb/internal/store"
)

// exportsAtATime is how many exports a process makes at the same time: each
// reads all that there is about a learner.
const exportsAtATime = 4

func newExports() *limit.Pool {
	return limit.New(limit.Config{
		Name: "exports", Bounds: limit.Bounds{Process: exportsAtATime, Caller: 1},
		Reason: fault.TooManyExports, Message: "your data is already being exported; wait until that is done",
	})
}

// Export is everything stored about a learner, to be written once. Close must be
// called in any case.
type Export struct {
	of      *OwnData
	learner string
}

// Export begins an export, of which each learner has one at a time. It fails with
// fault.RateLimited while there is another one. An export contains no answer key:
// records hold what a learner answered and, once they may know, how it was
// graded; see Redact.
func (d *OwnData) Export(learner string) (*Export, error) {
	if err := d.exports.Try(limit.Holder{Caller: learner}, 1); err != nil {
		return nil, err
	}
	return &Export{d, learner}, nil
}

// Close ends the export. It must be called once.
func (e *Export) Close() { e.of.exports.Give(limit.Holder{Caller: e.learner}, 1) }

// Write writes the export as a JSON object with the members learner, exportedAt
// and collections, an object with a list of documents for each collection. It
// holds a few documents at a time.
func (e *Export) Write(ctx context.Context, to io.Writer) error {
	head, err := json.Marshal(struct {
		Learner     string    `json:"learner"`
		ExportedAt  time.Time `json:"exportedAt"`
		Collections struct{}  `json:"collections"`
	}{Learner: e.learner, ExportedAt: e.of.now()})
	if err != nil {
		return fmt.Errorf("exporting: %w", err)
	}
	w := bufio.NewWriterSize(to, 32<<10)
	_, _ = w.Write(head[:len(head)-len("}}")]) // the writer keeps its first error for Flush
	for i, c := range e.of.owned.Collections() {
		if i > 0 {
			_ = w.WriteByte(',')
		}
		_, _ = fmt.Fprintf(w, "%q:[", c.Name())
		redact, err := e.of.redactor(ctx, c.Name(), e.learner)
		if err != nil {
			return fmt.Errorf("exporting %s: %w", c.Name(), err)
		}
		first := true
		for record, err := range c.Of(ctx, e.learner) {
			if err != nil {
				return fmt.Errorf("exporting %s: %w", c.Name(), err)
			}
			document, err := documentOf(&record, redact)
			if err != nil {
				return fmt.Errorf("exporting %s %s: %w", c.Name(), record.ID, err)
			}
			if !first {
				_ = w.WriteByte(',')
			}
			first = false
			if _, err := w.Write(document); err != nil {
				return err
			}
		}
		_ = w.WriteByte(']')
	}
	_, _ = w.WriteString("}}")
	return w.Flush()
}

// redactor returns what takes out of the documents of a collection what the
// learner may not read now, or nil.
func (d *OwnData) redactor(ctx context.Context, collection, learner string) (func(map[string]any), error) {
	by := d.redactors[collection]
	if by == nil {
		return nil, nil
	}
	return by(ctx, learner)
}

// documentOf returns a record in JSON, without what redact takes out unless that
// is nil.
func documentOf(record *store.Record, redact func(map[string]any)) (json.RawMessage, error) {
	document, err := json.Marshal(record)
	if err != nil || redact == nil {
		return document, err
	}
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		return nil, err
	}
	redact(fields)
	return json.Marshal(fields)
}
